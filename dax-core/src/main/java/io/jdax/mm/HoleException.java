package io.jdax.mm;

/** A hole was accessed through a mapping with {@link HolePolicy#MARKER}. */
public final class HoleException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public HoleException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

package io.jdax.mm;

/** A mapping with {@link HolePolicy#MARKER} was asked for bytes of a hole. */
public final class HoleException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public HoleException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

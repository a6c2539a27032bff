package io.jdax.mm;

/** A range can't be taken away, because somebody has pinned some of it (EBUSY). */
public final class PinnedException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public PinnedException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

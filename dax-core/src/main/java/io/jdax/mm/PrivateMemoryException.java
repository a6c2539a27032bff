package io.jdax.mm;

/** There is no DRAM left for the copy that a private mapping makes at its first store. */
public final class PrivateMemoryException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public PrivateMemoryException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

package io.jdax.mm;

/** No DRAM is left for the copy that a private mapping makes at the first store to a page. */
public final class PrivateMemoryException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public PrivateMemoryException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

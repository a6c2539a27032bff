package io.jdax.mm;

/** No DRAM is left for the copy that a private mapping makes at the first store to a page. */
public final class PrivateMemoryException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A page that was not copied.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  public PrivateMemoryException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

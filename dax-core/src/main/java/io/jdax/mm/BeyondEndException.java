package io.jdax.mm;

/** The page lies wholly beyond the end of the file. (The kernel would raise SIGBUS.) */
public final class BeyondEndException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A page beyond the end.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  public BeyondEndException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

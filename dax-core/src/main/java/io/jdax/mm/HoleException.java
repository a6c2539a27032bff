package io.jdax.mm;

/** A hole was accessed through a mapping with {@link HolePolicy#MARKER}. */
public final class HoleException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A page without data.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  public HoleException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

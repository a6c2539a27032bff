package io.jdax.mm;

/** A range can't be taken away, because somebody has pinned some of it (EBUSY). */
public final class PinnedException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A page that stays.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  public PinnedException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

package io.jdax.mm;

/** A store through a mapping that may not store, or to a file system that became read-only. */
public final class ReadOnlyMappingException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A store that was refused.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  public ReadOnlyMappingException(String region, String file, long page, String sentence) {
    super(region, file, page, sentence);
  }
}

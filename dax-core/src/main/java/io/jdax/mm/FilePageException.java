package io.jdax.mm;

import io.jdax.region.RegionException;

/** An access to a page of a file failed. The message names the region, file, page and reason. */
public class FilePageException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long page;

  /**
   * A page, and what is wrong with it.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the page of 4 KiB, counted from the start of the file
   * @param sentence what is wrong, without the names and the page
   */
  protected FilePageException(String region, String file, long page, String sentence) {
    super(region, "file " + file + ", page " + page + ": " + sentence);
    this.file = file;
    this.page = page;
  }

  /** The file as messages and events call it, by the number of its inode. */
  public String file() {
    return file;
  }

  /** Number of the page of 4 KiB, counted from the start of the file. */
  public long page() {
    return page;
  }
}

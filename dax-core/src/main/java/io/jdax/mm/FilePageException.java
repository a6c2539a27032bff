package io.jdax.mm;

import io.jdax.region.RegionException;

/** An access to a page of a file failed. The message names region, file, page and reason. */
public class FilePageException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long page;

  protected FilePageException(String region, String file, long page, String sentence) {
    super(region, "file " + file + ", page " + page + ": " + sentence);
    this.file = file;
    this.page = page;
  }

  /** What the address space calls the file. */
  public String file() {
    return file;
  }

  /** Index of the 4 KiB page in the file. */
  public long page() {
    return page;
  }
}

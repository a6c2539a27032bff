package io.jdax.mm;

/** A SYNC mapping was asked for, but the file's pages are not loaded and stored where they lie. */
public final class NotInPlaceException extends FilePageException {
  private static final long serialVersionUID = 1L;

  /**
   * A file whose pages go through DRAM.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param page number of the first page of 4 KiB that was to be mapped, counted from the start of
   *     the file
   */
  public NotInPlaceException(String region, String file, long page) {
    super(
        region,
        file,
        page,
        "the file's pages go through DRAM, so no mapping of it can be SYNC; use persist()");
  }
}

package io.jdax.mm;

/** A SYNC mapping was asked for, but the file's pages are not loaded and stored where they lie. */
public final class NotInPlaceException extends FilePageException {
  private static final long serialVersionUID = 1L;

  public NotInPlaceException(String region, String file, long page) {
    super(
        region,
        file,
        page,
        "the file's pages go through DRAM, so no mapping of it can be SYNC; use persist()");
  }
}

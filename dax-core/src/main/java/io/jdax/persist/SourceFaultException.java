package io.jdax.persist;

import org.jspecify.annotations.Nullable;

/**
 * A copy into a region came to a byte of its source that can't be read: the source is a mapping
 * whose file has become shorter, or whose media is bad. Bytes before that one may have been copied.
 * Nothing is wrong with the region.
 */
public final class SourceFaultException extends PersistException {
  private static final long serialVersionUID = 1L;

  private final long sourceByte;

  /**
   * For whoever reads a source itself, before it is copied.
   *
   * @param region the name of the one that was to be written
   * @param offset first byte of the range that may not be written
   * @param length of that range, in bytes
   * @param sourceByte offset in the source of the first byte that can't be read
   * @param cause what the JVM threw, or null if native code reported the fault
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public SourceFaultException(
      String region, long offset, long length, long sourceByte, @Nullable Throwable cause) {
    super(
        region,
        offset,
        length,
        "not written: the source of the copy can't be read at its byte "
            + sourceByte
            + ", since its file was truncated or its media is bad",
        cause);
    this.sourceByte = sourceByte;
  }

  /** Offset in the source of the first byte that can't be read. */
  public long sourceByte() {
    return sourceByte;
  }
}

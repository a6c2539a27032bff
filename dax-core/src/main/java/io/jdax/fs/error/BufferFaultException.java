package io.jdax.fs.error;

import java.nio.file.FileSystemException;

/**
 * EFAULT. The caller's memory, which a file was to be written from or read into, is not backed: it
 * is a mapping whose file has become shorter, or whose media is bad. Bytes before the one that
 * can't be reached may have been copied; nothing is wrong with the file.
 */
public final class BufferFaultException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final long bufferByte;

  /**
   * A copy that ended at a byte of the caller's memory.
   *
   * @param file path of the file that was written or read, or name of the region that it lies on
   * @param offset where the copy began in the file, or in the region, in bytes
   * @param bufferByte offset of the byte in the caller's memory that can't be reached
   * @param cause what the JVM, or whoever copied, made of the fault
   */
  public BufferFaultException(String file, long offset, long bufferByte, Throwable cause) {
    super(
        file,
        null,
        ("the copy at offset %d failed at byte %d of the caller's memory, which can't be reached:"
                + " the file that it maps was truncated, or its media is bad")
            .formatted(offset, bufferByte));
    this.bufferByte = bufferByte;
    initCause(cause);
  }

  /** Offset of the byte in the caller's memory that can't be reached. */
  public long bufferByte() {
    return bufferByte;
  }
}

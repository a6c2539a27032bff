package io.jdax.fs.error;

import java.nio.file.FileSystemException;

/**
 * EFAULT: memory of the caller, from which a file was to be written or into which it was to be
 * read, is not backed. Bytes before that one may have been copied.
 */
public final class BufferFaultException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final long bufferByte;

  /**
   * @param file what was written or read, or the region it lies on
   * @param offset where in it the copy began
   * @param bufferByte of the caller's memory, that can't be reached
   */
  public BufferFaultException(String file, long offset, long bufferByte, InternalError cause) {
    super(
        file,
        null,
        ("nothing is at fault at %d, but the caller's memory can't be reached at its byte %d:"
                + " a truncated file or bad media lies behind it")
            .formatted(offset, bufferByte));
    this.bufferByte = bufferByte;
    initCause(cause);
  }

  /** Which byte of the caller's memory can't be reached. */
  public long bufferByte() {
    return bufferByte;
  }
}

package io.jdax.tools;

import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file outside that is read. The kernel tells where its holes are. The buffers for its bytes are
 * direct ones.
 */
final class LocalFile implements SparseCopy.Source, AutoCloseable {
  private final String name;
  private final int fd;
  private final LocalStatus status;

  private LocalFile(String name, int fd, LocalStatus status) {
    this.name = name;
    this.fd = fd;
    this.status = status;
  }

  /** Opens a file to be read, and follows symbolic links. */
  static LocalFile open(Path path) throws IOException {
    return open(LocalCalls.HERE, path.toString(), true, path.toString());
  }

  /**
   * Opens a file to be read. What is not a regular file is not read, since that could wait for
   * others.
   *
   * @param directory in which {@code file} is a name
   * @param name what messages call it
   * @throws SkippedException it is not a regular file
   */
  static LocalFile open(int directory, String file, boolean follow, String name)
      throws IOException {
    int flags =
        LocalCalls.O_RDONLY
            | LocalCalls.O_NONBLOCK
            | LocalCalls.O_NOCTTY
            | (follow ? 0 : LocalCalls.O_NOFOLLOW);
    return own(name, LocalCalls.open(directory, file, flags, 0));
  }

  private static LocalFile own(String name, int fd) throws IOException {
    boolean done = false;
    try {
      LocalStatus status = LocalCalls.status(fd);
      if (!status.isRegular()) {
        throw new SkippedException(name, "is no longer a file, but " + status.kind());
      }
      done = true;
      return new LocalFile(name, fd, status);
    } finally {
      if (!done) {
        LocalCalls.close(fd);
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  /** The status when the file was opened. */
  LocalStatus status() {
    return status;
  }

  /** The status now. */
  LocalStatus statusNow() throws SystemCallException {
    return LocalCalls.status(fd);
  }

  long sizeBytes() throws IOException {
    return statusNow().sizeBytes();
  }

  @Override
  public long nextData(long offset) throws IOException {
    return LocalCalls.seek(fd, offset, LocalCalls.SEEK_DATA, name);
  }

  /** For a file that has been truncated meanwhile, the largest offset; reading it tells. */
  @Override
  public long nextHole(long offset) throws IOException {
    long hole = LocalCalls.seek(fd, offset, LocalCalls.SEEK_HOLE, name);
    return hole < 0 ? Long.MAX_VALUE : hole;
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    try {
      int bytes = LocalCalls.read(fd, offset, MemorySegment.ofBuffer(into), name);
      into.position(into.position() + bytes);
      return bytes > 0 || !into.hasRemaining() ? bytes : -1;
    } catch (SystemCallException e) {
      throw new SkippedException(name, "can't be read: " + Complaint.reason(e));
    }
  }

  @Override
  public void close() throws IOException {
    LocalCalls.close(fd);
  }
}

package io.jdax.tools;

import io.jdax.fs.facts.FileStat;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A new file outside that is being filled. Several threads may write at once, to ranges of their
 * own. The buffers for its bytes are direct ones.
 */
final class LocalTarget implements AutoCloseable {
  private final String name;
  private final int fd;

  private LocalTarget(String name, int fd) {
    this.name = name;
    this.fd = fd;
  }

  /**
   * Makes the file, for the owner alone until it gets other permissions.
   *
   * @param directory in which {@code name} is not there yet
   */
  static LocalTarget create(int directory, String name) throws SystemCallException {
    int flags =
        LocalCalls.O_WRONLY | LocalCalls.O_CREAT | LocalCalls.O_EXCL | LocalCalls.O_NOFOLLOW;
    return new LocalTarget(name, LocalCalls.open(directory, name, flags, 0600));
  }

  /** Writes all of the buffer. */
  void write(long offset, ByteBuffer data) throws SystemCallException {
    MemorySegment bytes = MemorySegment.ofBuffer(data);
    for (long done = 0; done < bytes.byteSize(); ) {
      done += LocalCalls.write(fd, offset + done, bytes.asSlice(done), name);
    }
    data.position(data.limit());
  }

  /** Makes the file this long, with a hole at its end. */
  void extend(long sizeBytes) throws SystemCallException {
    LocalCalls.truncate(fd, sizeBytes, name);
  }

  /** Gives it the permissions and times of the file inside, and makes all of it durable. */
  void finish(FileStat stat) throws SystemCallException {
    FileOut.keepFacts(stat, fd, name);
    LocalCalls.fsync(fd, name);
  }

  @Override
  public void close() throws SystemCallException {
    LocalCalls.close(fd);
  }
}

package io.jdax.tools;

import io.jdax.fs.facts.FileStat;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A new file outside that is being filled. Several threads may write at once, to ranges of their
 * own. The buffers for its bytes are direct ones.
 *
 * <p>It has no name before it is whole, so that a process that is killed leaves nothing behind;
 * where the file system knows no files without a name, it has another one until then.
 */
final class LocalTarget implements AutoCloseable {
  /**
   * How a file system says that it knows no files without a name, or a kernel that it knows none.
   */
  private static final Set<Integer> KNOWS_NONE =
      Set.of(Errno.EOPNOTSUPP, Errno.EISDIR, Errno.ENOENT, Errno.EINVAL);

  private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self/fd"));

  private final int directory;
  private final String temporary;
  private final int fd;
  private final boolean named;

  /** The kernel lets one thread at a time write to a file, and has the others spin. */
  private final ReentrantLock writing = new ReentrantLock();

  private LocalTarget(int directory, String temporary, int fd, boolean named) {
    this.directory = directory;
    this.temporary = temporary;
    this.fd = fd;
    this.named = named;
  }

  /**
   * Makes the file, for the owner alone until it gets other permissions.
   *
   * @param temporary a name in the directory that it may have for a while
   */
  static LocalTarget create(int directory, String temporary) throws SystemCallException {
    if (HAS_PROC) {
      try {
        int flags = LocalCalls.O_WRONLY | LocalCalls.O_TMPFILE | LocalCalls.O_DIRECTORY;
        return new LocalTarget(
            directory, temporary, LocalCalls.open(directory, ".", flags, 0600), false);
      } catch (SystemCallException e) {
        if (!KNOWS_NONE.contains(e.errno())) {
          throw e;
        }
      }
    }
    int flags =
        LocalCalls.O_WRONLY | LocalCalls.O_CREAT | LocalCalls.O_EXCL | LocalCalls.O_NOFOLLOW;
    int fd = LocalCalls.open(directory, temporary, flags, 0600);
    return new LocalTarget(directory, temporary, fd, true);
  }

  /** Writes all of the buffer. */
  void write(long offset, ByteBuffer data) throws SystemCallException {
    MemorySegment bytes = MemorySegment.ofBuffer(data);
    writing.lock();
    try {
      for (long done = 0; done < bytes.byteSize(); ) {
        done += LocalCalls.write(fd, offset + done, bytes.asSlice(done), temporary);
      }
    } finally {
      writing.unlock();
    }
    data.position(data.limit());
  }

  /** Makes the file this long, with a hole at its end. */
  void extend(long sizeBytes) throws SystemCallException {
    LocalCalls.truncate(fd, sizeBytes, temporary);
  }

  /**
   * Gives it the permissions and times of the file inside, makes all of it durable, and lets it
   * replace what has its name.
   */
  void finish(FileStat stat, String name) throws SystemCallException {
    FileOut.keepFacts(stat, fd, temporary);
    LocalCalls.fsync(fd, temporary);
    if (!named) {
      try {
        LocalCalls.link(fd, directory, name);
        return;
      } catch (SystemCallException e) {
        if (e.errno() != Errno.EEXIST) {
          throw e;
        }
      }
      LocalCalls.link(fd, directory, temporary); // what is there can only be replaced by a rename
    }
    LocalCalls.rename(directory, temporary, name);
  }

  @Override
  public void close() throws SystemCallException {
    LocalCalls.close(fd);
  }
}

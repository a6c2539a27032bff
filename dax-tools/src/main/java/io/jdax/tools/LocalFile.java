package io.jdax.tools;

import io.jdax.os.Linux;
import io.jdax.os.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file outside, to be copied; the kernel is asked where its holes are. */
final class LocalFile implements SparseCopy.Source, AutoCloseable {
  private final String name;
  private final int fd;
  private final FileChannel channel;

  private LocalFile(String name, int fd, FileChannel channel) {
    this.name = name;
    this.fd = fd;
    this.channel = channel;
  }

  /** A channel hides its descriptor, so the channel is opened by way of the descriptor. */
  static LocalFile open(Path path) throws IOException {
    int fd;
    try {
      fd = Linux.open(path.toString(), Linux.O_RDONLY, 0);
    } catch (SystemCallException e) {
      throw e.asFileSystemException(path);
    }
    try {
      return new LocalFile(path.toString(), fd, FileChannel.open(Path.of("/proc/self/fd/" + fd)));
    } catch (IOException | RuntimeException e) {
      Linux.close(fd);
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  long sizeBytes() throws IOException {
    return channel.size();
  }

  @Override
  public long nextData(long offset) throws IOException {
    return Linux.seek(fd, offset, Linux.SEEK_DATA, name);
  }

  /** A file that was cut off in the meantime ends here; reading it tells. */
  @Override
  public long nextHole(long offset) throws IOException {
    long hole = Linux.seek(fd, offset, Linux.SEEK_HOLE, name);
    return hole < 0 ? Long.MAX_VALUE : hole;
  }

  @Override
  public int read(long offset, ByteBuffer into) throws IOException {
    return channel.read(into, offset);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Linux.close(fd);
    }
  }
}

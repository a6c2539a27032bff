package io.jdax.tools;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies the data of a file and leaves out its holes. */
final class SparseCopy {
  private static final int CHUNK_BYTES = 4 << 20;

  /** Files that the kernel makes up as they are read refuse more at once: in /proc/sys, 4 MiB. */
  private static final int UNTOLD_BYTES = 128 << 10;

  /** A file that knows its holes. */
  interface Source {
    /** What messages call it. */
    String name();

    /** Where data is at {@code offset} or behind it; −1: nowhere. */
    long nextData(long offset) throws IOException;

    /** Where the data at {@code offset} ends; the end of the file at the latest. */
    long nextHole(long offset) throws IOException;

    /** Bytes read; −1 at the end of the file. */
    int read(long offset, ByteBuffer into) throws IOException;
  }

  /** What takes the data, in the order of its offsets. */
  interface Target {
    void write(long offset, ByteBuffer data) throws IOException;
  }

  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final CopyWatch watch;

  SparseCopy(CopyWatch watch) {
    this.watch = watch;
  }

  /** The first {@code size} bytes; the target's size is for the caller to set. */
  void copy(Source source, Target target, long size) throws IOException {
    long at = 0;
    while (at < size) {
      long data = source.nextData(at);
      if (data < 0 || data >= size) {
        watch.advance(size - at);
        return;
      }
      watch.advance(data - at);
      at = Math.min(size, source.nextHole(data));
      data(source, target, data, at);
    }
  }

  /**
   * All of a file, also of one that does not tell its size truly, as those in /proc and /sys.
   * Returns where the end was.
   *
   * @throws SkippedException it became shorter
   */
  long copyAll(LocalFile source, Target target) throws IOException {
    long size = source.sizeBytes();
    try {
      copy(source, target, size);
    } catch (EndReached e) {
      if (source.sizeBytes() != size) {
        throw new SkippedException(source.name(), "became shorter while it was copied");
      }
      return e.at;
    }
    long at = size;
    for (int bytes; (bytes = source.read(at, chunk.clear().limit(UNTOLD_BYTES))) > 0; at += bytes) {
      target.write(at, chunk.flip());
      watch.advance(0);
    }
    return at;
  }

  /** A file ended before its size. */
  private static final class EndReached extends EOFException {
    private static final long serialVersionUID = 1L;

    final long at;

    EndReached(String name, long at) {
      super(name + ": became shorter while it was copied");
      this.at = at;
    }
  }

  private void data(Source source, Target target, long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
      int bytes = source.read(at, chunk);
      if (bytes <= 0) {
        throw new EndReached(source.name(), at);
      }
      target.write(at, chunk.flip());
      at += bytes;
      watch.advance(bytes);
    }
  }
}

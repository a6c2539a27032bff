package io.jdax.tools;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Copies the data of a file and leaves out its holes. */
final class SparseCopy {
  private static final int CHUNK_BYTES = 1 << 20;

  /** The kernel refuses longer reads of some files that it makes up, as those in /proc/sys. */
  private static final int UNTOLD_BYTES = 128 << 10;

  /** A file that knows its holes. */
  interface Source {
    /** What messages call it. */
    String name();

    /** Where data is, at {@code offset} or after it, or −1 if there is no more. */
    long nextData(long offset) throws IOException;

    /** Where the data at {@code offset} ends, at the latest at the end of the file. */
    long nextHole(long offset) throws IOException;

    /** Reads. Returns how many bytes it has read, or −1 at the end of the file. */
    int read(long offset, ByteBuffer into) throws IOException;
  }

  /** Takes the data, in the order of its offsets. */
  interface Target {
    void write(long offset, ByteBuffer data) throws IOException;
  }

  /** Copies the bytes before an offset, in one piece or in several. */
  interface Whole {
    /** Returns where the last data ends that was written, or 0 if none was. */
    long copy(Source source, Target target, long end) throws IOException;
  }

  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final CopyWatch watch;

  SparseCopy(CopyWatch watch) {
    this.watch = watch;
  }

  /** As a {@link Whole}, in one piece. The caller sets the size of the target. */
  long copy(Source source, Target target, long end) throws IOException {
    long at = 0;
    long last = 0;
    while (at < end) {
      long data = source.nextData(at);
      if (data < 0 || data >= end) {
        watch.advance(end - at);
        return last;
      }
      watch.advance(data - at);
      at = Math.min(end, source.nextHole(data));
      data(source, target, data, at);
      last = at;
    }
    return last;
  }

  /**
   * Copies all of a file, even if its size is not true, as in /proc and /sys. Returns where the end
   * was.
   *
   * @param whole copies the bytes up to the size that the file says to have
   * @throws SkippedException the file became shorter
   */
  long copyAll(LocalFile source, Target target, Whole whole) throws IOException {
    long size = source.sizeBytes();
    try {
      whole.copy(source, target, size);
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

  /** A file has ended before its size. */
  static final class EndReached extends EOFException {
    private static final long serialVersionUID = 1L;

    final long at;

    EndReached(String name, long at) {
      super(name + ": became shorter while it was copied");
      this.at = at;
    }
  }

  /** Copies a range without holes. */
  void data(Source source, Target target, long from, long to) throws IOException {
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

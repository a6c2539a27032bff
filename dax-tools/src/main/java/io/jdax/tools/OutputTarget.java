package io.jdax.tools;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/** A stream, to which holes are written as zeros. */
final class OutputTarget implements SparseCopy.Target {
  private static final byte[] ZEROS = new byte[1 << 20];

  private final PrintStream out;
  private final String name;
  private final byte[] bytes = new byte[1 << 16];
  private long position;

  /**
   * @param name what messages call it
   */
  OutputTarget(PrintStream out, String name) {
    this.out = out;
    this.name = name;
  }

  @Override
  public void write(long offset, ByteBuffer data) throws IOException {
    finish(offset);
    while (data.hasRemaining()) {
      int length = Math.min(bytes.length, data.remaining());
      data.get(bytes, 0, length);
      write(bytes, length);
    }
  }

  /** Writes zeros up to {@code offset}. */
  void finish(long offset) throws IOException {
    while (position < offset) {
      write(ZEROS, (int) Math.min(ZEROS.length, offset - position));
    }
    flush();
  }

  private void write(byte[] from, int length) throws IOException {
    out.write(from, 0, length);
    flush();
    position += length;
  }

  /** Flushes, and throws if anything has failed, which a print stream only tells when asked. */
  private void flush() throws IOException {
    if (out.checkError()) {
      throw new IOException(InsidePath.printable(name) + ": can't be written to");
    }
  }
}

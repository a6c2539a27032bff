package io.jdax.tests.fs;

import java.util.Arrays;

/**
 * What a file may be after power loss: for each byte the values that it may have, and the sizes.
 * Widened before an operation, narrowed when its promise is due.
 */
final class LossFile {
  static final int LIMIT = 48 << 10;

  private final byte[] content = new byte[LIMIT];
  private final long[] allowed = new long[LIMIT * 4]; // a set of values per byte
  private int size;
  private int minSize;
  private int maxSize;

  LossFile() {
    only(0, LIMIT);
  }

  int size() {
    return size;
  }

  /** Bytes are going to be written or stored; the file reaches at least to their end then. */
  void writing(int at, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      allow(at + i, bytes[i]);
    }
    maxSize = Math.max(maxSize, at + bytes.length);
  }

  void wrote(int at, byte[] bytes) {
    System.arraycopy(bytes, 0, content, at, bytes.length);
    size = Math.max(size, at + bytes.length);
  }

  void synced() {
    only(0, LIMIT);
    minSize = size;
    maxSize = size;
  }

  void zeroing(int at, int length) {
    for (int i = at; i < at + length; i++) {
      allow(i, (byte) 0);
    }
  }

  /** Zeros, durably. */
  void zeroed(int at, int length) {
    Arrays.fill(content, at, at + length, (byte) 0);
    only(at, length);
  }

  void resizing(int newSize) {
    zeroing(newSize, LIMIT - newSize);
    minSize = Math.min(minSize, newSize);
    maxSize = Math.max(maxSize, newSize);
  }

  /** The size is this, durably. */
  void resized(int newSize) {
    zeroed(newSize, LIMIT - newSize);
    size = newSize;
    minSize = newSize;
    maxSize = newSize;
  }

  /** What is wrong with what was found; null if nothing is. */
  String complaint(byte[] found) {
    if (found.length < minSize || found.length > maxSize) {
      return "size " + found.length + ", may be " + minSize + " to " + maxSize;
    }
    for (int i = 0; i < found.length; i++) {
      int value = found[i] & 0xff;
      if ((allowed[4 * i + value / 64] >>> value % 64 & 1) == 0) {
        return "byte " + i + " is " + value + ", written was " + (content[i] & 0xff);
      }
    }
    return null;
  }

  /** What is wrong with what is read now; null if nothing is. */
  String difference(byte[] found) {
    int at = Arrays.mismatch(content, 0, size, found, 0, found.length);
    return at < 0 ? null : "differs at " + at + " of " + size;
  }

  private void allow(int at, byte value) {
    allowed[4 * at + (value & 0xff) / 64] |= 1L << (value & 0xff) % 64;
  }

  private void only(int at, int length) {
    Arrays.fill(allowed, 4 * at, 4 * (at + length), 0);
    for (int i = at; i < at + length; i++) {
      allow(i, content[i]);
    }
  }
}

package io.jdax.tests.kill;

import io.jdax.os.Pages;
import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the content of a file may be after a kill: for each byte the values that it may have, and
 * the sizes. Widened while an operation is under way; once it has returned, all of it is there.
 */
final class KillContent {
  static final int LIMIT = 40 << 10;
  private static final int PAGE = Pages.BYTES;

  /** Bytes of the smallest block. */
  private static final int BLOCK = 512;

  private final byte[] content;
  private final long[] allowed; // a set of values per byte
  private final TreeSet<Integer> sizes; // that may be found
  private int size;

  KillContent() {
    content = new byte[LIMIT];
    allowed = new long[LIMIT * 4];
    sizes = new TreeSet<>();
    sizes.add(0);
    only(0, LIMIT);
  }

  private KillContent(KillContent from) {
    content = from.content.clone();
    allowed = from.allowed.clone();
    sizes = new TreeSet<>(from.sizes);
    size = from.size;
  }

  /** What was found, which therefore is there. */
  static KillContent found(byte[] bytes) {
    KillContent c = new KillContent();
    System.arraycopy(bytes, 0, c.content, 0, bytes.length);
    c.size = bytes.length;
    c.there();
    return c;
  }

  KillContent copy() {
    return new KillContent(this);
  }

  int size() {
    return size;
  }

  // ---------------------------------------------------------------- write, store

  /**
   * Any part of it may be there, and the size may be the new one. A write in several pieces tells
   * the size with each, so that no blocks lie behind the end; so it may also end where a block
   * does.
   */
  void writing(int at, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      allow(at + i, bytes[i]);
    }
    int end = at + bytes.length;
    for (int block = (size / BLOCK + 1) * BLOCK; block < end; block += BLOCK) {
      sizes.add(block);
    }
    sizes.add(Math.max(size, end));
  }

  /** It has returned. */
  void wrote(int at, byte[] bytes) {
    writing(at, bytes);
    int end = at + bytes.length;
    System.arraycopy(bytes, 0, content, at, bytes.length);
    size = Math.max(size, end);
    only(at, bytes.length);
    sizes.clear();
    sizes.add(size);
  }

  private void there() {
    only(0, LIMIT);
    sizes.clear();
    sizes.add(size);
  }

  // ---------------------------------------------------------------- size, holes

  /** The size is this, all or nothing; what is behind reads as zeros. */
  void resized(int newSize) {
    if (newSize < size) {
      Arrays.fill(content, newSize, LIMIT, (byte) 0);
    }
    only(newSize, LIMIT - newSize);
    size = newSize;
    sizes.clear();
    sizes.add(newSize);
  }

  /** Before {@link #resized}: the old bytes stay as they are, whichever size is found. */
  void resizing(int newSize) {
    sizes.add(newSize);
  }

  /** Whole blocks of a range are zeros, at once; the others are stored to, byte by byte. */
  void zeroing(int at, int end) {
    int first = firstWhole(at);
    int last = lastWhole(end);
    for (int i = at; i < Math.min(end, LIMIT); i++) {
      allow(i, (byte) 0);
    }
    if (first < last) {
      Arrays.fill(content, first * PAGE, last * PAGE, (byte) 0);
      only(first * PAGE, (last - first) * PAGE);
    }
  }

  void zeroed(int at, int end) {
    Arrays.fill(content, at, Math.min(end, LIMIT), (byte) 0);
    only(at, Math.min(end, LIMIT) - at);
  }

  private static int firstWhole(int at) {
    return (at + PAGE - 1) / PAGE;
  }

  /** What reaches the end of the file is whole. */
  private int lastWhole(int end) {
    return Math.min(end >= size ? (end + PAGE - 1) / PAGE : end / PAGE, LIMIT / PAGE);
  }

  // ---------------------------------------------------------------- check

  /** What is wrong with what was found; null if nothing is. */
  @Nullable String complaint(KillContent found) {
    if (!sizes.contains(found.size)) {
      return "size " + found.size + ", may be " + sizes;
    }
    for (int i = 0; i < found.size; i++) {
      int value = found.content[i] & 0xff;
      if ((allowed[4 * i + value / 64] >>> value % 64 & 1) == 0) {
        return "byte %d of %d is %d, was %d, in page %d"
            .formatted(i, found.size, value, content[i] & 0xff, i / PAGE);
      }
    }
    return null;
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

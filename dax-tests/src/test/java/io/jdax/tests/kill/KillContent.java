package io.jdax.tests.kill;

import io.jdax.os.Pages;
import java.util.Arrays;
import java.util.BitSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the content of a file may be after a kill: for each byte the values that it may have, and
 * the sizes. Widened while an operation is under way, narrowed by what its return promises.
 *
 * <p>A page that a durable extent leads to is <em>settled</em>: whatever is stored or written there
 * is at once in memory that outlives the process, so that it may not be missing.
 */
final class KillContent {
  static final int LIMIT = 40 << 10;
  private static final int PAGE = Pages.BYTES;

  private final byte[] content;
  private final long[] allowed; // a set of values per byte
  private final BitSet written; // pages with data
  private final BitSet settled;
  private final TreeSet<Integer> sizes; // that may be found
  private int size;

  KillContent() {
    content = new byte[LIMIT];
    allowed = new long[LIMIT * 4];
    written = new BitSet();
    settled = new BitSet();
    sizes = new TreeSet<>();
    sizes.add(0);
    only(0, LIMIT);
  }

  private KillContent(KillContent from) {
    content = from.content.clone();
    allowed = from.allowed.clone();
    written = (BitSet) from.written.clone();
    settled = (BitSet) from.settled.clone();
    sizes = new TreeSet<>(from.sizes);
    size = from.size;
  }

  /** What was found, which therefore is durable. */
  static KillContent found(byte[] bytes, BitSet pages) {
    KillContent c = new KillContent();
    System.arraycopy(bytes, 0, c.content, 0, bytes.length);
    c.size = bytes.length;
    c.written.or(pages);
    c.synced();
    return c;
  }

  KillContent copy() {
    return new KillContent(this);
  }

  int size() {
    return size;
  }

  // ---------------------------------------------------------------- write, store

  /** Any part of it may be there, and the size may be the new one. */
  void writing(int at, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      allow(at + i, bytes[i]);
    }
    sizes.add(Math.max(size, at + bytes.length));
  }

  /** It has returned. */
  void wrote(int at, byte[] bytes) {
    writing(at, bytes);
    int end = at + bytes.length;
    System.arraycopy(bytes, 0, content, at, bytes.length);
    size = Math.max(size, end);
    int first = at / PAGE;
    int last = (end + PAGE - 1) / PAGE;
    written.set(first, last);
    if (end <= sizes.first() && settled.nextClearBit(first) >= last) {
      only(at, bytes.length);
    }
  }

  /** A range, and what it takes to read it, are durable. */
  void durable(int at, int length) {
    only(at, length);
    int end = at + length;
    sizes.removeIf(s -> s < Math.min(end, size));
    for (int page = at / PAGE; page < (end + PAGE - 1) / PAGE; page++) {
      settled.set(page, written.get(page));
    }
  }

  /** All is. */
  void synced() {
    durable(0, LIMIT);
    sizes.clear();
    sizes.add(size);
  }

  // ---------------------------------------------------------------- size, holes

  /** The size is this, all or nothing; what is behind reads as zeros. */
  void resized(int newSize) {
    if (newSize < size) {
      Arrays.fill(content, newSize, LIMIT, (byte) 0);
      dropPages((newSize + PAGE - 1) / PAGE, LIMIT / PAGE);
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
    dropPages(firstWhole(at), lastWhole(end));
  }

  private static int firstWhole(int at) {
    return (at + PAGE - 1) / PAGE;
  }

  /** What reaches the end of the file is whole. */
  private int lastWhole(int end) {
    return Math.min(end >= size ? (end + PAGE - 1) / PAGE : end / PAGE, LIMIT / PAGE);
  }

  private void dropPages(int first, int last) {
    if (first < last) {
      written.clear(first, last);
      settled.clear(first, last);
    }
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
        return "byte %d of %d is %d, was %d, its page %d is %s"
            .formatted(
                i,
                found.size,
                value,
                content[i] & 0xff,
                i / PAGE,
                settled.get(i / PAGE) ? "durable" : "not known to be durable");
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

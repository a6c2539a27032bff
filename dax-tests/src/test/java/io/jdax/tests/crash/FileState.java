package io.jdax.tests.crash;

import io.jdax.os.Pages;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a file may be after power loss. Each 8-byte word is that of one of the versions, its size is
 * one of the sizes. Never changed: operations make another one.
 */
final class FileState {
  static final int LIMIT = 32 << 10;
  static final int PAGE = Pages.BYTES;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The newest last; zeros behind the end. */
  private final List<byte[]> versions;

  private final int size;
  private final SortedSet<Integer> sizes;

  /** Pages that are the file's for sure, and written: what write() puts there is durable. */
  private final boolean[] durable;

  final FileFacts facts;

  private FileState(
      List<byte[]> versions,
      int size,
      SortedSet<Integer> sizes,
      boolean[] durable,
      FileFacts facts) {
    this.versions = versions;
    this.size = size;
    this.sizes = sizes;
    this.durable = durable;
    this.facts = facts;
  }

  static FileState empty() {
    return new FileState(
        List.of(new byte[LIMIT]),
        0,
        new TreeSet<>(List.of(0)),
        new boolean[LIMIT / PAGE],
        FileFacts.NEW);
  }

  int size() {
    return size;
  }

  private byte[] now() {
    return versions.getLast();
  }

  // ---------------------------------------------------------------- data

  /** Bytes are on their way, and perhaps a size: from now on they may be there. */
  FileState writing(int at, byte[] bytes) {
    byte[] content = now().clone();
    System.arraycopy(bytes, 0, content, at, bytes.length);
    List<byte[]> more = new ArrayList<>(versions);
    more.add(content);
    int grown = Math.max(size, at + bytes.length);
    TreeSet<Integer> moreSizes = new TreeSet<>(sizes);
    moreSizes.add(grown);
    return new FileState(more, grown, moreSizes, durable, facts.touched());
  }

  /** write() has returned: durable where the blocks were. */
  FileState wrote(int at, int length) {
    FileState out = this;
    for (int page = at / PAGE; page * PAGE < at + length; page++) {
      if (durable[page]) {
        int from = Math.max(at, page * PAGE);
        out = out.only(from, Math.min(at + length, (page + 1) * PAGE), now());
      }
    }
    return out;
  }

  /** What was stored to a range has been persisted, with all that it takes to read it. */
  FileState persisted(int at, int length) {
    TreeSet<Integer> left = new TreeSet<>(sizes.tailSet(Math.min(size, at + length)));
    return new FileState(only(at, at + length, now()).versions, size, left, durable, facts);
  }

  FileState synced() {
    boolean[] all = durable.clone();
    for (int page = 0; page < all.length; page++) {
      all[page] |= page * PAGE < size && !isZero(now(), page * PAGE, (page + 1) * PAGE);
    }
    return new FileState(List.of(now()), size, new TreeSet<>(List.of(size)), all, facts);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Zeros reach the media, where a word may still be an older version: what was stored to the rest
   * of it is in DRAM.
   */
  FileState zeroingBelow(int from, int to) {
    List<byte[]> more = new ArrayList<>();
    versions.forEach(version -> more.add(zero(version, from, to)));
    more.addAll(versions);
    return new FileState(more, size, sizes, durable, facts.touched());
  }

  /** Zeros are on their way to a range, in pieces. */
  FileState zeroing(int from, int to) {
    return from >= to
        ? this
        : new FileState(plus(versions, zero(now(), from, to)), size, sizes, durable, facts)
            .newestIs(now());
  }

  private FileState newestIs(byte[] content) {
    List<byte[]> again = new ArrayList<>(versions);
    again.add(content);
    return new FileState(again, size, sizes, durable, facts.touched());
  }

  /** Zeros in a range, for sure. */
  FileState zeroed(int from, int to) {
    if (from >= to) {
      return this;
    }
    boolean[] left = durable.clone();
    for (int page = from / PAGE; page * PAGE < to; page++) {
      left[page] &= from > page * PAGE || (page + 1) * PAGE > to;
    }
    // Pages that lie wholly in the range; the last one as well if the file ends in it.
    if (to >= size && to % PAGE != 0 && from <= to / PAGE * PAGE) {
      left[to / PAGE] = false;
    }
    return new FileState(
        only(from, to, new byte[LIMIT]).versions, size, sizes, left, facts.touched());
  }

  /** The size is this, for sure, and behind it there is nothing. */
  FileState resized(int newSize) {
    FileState cut = zeroed(newSize, LIMIT);
    return new FileState(
        cut.versions, newSize, new TreeSet<>(List.of(newSize)), cut.durable, facts.touched());
  }

  private FileState only(int from, int to, byte[] content) {
    List<byte[]> out = new ArrayList<>();
    for (byte[] version : versions) {
      byte[] copy = version.clone();
      System.arraycopy(content, from, copy, from, to - from);
      if (out.isEmpty() || !Arrays.equals(out.getLast(), copy)) {
        out.add(copy);
      }
    }
    return new FileState(out, size, sizes, durable, facts);
  }

  private static List<byte[]> plus(List<byte[]> versions, byte[] one) {
    List<byte[]> out = new ArrayList<>(versions);
    out.add(one);
    return out;
  }

  private static byte[] zero(byte[] content, int from, int to) {
    byte[] copy = content.clone();
    Arrays.fill(copy, from, to, (byte) 0);
    return copy;
  }

  // ---------------------------------------------------------------- facts

  FileState with(FileFacts changed) {
    return new FileState(versions, size, sizes, durable, changed);
  }

  // ---------------------------------------------------------------- check

  /** What is wrong with what was found; null if nothing is. */
  @Nullable String complaint(byte[] found, int length) {
    if (!sizes.contains(length)) {
      return "size " + length + ", may be " + sizes;
    }
    int at = 0;
    while (true) {
      int skip = Arrays.mismatch(now(), at, length, found, at, length);
      if (skip < 0) {
        return null;
      }
      int word = at + skip & -8;
      if (!mayBe(found, word, length)) {
        return "bytes from %d are %s, last written was %s"
            .formatted(
                word,
                Arrays.toString(Arrays.copyOfRange(found, word, word + 8)),
                Arrays.toString(Arrays.copyOfRange(now(), word, word + 8)));
      }
      at = Math.min(word + 8, length);
    }
  }

  private boolean mayBe(byte[] found, int word, int length) {
    int end = Math.min(length, word + 8);
    for (byte[] version : versions) {
      if (end - word == 8
          ? (long) WORD.get(version, word) == (long) WORD.get(found, word)
          : Arrays.equals(version, word, end, found, word, end)) {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with what is read while all is well; null if nothing is. */
  @Nullable String difference(byte[] found, int length) {
    int at = length != size ? 0 : Arrays.mismatch(now(), 0, size, found, 0, length);
    return at < 0 ? null : "size " + length + " of " + size + ", differs at " + at;
  }
}

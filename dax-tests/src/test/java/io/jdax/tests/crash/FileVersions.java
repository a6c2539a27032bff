package io.jdax.tests.crash;

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
 * What the content of a file may be found as: each 8-byte word is that of one of the versions, its
 * size is one of the sizes. Never changed.
 */
final class FileVersions {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The newest last; zeros behind the end. */
  private final List<byte[]> versions;

  /** The newest. */
  final int size;

  private final SortedSet<Integer> sizes;

  private FileVersions(List<byte[]> versions, int size, SortedSet<Integer> sizes) {
    this.versions = versions;
    this.size = size;
    this.sizes = sizes;
  }

  static FileVersions empty(int limit) {
    return new FileVersions(List.of(new byte[limit]), 0, new TreeSet<>(List.of(0)));
  }

  byte[] now() {
    return versions.getLast();
  }

  /** The newest, for sure. */
  FileVersions newest() {
    return new FileVersions(List.of(now()), size, new TreeSet<>(List.of(size)));
  }

  /** Bytes are on their way, and perhaps a size: from now on they may be there. */
  FileVersions writing(int at, byte[] bytes) {
    byte[] content = now().clone();
    System.arraycopy(bytes, 0, content, at, bytes.length);
    int grown = Math.max(size, at + bytes.length);
    TreeSet<Integer> moreSizes = new TreeSet<>(sizes);
    moreSizes.add(grown);
    return new FileVersions(plus(content), grown, moreSizes);
  }

  /** What was stored to a range has been persisted, with all that it takes to read it. */
  FileVersions persisted(int at, int length) {
    TreeSet<Integer> left = new TreeSet<>(sizes.tailSet(Math.min(size, at + length)));
    return new FileVersions(only(at, at + length, now()).versions, size, left);
  }

  /** Zeros reach a range, where a word may still be an older version. */
  FileVersions zeroingBelow(int from, int to) {
    List<byte[]> more = new ArrayList<>();
    versions.forEach(version -> more.add(zero(version, from, to)));
    more.addAll(versions);
    return new FileVersions(more, size, sizes);
  }

  /** Zeros are on their way to a range, in pieces. */
  FileVersions zeroing(int from, int to) {
    List<byte[]> more = plus(zero(now(), from, to));
    more.add(now());
    return new FileVersions(more, size, sizes);
  }

  /** The size is this, for sure. */
  FileVersions sized(int newSize) {
    return new FileVersions(versions, newSize, new TreeSet<>(List.of(newSize)));
  }

  /** A range is as in this content, for sure. */
  FileVersions only(int from, int to, byte[] content) {
    return each(copy -> System.arraycopy(content, from, copy, from, to - from));
  }

  /** Zeros in a range, for sure. */
  FileVersions zeroed(int from, int to) {
    return each(copy -> Arrays.fill(copy, from, to, (byte) 0));
  }

  private interface Edit {
    void of(byte[] copy);
  }

  private FileVersions each(Edit edit) {
    List<byte[]> out = new ArrayList<>();
    for (byte[] version : versions) {
      byte[] copy = version.clone();
      edit.of(copy);
      if (out.isEmpty() || !Arrays.equals(out.getLast(), copy)) {
        out.add(copy);
      }
    }
    return new FileVersions(out, size, sizes);
  }

  private List<byte[]> plus(byte[] one) {
    List<byte[]> out = new ArrayList<>(versions);
    out.add(one);
    return out;
  }

  private static byte[] zero(byte[] content, int from, int to) {
    byte[] copy = content.clone();
    Arrays.fill(copy, from, to, (byte) 0);
    return copy;
  }

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
}

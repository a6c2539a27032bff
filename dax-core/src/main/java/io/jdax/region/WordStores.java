package io.jdax.region;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.jdax.os.Architecture;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Copies and fills of memory that is durable, or may become so, with ordinary stores: no aligned
 * word of 8 bytes inside the range is ever seen, or left by power loss, half old and half new.
 *
 * <p>The JDK promises nothing of the kind. Its copies and fills move words only where source,
 * destination and length are all multiples of 8; any other copy is one of smaller units, or
 * memmove(3), whose pieces overlap and begin anywhere. So what is aligned goes to the JDK, and of
 * the rest the bytes up to the first word and behind the last go apart, as in the native stubs
 * (words.h).
 */
public final class WordStores {
  private static final long ODD = 7;

  /**
   * Where arrays of bytes begin is the JVM's business: at a multiple of 8 unless object headers are
   * laid out in an unusual way, and then still of 4. Copies of such units move 8 bytes at a time on
   * x86, from the first byte of the destination on; on aarch64 they align the source first.
   */
  private static final boolean TRUST_ARRAYS = Architecture.CURRENT != Architecture.AARCH64;

  private WordStores() {}

  /**
   * As {@link MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)}, which it also is
   * for ranges that overlap.
   *
   * @param dst off the heap
   */
  public static void copy(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    if (((dst.address() + dstOffset | src.address() + srcOffset | length) & ODD) == 0
        && hasWords(src)) {
      MemorySegment.copy(src, srcOffset, dst, dstOffset, length);
    } else {
      copyParts(src, srcOffset, dst, dstOffset, length);
    }
  }

  /**
   * Stores {@code value} in every byte of a range.
   *
   * @param dst off the heap
   */
  public static void fill(MemorySegment dst, long offset, long length, byte value) {
    Objects.checkFromIndexSize(offset, length, dst.byteSize());
    long whole = offset + headOf(dst, offset, length);
    long tail = whole + (offset + length - whole & ~ODD);
    fillBytes(dst, offset, whole, value);
    if (tail > whole) {
      dst.asSlice(whole, tail - whole).fill(value);
    }
    fillBytes(dst, tail, offset + length, value);
  }

  /** Whether it begins where a multiple of 8 can be told by its addresses. */
  private static boolean hasWords(MemorySegment src) {
    return TRUST_ARRAYS || src.isNative();
  }

  /** Bytes before the first aligned word. */
  private static long headOf(MemorySegment dst, long offset, long length) {
    return Math.min(-(dst.address() + offset) & ODD, length);
  }

  private static void fillBytes(MemorySegment dst, long from, long to, byte value) {
    for (long at = from; at < to; at++) {
      dst.set(JAVA_BYTE, at, value);
    }
  }

  private static void copyParts(MemorySegment src, long from, MemorySegment dst, long to, long n) {
    Objects.checkFromIndexSize(from, n, src.byteSize());
    Objects.checkFromIndexSize(to, n, dst.byteSize());
    long head = headOf(dst, to, n);
    long whole = n - head & ~ODD;
    long distance = dst.address() + to - (src.address() + from);
    if (src.isNative() && distance > 0 && distance < n) {
      // The end first: what is still to be read must not be overwritten.
      for (long i = n - 1; i >= head + whole; i--) {
        dst.set(JAVA_BYTE, to + i, src.get(JAVA_BYTE, from + i));
      }
      for (long i = head + whole - Long.BYTES; i >= head; i -= Long.BYTES) {
        dst.set(JAVA_LONG, to + i, src.get(JAVA_LONG_UNALIGNED, from + i));
      }
      for (long i = head - 1; i >= 0; i--) {
        dst.set(JAVA_BYTE, to + i, src.get(JAVA_BYTE, from + i));
      }
      return;
    }
    copyBytes(src, from, dst, to, head);
    if ((src.address() + from + head & ODD) == 0 && hasWords(src)) {
      MemorySegment.copy(src, from + head, dst, to + head, whole);
    } else {
      for (long i = head; i < head + whole; i += Long.BYTES) {
        dst.set(JAVA_LONG, to + i, src.get(JAVA_LONG_UNALIGNED, from + i));
      }
    }
    copyBytes(src, from + head + whole, dst, to + head + whole, n - head - whole);
  }

  private static void copyBytes(MemorySegment src, long from, MemorySegment dst, long to, long n) {
    for (long i = 0; i < n; i++) {
      dst.set(JAVA_BYTE, to + i, src.get(JAVA_BYTE, from + i));
    }
  }
}

package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.jdax.machine.Architecture;
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
   * Whether the JDK's copies can be used on memory that may not be backed. Not on aarch64: the body
   * of its copy routine (copy_byte_f, JDK 25) is none that the JVM recognises when a page turns out
   * to be missing, and the process ends. There also, a source that lies crosswise, as an array may,
   * is aligned first, at the cost of the destination's words.
   */
  private static final boolean BY_JDK = Architecture.CURRENT != Architecture.AARCH64;

  private WordStores() {}

  /**
   * As {@link MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)}, which it also is
   * for ranges that overlap.
   *
   * @param dst off the heap
   */
  public static void copy(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    if (BY_JDK && ((dst.address() + dstOffset | src.address() + srcOffset | length) & ODD) == 0) {
      MemorySegment.copy(src, srcOffset, dst, dstOffset, length);
    } else {
      copyParts(src, srcOffset, dst, dstOffset, length);
    }
  }

  /**
   * Copies out of memory that may not be backed, to anywhere. Says nothing of words.
   *
   * @throws InternalError at once or later, as any access (see {@link AccessFault})
   */
  public static void load(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    if (BY_JDK) {
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
    // Words are stored whole also by this layout, where they are aligned.
    long distance = dst.address() + to - (src.address() + from);
    if (src.isNative() && distance > 0 && distance < n) {
      // The end first: what is still to be read must not be overwritten.
      for (long i = n - 1; i >= head + whole; i--) {
        dst.set(JAVA_BYTE, to + i, src.get(JAVA_BYTE, from + i));
      }
      for (long i = head + whole - Long.BYTES; i >= head; i -= Long.BYTES) {
        dst.set(JAVA_LONG_UNALIGNED, to + i, src.get(JAVA_LONG_UNALIGNED, from + i));
      }
      for (long i = head - 1; i >= 0; i--) {
        dst.set(JAVA_BYTE, to + i, src.get(JAVA_BYTE, from + i));
      }
      return;
    }
    copyBytes(src, from, dst, to, head);
    if (BY_JDK && (src.address() + from + head & ODD) == 0) {
      MemorySegment.copy(src, from + head, dst, to + head, whole);
    } else {
      for (long i = head; i < head + whole; i += Long.BYTES) {
        dst.set(JAVA_LONG_UNALIGNED, to + i, src.get(JAVA_LONG_UNALIGNED, from + i));
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

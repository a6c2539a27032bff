package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.jdax.machine.Architecture;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Copies and fills of memory that is durable, or may become so, with ordinary stores. No aligned
 * word of 8 bytes inside the range is ever seen, or left by power loss, half old and half new.
 * {@link #loadWords} sees words in the same way.
 *
 * <p>The JDK promises nothing of the kind. Its copies and fills move words only where source,
 * destination and length are all multiples of 8. Any other copy is one of smaller units, or
 * memmove(3), whose pieces overlap and begin anywhere. So the JDK does what is aligned. Of anything
 * else the bytes before the first word and after the last one are stored one by one, as in the
 * native stubs (words.h).
 */
public final class WordStores {
  /** The bits of an address or a length that are 0 at a multiple of a word. */
  private static final long WORD_MASK = Long.BYTES - 1;

  /**
   * Whether the JDK's copies can be used on memory that may not be backed. They can't on aarch64,
   * where the JVM does not recognise the body of its copy routine (copy_byte_f, JDK 25) when a page
   * turns out to be missing, and the process ends. If source and destination are not aligned alike,
   * as with an array, that routine also aligns the source, and so tears the destination's words.
   */
  private static final boolean BY_JDK = Architecture.CURRENT != Architecture.AARCH64;

  private static final int SPARE_BYTES = 4096;

  /** A buffer that nobody uses just now, so that a thread alone allocates none. */
  private static final AtomicReference<@Nullable MemorySegment> SPARE = new AtomicReference<>();

  private WordStores() {}

  /**
   * As {@link MemorySegment#copy(MemorySegment, long, MemorySegment, long, long)}, also for ranges
   * that overlap.
   *
   * @param dst off the heap
   */
  public static void copy(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    if (BY_JDK && areWords(src, srcOffset, dst, dstOffset, length)) {
      MemorySegment.copy(src, srcOffset, dst, dstOffset, length);
    } else {
      copyParts(src, srcOffset, dst, dstOffset, length);
    }
  }

  /**
   * Copies out of memory that may not be backed, to anywhere. Words of the destination may be torn.
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
   * As {@link #load}, but each aligned word of the source inside the range is loaded whole: never
   * half of what was there before a store of another thread, and half of what is there after it.
   *
   * @param src off the heap; where it overlaps the destination, words may be torn
   * @throws InternalError at once or later, as any access (see {@link AccessFault})
   */
  public static void loadWords(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    if (BY_JDK && areWords(src, srcOffset, dst, dstOffset, length)) {
      MemorySegment.copy(src, srcOffset, dst, dstOffset, length);
    } else if (overlap(src, srcOffset, dst, dstOffset, length)) {
      copyParts(src, srcOffset, dst, dstOffset, length);
    } else {
      loadParts(src, srcOffset, dst, dstOffset, length);
    }
  }

  /**
   * Whether both ranges are aligned words. An array is taken for aligned at its first byte, which
   * it is not with compact object headers (JEP 519): there, and on processors with 64-byte vectors,
   * the JDK's copy into an array may still tear what it loads.
   */
  private static boolean areWords(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    return ((dst.address() + dstOffset | src.address() + srcOffset | length) & WORD_MASK) == 0;
  }

  private static boolean overlap(
      MemorySegment src, long srcOffset, MemorySegment dst, long dstOffset, long length) {
    return dst.isNative()
        && Math.abs(dst.address() + dstOffset - (src.address() + srcOffset)) < length;
  }

  /**
   * Stores {@code value} in every byte of a range.
   *
   * @param dst off the heap
   */
  public static void fill(MemorySegment dst, long offset, long length, byte value) {
    Objects.checkFromIndexSize(offset, length, dst.byteSize());
    long whole = offset + headOf(dst, offset, length);
    long tail = whole + (offset + length - whole & ~WORD_MASK);
    fillBytes(dst, offset, whole, value);
    if (tail > whole) {
      dst.asSlice(whole, tail - whole).fill(value);
    }
    fillBytes(dst, tail, offset + length, value);
  }

  /** How many bytes of a range come before its first aligned word. */
  private static long headOf(MemorySegment segment, long offset, long length) {
    return Math.min(-(segment.address() + offset) & WORD_MASK, length);
  }

  private static void fillBytes(MemorySegment dst, long from, long to, byte value) {
    for (long at = from; at < to; at++) {
      dst.set(JAVA_BYTE, at, value);
    }
  }

  /**
   * Loads words to where there are none, by way of a buffer in DRAM. One copy would do for the
   * bytes, but would load what suits the destination's alignment; a loop over the words takes ten
   * times as long as two copies.
   */
  private static void loadParts(MemorySegment src, long from, MemorySegment dst, long to, long n) {
    Objects.checkFromIndexSize(from, n, src.byteSize());
    Objects.checkFromIndexSize(to, n, dst.byteSize());
    long head = headOf(src, from, n);
    long tail = head + (n - head & ~WORD_MASK);
    copyBytes(src, from, dst, to, head);
    MemorySegment spare = SPARE.getAndSet(null);
    MemorySegment words =
        spare == null ? MemorySegment.ofArray(new long[SPARE_BYTES / Long.BYTES]) : spare;
    for (long i = head; i < tail; i += SPARE_BYTES) {
      long part = Math.min(SPARE_BYTES, tail - i);
      load(src, from + i, words, 0, part);
      AccessFault.deliver(); // what an earlier load has left here is not for this caller
      load(words, 0, dst, to + i, part);
    }
    SPARE.set(words);
    copyBytes(src, from + tail, dst, to + tail, n - tail);
  }

  private static void copyParts(MemorySegment src, long from, MemorySegment dst, long to, long n) {
    Objects.checkFromIndexSize(from, n, src.byteSize());
    Objects.checkFromIndexSize(to, n, dst.byteSize());
    long head = headOf(dst, to, n);
    long whole = n - head & ~WORD_MASK;
    // The unaligned layout stores a word whole, too, if it is aligned.
    long distance = dst.address() + to - (src.address() + from);
    if (src.isNative() && distance > 0 && distance < n) {
      // From the end on, so that what is still to be read is not overwritten.
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
    if (BY_JDK && (src.address() + from + head & WORD_MASK) == 0) {
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

package io.jdax.testing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Cache lines of 64 bytes, or 8 words, and their hashes. */
final class Lines {
  static final int BYTES = 64;
  static final int WORDS = 8;
  static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

  private Lines() {}

  static long of(long offset) {
    return offset & -BYTES;
  }

  static long[] read(MemorySegment segment, long line) {
    long[] words = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = segment.get(WORD, line + 8L * i);
    }
    return words;
  }

  static void write(long[] words, MemorySegment segment, long line) {
    for (int i = 0; i < WORDS; i++) {
      segment.set(WORD, line + 8L * i, words[i]);
    }
  }

  /** The hash of a line's place and content. An image's hash is the XOR of those of its lines. */
  static long hash(long line, long[] words) {
    long h = mix(line + 0x9E3779B97F4A7C15L);
    for (long word : words) {
      h = (Long.rotateLeft(h, 23) ^ word) * 0x9FB21C651E98DF25L;
      h ^= h >>> 29;
    }
    return mix(h);
  }

  static long mix(long x) {
    long z = (x ^ x >>> 32) * 0xD6E8FEB86659FD93L;
    z = (z ^ z >>> 32) * 0xD6E8FEB86659FD93L;
    return z ^ z >>> 32;
  }
}

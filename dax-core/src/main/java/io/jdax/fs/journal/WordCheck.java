package io.jdax.fs.journal;

/**
 * A check of 64 bits over words, each of which is mixed with a key of its own place and apart from
 * the others, so that the processor does it for several at once, and so that words may be added as
 * they are stored. It tells what has not arrived from what has; it keeps out nobody who forges.
 */
public final class WordCheck {
  private static final long ODD = 0x9E3779B97F4A7C15L;
  private static final long MULTIPLIER = 0xD6E8FEB86659FD93L;

  private WordCheck() {}

  /** What a word adds to the sum. */
  public static long term(long seed, long place, long word) {
    return mixed(word, seed + place * ODD);
  }

  /** The check of a sum of terms. */
  public static long ofSum(long seed, long sum) {
    return mixed(sum, ~seed);
  }

  private static long mixed(long word, long key) {
    long x = (word ^ key) * MULTIPLIER;
    x = (x ^ x >>> 32) * MULTIPLIER;
    return x ^ x >>> 29;
  }
}

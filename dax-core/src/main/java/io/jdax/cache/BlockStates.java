package io.jdax.cache;

/**
 * What the blocks of one page in DRAM have on the media, two bits for each in one word.
 *
 * <pre>
 *   NONE        nothing is set aside: it reads as zeros, and may not be stored to
 *   DELAYED     no block yet, but one is set aside, with room to record it
 *   UNWRITTEN   a block that reads as zeros until this is written to it, with room to record that
 *   MAPPED      a block that holds what this held when the page was last clean
 * </pre>
 *
 * <p>Whether the page is dirty is kept by {@link PageIndex}; up to date it always is.
 */
public final class BlockStates {
  public static final int NONE = 0;
  public static final int DELAYED = 1;
  public static final int UNWRITTEN = 2;
  public static final int MAPPED = 3;

  private static final int LOW_BITS = 0x5555_5555;

  private BlockStates() {}

  public static int get(int word, int block) {
    return word >>> 2 * block & 3;
  }

  public static int with(int word, int block, int state) {
    return word & ~(3 << 2 * block) | state << 2 * block;
  }

  /** The same for {@code blocks} blocks. */
  public static int all(int state, int blocks) {
    return state * LOW_BITS & mask(blocks);
  }

  /** Whether every block of a page has storage, or has it set aside. */
  public static boolean isComplete(int word, int blocks) {
    int low = LOW_BITS & mask(blocks);
    return ((word | word >>> 1) & low) == low;
  }

  /** How many of the blocks {@code [from, to)} are in a state. */
  public static int count(int word, int from, int to, int state) {
    int count = 0;
    for (int block = from; block < to; block++) {
      count += get(word, block) == state ? 1 : 0;
    }
    return count;
  }

  /** The first block after {@code from}, and before {@code to}, in another state; else to. */
  public static int runEnd(int word, int from, int to) {
    int end = from + 1;
    while (end < to && get(word, end) == get(word, from)) {
      end++;
    }
    return end;
  }

  private static int mask(int blocks) {
    return (int) ((1L << 2 * blocks) - 1);
  }
}

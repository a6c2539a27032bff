package io.jdax.os;

/**
 * Pages of files and the frames that they lie in. They have 4096 bytes, whatever the pages of the
 * processor are ({@link PageSize}).
 */
public final class Pages {
  public static final int SHIFT = 12;
  public static final int BYTES = 1 << SHIFT;

  private Pages() {}

  /** The page that a byte lies in. */
  public static long of(long offset) {
    return offset >>> SHIFT;
  }

  /** How many bytes so many pages have, and at which byte the page of that number begins. */
  public static long bytes(long pages) {
    return pages << SHIFT;
  }

  /** How many pages it takes for so many bytes. */
  public static long in(long bytes) {
    return (bytes + (BYTES - 1)) >>> SHIFT;
  }

  /** The page after the one that holds the last byte before {@code endOffset}, which is not 0. */
  public static long after(long endOffset) {
    return of(endOffset - 1) + 1;
  }

  /** How many bytes of its page come before a byte. */
  public static int within(long offset) {
    return (int) offset & (BYTES - 1);
  }

  /** The offset at which the page that a byte lies in ends. */
  public static long endOf(long offset) {
    return (offset | (BYTES - 1)) + 1;
  }
}

package io.jdax.os;

/**
 * Pages of files and the frames that they lie in: 4096 bytes, whatever the pages of the processor
 * are ({@link io.jdax.os.PageSize}).
 */
public final class Pages {
  public static final int SHIFT = 12;
  public static final int BYTES = 1 << SHIFT;

  private Pages() {}

  /** The page that a byte lies in. */
  public static long of(long offset) {
    return offset >>> SHIFT;
  }

  /** Bytes of so many pages; where a page begins. */
  public static long bytes(long pages) {
    return pages << SHIFT;
  }

  /** How many pages so many bytes take. */
  public static long in(long bytes) {
    return (bytes + (BYTES - 1)) >>> SHIFT;
  }

  /** The page after the one that holds the last byte before {@code endOffset}, which is not 0. */
  public static long after(long endOffset) {
    return of(endOffset - 1) + 1;
  }

  /** Where a byte lies in its page. */
  public static int within(long offset) {
    return (int) offset & (BYTES - 1);
  }

  /** Where the page that a byte lies in ends. */
  public static long endOf(long offset) {
    return (offset | (BYTES - 1)) + 1;
  }
}

package io.jdax;

/** Sizes that many tests use, in bytes, as longs: for offsets, whose products are longs then. */
public final class LongSizes {
  /** A page of a file, and a frame of a region. */
  public static final long PAGE = Sizes.PAGE;

  /** What one entry of a processor's page directory maps. */
  public static final long HUGE = 2 << 20;

  public static final long MIB = Sizes.MIB;

  private LongSizes() {}
}

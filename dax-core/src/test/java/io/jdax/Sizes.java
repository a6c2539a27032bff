package io.jdax;

/** Sizes that many tests use, in bytes, as ints: for arrays and for counts. */
public final class Sizes {
  /** A page of a file, and a frame of a region. */
  public static final int PAGE = 4096;

  /** The smallest block that a device has. */
  public static final int SECTOR = 512;

  public static final int MIB = 1 << 20;

  private Sizes() {}
}

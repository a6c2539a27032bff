package io.jdax.fs.format;

import io.jdax.fs.space.Units;

/** What the media can hold, whatever a caller asks for. */
public final class Limits {
  /** Bytes of the largest file. */
  public static final long FILE_BYTES = 1L << 60;

  /** Bytes of the largest extent size hint, which is how much storage a file is given at a time. */
  public static final long HINT_BYTES = 1L << 30;

  /** Bytes of the longest name, of a file or of an attribute, in UTF-8. */
  public static final int NAME_BYTES = 255;

  /** Bytes of the longest target of a symbolic link, in UTF-8. */
  public static final int TARGET_BYTES = 4095;

  /** Bytes of a target in one item of the tree; only the last item has fewer. */
  public static final int TARGET_PIECE_BYTES = 1024;

  /** Bytes of the largest value of an extended attribute. */
  public static final int VALUE_BYTES = 64 << 10;

  private Limits() {}

  /** Blocks of the largest file. */
  public static long fileBlocks(Units units) {
    return FILE_BYTES >>> units.blockShift;
  }
}

package io.jdax.fs.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the tree keeps of a project, whose id is in the key. Numbers are little-endian.
 *
 * <pre>
 *        0               8               16              24
 *       +---------------+---------------+---------------+
 *     0 | limit, bytes  | limit, inodes | directory     |   directory: inode of the root of the project; limits: 0 for none
 *       +---------------+---------------+---------------+
 *    24
 * </pre>
 */
public record QuotaRecord(long limitBytes, long limitInodes, long directory) {
  public static final int BYTES = 24;

  private static final int LIMIT_BYTES = 0;
  private static final int LIMIT_INODES = 8;
  private static final int DIRECTORY = 16;

  static {
    if (LIMIT_INODES != LIMIT_BYTES + Long.BYTES || BYTES != DIRECTORY + Long.BYTES) {
      throw new AssertionError("quota layout");
    }
  }

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Reads a record of {@link #BYTES}. */
  public static QuotaRecord of(MemorySegment s, long offset) {
    return new QuotaRecord(
        s.get(LONG, offset + LIMIT_BYTES),
        s.get(LONG, offset + LIMIT_INODES),
        s.get(LONG, offset + DIRECTORY));
  }

  /** Whether all its fields are possible, and the project that is in its key. */
  public boolean isPossible(long project) {
    return project > 0
        && project <= Integer.MAX_VALUE
        && limitBytes >= 0
        && limitInodes >= 0
        && directory >= Keys.ROOT
        && directory <= Keys.MAX_INODE;
  }

  /** The record as the tree keeps it. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    LittleEndian.putLong(bytes, LIMIT_BYTES, limitBytes);
    LittleEndian.putLong(bytes, LIMIT_INODES, limitInodes);
    LittleEndian.putLong(bytes, DIRECTORY, directory);
    return bytes;
  }
}

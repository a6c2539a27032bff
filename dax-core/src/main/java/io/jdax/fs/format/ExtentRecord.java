package io.jdax.fs.format;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An extent in the tree. Its first block in the file is the low half of the key. Numbers are
 * little-endian.
 *
 * <pre>
 *        0               8
 *       +---------------+---------------+
 *     0 | place         | count, blocks |  place: block of the device << 1 | 1 if unwritten
 *       +---------------+---------------+
 *    16
 * </pre>
 */
public final class ExtentRecord {
  public static final int BYTES = 16;
  public static final int PLACE = 0;
  public static final int COUNT = 8;

  static {
    if (COUNT != PLACE + Long.BYTES || BYTES != COUNT + Long.BYTES) {
      throw new AssertionError("extent layout");
    }
  }

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ExtentRecord() {}

  /**
   * Fills {@code out} with a record.
   *
   * @param place the first block on the device, times 2, plus 1 if the extent is unwritten
   * @param count how many blocks it has
   */
  public static void encode(MemorySegment out, long place, long count) {
    out.set(LONG, PLACE, place);
    out.set(LONG, COUNT, count);
  }

  /** The place in a record; see {@link #encode}. */
  public static long place(MemorySegment node, long offset) {
    return node.get(LONG, offset + PLACE);
  }

  /** How many blocks a record has. */
  public static long count(MemorySegment node, long offset) {
    return node.get(LONG, offset + COUNT);
  }

  /**
   * How many more records an extent may become, when stores come to every other block of it. Room
   * for them is promised for as long as it is unwritten.
   */
  public static long promisedItems(long place, long count) {
    return (place & 1) * (count - 1);
  }

  /**
   * Refuses what can't be an extent.
   *
   * @param hi high half of its key
   * @param first its first block in the file, which is the low half
   * @param place see {@link #encode}
   * @param count how many blocks it has
   * @param frames how many frames the device has
   * @throws CorruptMetadataException it does not lie in the largest file, or not on the device
   */
  public static void check(
      String region, Units units, long hi, long first, long place, long count, long frames)
      throws CorruptMetadataException {
    long block = place >>> 1;
    if (!isPossible(units, first, place, count, frames)) {
      throw new CorruptMetadataException(
          region,
          "extent of inode " + Keys.inode(hi) + " at block " + first + " of the file",
          units.pageOf(block),
          "does not lie on the device: " + count + " blocks");
    }
  }

  /** Whether it lies in the largest file, and on the device. */
  public static boolean isPossible(Units units, long first, long place, long count, long frames) {
    long block = place >>> 1;
    return count > 0
        && block >= firstBlock(units)
        && block <= units.blocksOf(frames) - count
        && first >= 0
        && first <= Limits.fileBlocks(units) - count;
  }

  /**
   * The first block of the device that an extent may have, which is the one after the superblocks.
   */
  public static long firstBlock(Units units) {
    return units.blocksOf(2);
  }

  /** The place in the answer of a lookup; see {@link #encode}. */
  public static long place(Item item) {
    return item.getLong(PLACE);
  }

  /** How many blocks the answer of a lookup has. */
  public static long count(Item item) {
    return item.getLong(COUNT);
  }
}

package io.jdax.tools;

import static io.jdax.tools.Signature.hex;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Knows what has a magic number of only two bytes, which other data can have by chance. So what
 * lies around it must make sense as well.
 */
final class TwoByteMagic {
  private static final int KIB = 1 << 10;
  private static final int BOOT_SIGNATURE = 510;
  private static final int PARTITIONS = 446;
  private static final int PARTITION_BYTES = 16;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt LITTLE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt BIG = LITTLE.withOrder(ByteOrder.BIG_ENDIAN);

  private TwoByteMagic() {}

  static boolean isExt(MemorySegment memory) {
    return hex("53ef", KIB + 56).isIn(memory)
        && Integer.compareUnsigned(memory.get(LITTLE, KIB + 24), 6) <= 0 // 1 KiB << this is a block
        && Integer.compareUnsigned(memory.get(LITTLE, KIB + 76), 1) <= 0; // revision
  }

  /** Knows versions 1 and 2 with short or long names, and 3, in either order of bytes. */
  static boolean isMinix(MemorySegment memory) {
    long old = KIB + 16;
    long newer = KIB + 24;
    if (hex("7f13", old).isIn(memory)
        || hex("8f13", old).isIn(memory)
        || hex("6824", old).isIn(memory)
        || hex("7824", old).isIn(memory)
        || hex("137f", old).isIn(memory)
        || hex("138f", old).isIn(memory)
        || hex("2468", old).isIn(memory)
        || hex("2478", old).isIn(memory)) {
      return hasMaps(memory, KIB + 4);
    }
    return (hex("5a4d", newer).isIn(memory) || hex("4d5a", newer).isIn(memory))
        && hasMaps(memory, KIB + 6);
  }

  /** Whether there are blocks for the maps of inodes and of zones. */
  private static boolean hasMaps(MemorySegment memory, long at) {
    return memory.get(SHORT, at) != 0 && memory.get(SHORT, at + 2) != 0;
  }

  static boolean isHfs(MemorySegment memory) {
    if (!hex("4244", KIB).isIn(memory)) {
      return false;
    }
    int blockBytes = memory.get(BIG, KIB + 20);
    return blockBytes != 0 && blockBytes % 512 == 0;
  }

  static boolean isPartitioned(MemorySegment memory) {
    boolean sound = hex("55aa", BOOT_SIGNATURE).isIn(memory);
    for (int i = 0; i < 4 && sound; i++) {
      byte flag = memory.get(ValueLayout.JAVA_BYTE, PARTITIONS + (long) i * PARTITION_BYTES);
      sound = flag == 0 || flag == (byte) 0x80;
    }
    return sound;
  }
}

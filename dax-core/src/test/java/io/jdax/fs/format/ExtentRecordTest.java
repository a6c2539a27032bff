package io.jdax.fs.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an extent, and what is refused as none. */
class ExtentRecordTest {
  private static final long FRAMES = 100;

  private static void check(Units units, long first, long block, long count)
      throws CorruptMetadataException {
    long hi = Keys.hi(9, Keys.EXTENT);
    for (long unwritten = 0; unwritten < 2; unwritten++) {
      ExtentRecord.check("r", units, hi, first, block << 1 | unwritten, count, FRAMES);
    }
  }

  private static void assertAccepted(Units units, long first, long block, long count) {
    assertDoesNotThrow(() -> check(units, first, block, count));
  }

  private static void assertRefused(Units units, long first, long block, long count) {
    CorruptMetadataException e =
        assertThrows(CorruptMetadataException.class, () -> check(units, first, block, count));
    assertEquals(units.pageOf(block), e.pfn(), "the frame that it is said to lie in");
    assertTrue(Messages.of(e).contains("extent of inode 9 at block " + first), Messages.of(e));
  }

  @ParameterizedTest(name = "block shift {0}")
  @ValueSource(ints = {9, 12})
  @DisplayName("An extent lies behind the superblocks and before the end of the device")
  void onDevice(int shift) {
    Units units = new Units(shift);
    long start = units.blocksOf(2);
    long end = units.blocksOf(FRAMES);
    assertEquals(start, ExtentRecord.firstBlock(units));
    assertAccepted(units, 0, start, end - start);
    assertAccepted(units, 0, end - 1, 1);
    assertRefused(units, 0, start - 1, 1);
    assertRefused(units, 0, start, end - start + 1);
    assertRefused(units, 0, end, 1);
    assertRefused(units, 0, start, Long.MAX_VALUE);
  }

  @ParameterizedTest(name = "block shift {0}")
  @ValueSource(ints = {9, 12})
  @DisplayName("An extent ends no later than the largest file")
  void inFile(int shift) {
    Units units = new Units(shift);
    long end = Limits.fileBlocks(units);
    long block = units.blocksOf(50);
    assertAccepted(units, end - 3, block, 3);
    assertRefused(units, end - 3, block, 4);
    assertRefused(units, -1, block, 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  @DisplayName("An extent without blocks is refused")
  void empty(long count) {
    assertRefused(Units.PAGES, 0, 50, count);
  }

  @Test
  @DisplayName("An unwritten extent may become one record a block, a written one stays one")
  void promisedItems() {
    assertEquals(0, ExtentRecord.promisedItems(50 << 1, 8));
    assertEquals(7, ExtentRecord.promisedItems(50 << 1 | 1, 8));
    assertEquals(0, ExtentRecord.promisedItems(50 << 1 | 1, 1));
  }

  @Test
  @DisplayName("An extent is read as it was written, wherever in its node it lies")
  void roundTrip() {
    byte[] node = new byte[64];
    MemorySegment segment = MemorySegment.ofArray(node);
    ExtentRecord.encode(segment.asSlice(24, ExtentRecord.BYTES), 0x123456789aL, 0x1122334455L);
    assertEquals(0x123456789aL, ExtentRecord.place(segment, 24));
    assertEquals(0x1122334455L, ExtentRecord.count(segment, 24));
    Item item = Item.of(Keys.hi(9, Keys.EXTENT), 0, segment.asSlice(24, 16).toArray(JAVA_BYTE));
    assertEquals(0x123456789aL, ExtentRecord.place(item));
    assertEquals(0x1122334455L, ExtentRecord.count(item));
  }
}

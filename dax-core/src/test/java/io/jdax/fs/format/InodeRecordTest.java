package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.Item;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is an inode, and what is refused as none; {@link FormatImageTest} has every field. */
class InodeRecordTest {
  private static final long INODE = 21;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final byte[] value = InodeRecord.create(FileType.REGULAR, 0640, 5, 99).toBytes();
  private final MemorySegment segment = MemorySegment.ofArray(value);

  private static InodeRecord read(byte[] value) throws CorruptMetadataException {
    return InodeRecord.of("r", Item.of(Keys.hi(INODE, Keys.INODE), 0, value));
  }

  private static void assertRefused(byte[] value) {
    String said = Messages.of(assertThrows(CorruptMetadataException.class, () -> read(value)));
    assertTrue(said.contains("inode " + INODE + " has a record of bad length, type or size"), said);
  }

  @Test
  @DisplayName("Only a directory has a parent, and it begins with two links")
  void create() {
    InodeRecord file = InodeRecord.create(FileType.REGULAR, 0640, 5, 99);
    assertEquals(0, file.parent);
    assertEquals(1, file.links);
    InodeRecord directory = InodeRecord.create(FileType.DIRECTORY, 0750, 5, 99);
    assertEquals(5, directory.parent);
    assertEquals(2, directory.links);
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, InodeRecord.BYTES - 1, InodeRecord.BYTES + 1})
  @DisplayName("A record of another length is refused")
  void length(int bytes) {
    assertRefused(Arrays.copyOf(value, bytes));
  }

  @Test
  @DisplayName("A record of a type that there is not is refused")
  void type() {
    segment.set(INT, InodeRecord.MODE, 0x1000 | 0640);
    assertRefused(value);
  }

  @Test
  @DisplayName("Links and bytes may be 0, and less than 0 is refused of each")
  void negative() throws CorruptMetadataException {
    segment.set(INT, InodeRecord.LINKS, 0);
    assertEquals(0, read(value).links);
    assertEquals(0, read(value).sizeBytes);
    segment.set(INT, InodeRecord.LINKS, -1);
    assertRefused(value);
    segment.set(INT, InodeRecord.LINKS, 1);
    segment.set(LONG, InodeRecord.SIZE, -1);
    assertRefused(value);
  }

  @ParameterizedTest
  @CsvSource({"0, AUTO", "1, DIRECT", "2, CACHED", "3, AUTO", "-1, AUTO", "-2147483648, AUTO"})
  @DisplayName("A tier mode that this release does not know is taken as auto")
  void tier(int stored, TierMode expected) throws CorruptMetadataException {
    segment.set(INT, InodeRecord.TIER, stored);
    assertEquals(expected, read(value).tier);
  }

  @Test
  @DisplayName("The project is found in a record wherever in its node it lies")
  void project() {
    segment.set(INT, InodeRecord.PROJECT, 4711);
    byte[] node = new byte[3 * InodeRecord.BYTES];
    System.arraycopy(value, 0, node, 100, value.length);
    assertEquals(4711, InodeRecord.project(MemorySegment.ofArray(node), 100));
  }

  @Test
  @DisplayName("What was read is written as the same bytes")
  void roundTrip() throws CorruptMetadataException {
    segment.set(INT, InodeRecord.UID, 1000);
    segment.set(INT, InodeRecord.GID, -2);
    segment.set(INT, InodeRecord.HINT, 16);
    segment.set(INT, InodeRecord.TIER, 2);
    segment.set(LONG, InodeRecord.ACCESSED, -1);
    assertArrayEquals(value, read(value).toBytes());
  }
}

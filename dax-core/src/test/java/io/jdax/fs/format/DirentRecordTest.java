package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.tree.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a name in a directory, and what is refused as none. */
class DirentRecordTest {
  private static final long DIRECTORY = 7;

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static Item item(byte[] value) {
    return Item.of(Keys.hi(DIRECTORY, Keys.DIRENT), 64, value);
  }

  private static Item item(long inode, String name) {
    return item(new DirentRecord(inode, FileType.REGULAR, utf8(name)).toBytes());
  }

  private static void assertRefused(byte[] value) {
    String said =
        Messages.of(
            assertThrows(CorruptMetadataException.class, () -> DirentRecord.of("r", item(value))));
    assertTrue(said.contains("name in directory " + DIRECTORY), said);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("A name is read as it was written, of each type")
  void roundTrip(FileType type) throws CorruptMetadataException {
    DirentRecord read =
        DirentRecord.of("r", item(new DirentRecord(12, type, utf8("naïve")).toBytes()));
    assertEquals(12, read.inode());
    assertEquals(type, read.type());
    assertArrayEquals(utf8("naïve"), read.name());
    assertEquals("naïve", read.nameString());
  }

  @ParameterizedTest
  @ValueSource(longs = {Keys.ROOT, Keys.MAX_INODE})
  @DisplayName("The first and the last inode can have a name")
  void edgesOfInodes(long inode) throws CorruptMetadataException {
    assertEquals(inode, DirentRecord.of("r", item(inode, "a")).inode());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Keys.MAX_INODE + 1})
  @DisplayName("A name of an inode that no file can have is refused")
  void badInode(long inode) {
    assertRefused(new DirentRecord(inode, FileType.REGULAR, utf8("a")).toBytes());
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, DirentRecord.TYPE, DirentRecord.NAME})
  @DisplayName("A record that ends before its name is refused")
  void tooShort(int length) {
    byte[] whole = new DirentRecord(12, FileType.REGULAR, utf8("a")).toBytes();
    assertRefused(Arrays.copyOf(whole, length));
  }

  @Test
  @DisplayName("A record of a type that there is not is refused")
  void badType() {
    byte[] value = new DirentRecord(12, FileType.REGULAR, utf8("a")).toBytes();
    value[DirentRecord.TYPE] = 0;
    assertRefused(value);
  }

  @Test
  @DisplayName("A name is another's neither if it is longer, nor shorter, nor if one byte differs")
  void isNamed() {
    Item item = item(12, "name");
    assertTrue(DirentRecord.isNamed(item, utf8("name")));
    for (String other : new String[] {"nam", "names", "Name", "namE", "", "four"}) {
      assertFalse(DirentRecord.isNamed(item, utf8(other)), other);
    }
  }
}

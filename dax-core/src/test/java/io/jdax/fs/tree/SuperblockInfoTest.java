package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided at format. */
class SuperblockInfoTest {
  private static final UUID ID = new UUID(1, 2);

  private static SuperblockInfo info(int blockSize, long incompatible) {
    return new SuperblockInfo(ID, "l", blockSize, 3, 4, incompatible);
  }

  @Test
  @DisplayName("A label may have 64 bytes of UTF-8, and none of them is 0")
  void label() {
    assertEquals("x".repeat(64), SuperblockInfo.create("x".repeat(64)).label());
    assertEquals("ä".repeat(32), SuperblockInfo.create("ä".repeat(32)).label());
    for (String bad : new String[] {"x".repeat(65), "ä".repeat(32) + "x", "a\0b", "\ud800"}) {
      assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create(bad));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"512, 9, 1", "1024, 10, 1", "2048, 11, 1", "4096, 12, 0"})
  @DisplayName("Small blocks are a feature, from 512 to 2048 bytes")
  void blockSizes(int bytes, int shift, long features) {
    SuperblockInfo created = SuperblockInfo.create("l", bytes);
    assertEquals(bytes, created.blockSize());
    assertEquals(shift, created.blockShift());
    assertEquals(features, created.incompatible());
    assertEquals(0, created.compatible());
    assertTrue(created.hasSoundBlockSize());
    assertTrue(info(bytes, features | SuperblockInfo.QUOTAS).hasSoundBlockSize());
    assertFalse(info(bytes, features ^ SuperblockInfo.SMALL_BLOCKS).hasSoundBlockSize());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -512, 256, 513, 3072, 8192})
  @DisplayName("Blocks of another size are refused, and are not sound")
  void noBlockSize(int bytes) {
    assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("l", bytes));
    assertFalse(info(bytes, 0).hasSoundBlockSize());
    assertFalse(info(bytes, SuperblockInfo.SMALL_BLOCKS).hasSoundBlockSize());
  }

  @Test
  @DisplayName("Two file systems of one label are two")
  void create() {
    assertNotEquals(SuperblockInfo.create("l").uuid(), SuperblockInfo.create("l").uuid());
    assertEquals(4096, SuperblockInfo.create("l").blockSize());
    assertTrue(SuperblockInfo.create("l").createdMillis() > 0);
  }

  @Test
  @DisplayName("A feature is set or not, whatever it was, and the others stay")
  void withIncompatible() {
    SuperblockInfo without = info(512, SuperblockInfo.SMALL_BLOCKS);
    SuperblockInfo with = info(512, SuperblockInfo.SMALL_BLOCKS | SuperblockInfo.QUOTAS);
    for (SuperblockInfo before : new SuperblockInfo[] {without, with}) {
      assertEquals(with, before.withIncompatible(SuperblockInfo.QUOTAS, true));
      assertEquals(without, before.withIncompatible(SuperblockInfo.QUOTAS, false));
    }
  }

  @Test
  @DisplayName("A file system is the same if all is but features")
  void isSameFileSystem() {
    SuperblockInfo one = info(512, 1);
    assertTrue(one.isSameFileSystem(new SuperblockInfo(ID, "l", 512, 3, 9, 8)));
    assertFalse(one.isSameFileSystem(new SuperblockInfo(new UUID(1, 3), "l", 512, 3, 4, 1)));
    assertFalse(one.isSameFileSystem(new SuperblockInfo(ID, "m", 512, 3, 4, 1)));
    assertFalse(one.isSameFileSystem(new SuperblockInfo(ID, "l", 1024, 3, 4, 1)));
    assertFalse(one.isSameFileSystem(new SuperblockInfo(ID, "l", 512, 4, 4, 1)));
  }
}

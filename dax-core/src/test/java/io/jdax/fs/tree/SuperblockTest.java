package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.journal.JournalPlace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a superblock can say, and what is wrong with one that no commit can have written. */
class SuperblockTest {
  private static final SuperblockInfo INFO =
      new SuperblockInfo(new UUID(0x0102030405060708L, -2), "naïve", 1024, -5, 1L << 63, 3)
          .withLog(new LogPlace(11, 12, 13, 14))
          .withJournal(new JournalPlace(15, 16, 17));
  private static final Superblock GOOD = new Superblock(INFO, 1, 100, 6, 7, 3, 42, 99);

  private final MemorySegment s = MemorySegment.ofArray(new byte[Superblock.BYTES]);

  @BeforeEach
  void encode() {
    GOOD.encode(s, s.asByteBuffer());
  }

  private void assertFlaw(String what) {
    assertEquals(what, Superblock.flaw(s, 0));
  }

  @Test
  @DisplayName("A superblock is read as it was written, label, uuid and features")
  void roundTrip() {
    assertTrue(Superblock.hasMagic(s));
    assertTrue(Superblock.hasGoodChecksum(s, s.asByteBuffer()));
    assertNull(Superblock.flaw(s, 0));
    assertEquals(GOOD, Superblock.decode(s));
    assertEquals(1, Superblock.version(s));
  }

  @Test
  @DisplayName("What was in the buffer before does not matter")
  void buffer() {
    MemorySegment other = MemorySegment.ofArray(new byte[Superblock.BYTES]).fill((byte) 0x5a);
    GOOD.encode(other, other.asByteBuffer());
    assertEquals(-1, s.mismatch(other));
  }

  @Test
  @DisplayName("The next commit goes to the other slot, and counts one more")
  void next() {
    assertEquals(0, GOOD.slot());
    Superblock next = GOOD.next();
    assertEquals(new Superblock(INFO, 1, 100, 7, 7, 3, 42, 99), next);
    assertEquals(1, next.slot());
    SuperblockInfo other = INFO.withIncompatible(SuperblockInfo.QUOTAS, false);
    assertEquals(new Superblock(other, 1, 100, 7, 8, 2, 43, 100), GOOD.next(other, 8, 2, 43, 100));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 11, 12, 511})
  @DisplayName("Each byte is part of the magic number, the checksum, or what it is of")
  void everyByte(int at) {
    s.set(ValueLayout.JAVA_BYTE, at, (byte) ~s.get(ValueLayout.JAVA_BYTE, at));
    assertFalse(Superblock.hasMagic(s) && Superblock.hasGoodChecksum(s, s.asByteBuffer()));
    assertEquals(at >= 8, Superblock.hasMagic(s));
  }

  @Test
  @DisplayName("A superblock tells its slot, and a commit that belongs there")
  void slot() {
    assertEquals("says that it belongs in slot 0", Superblock.flaw(s, 1));
    s.set(Node.LONG, Superblock.GENERATION, 7);
    assertFlaw("is of commit 7, which does not belong in this slot");
    s.set(Node.LONG, Superblock.GENERATION, 0);
    assertFlaw("is of commit 0, which does not belong in this slot");
    s.set(Node.LONG, Superblock.GENERATION, -2);
    assertFlaw("is of commit -2, which does not belong in this slot");
    s.set(Node.LONG, Superblock.GENERATION, 1);
    s.set(Node.INT, Superblock.SLOT, 1);
    assertNull(Superblock.flaw(s, 1), "the first commit");
  }

  @Test
  @DisplayName("The root lies behind the superblocks and before the end of the file system")
  void root() {
    for (long good : new long[] {2, 99}) {
      s.set(Node.LONG, Superblock.ROOT, good);
      assertNull(Superblock.flaw(s, 0));
    }
    for (long bad : new long[] {-1, 0, 1, 100, Long.MAX_VALUE}) {
      s.set(Node.LONG, Superblock.ROOT, bad);
      assertFlaw("leads to frame " + bad + " of 100");
    }
  }

  @Test
  @DisplayName("The root has a level from 0 to the highest")
  void level() {
    for (int good : new int[] {0, Node.MAX_LEVEL}) {
      s.set(Node.INT, Superblock.ROOT_LEVEL, good);
      assertNull(Superblock.flaw(s, 0));
    }
    for (int bad : new int[] {-1, Node.MAX_LEVEL + 1}) {
      s.set(Node.INT, Superblock.ROOT_LEVEL, bad);
      assertFlaw("has a root of level " + bad);
    }
  }

  @Test
  @DisplayName("A label has from 0 to 64 bytes, which are UTF-8, and none of them 0")
  void label() {
    for (int good : new int[] {0, 2, 64}) {
      s.asSlice(Superblock.LABEL, 64).fill((byte) 'x');
      s.set(Node.INT, Superblock.LABEL_LENGTH, good);
      assertNull(Superblock.flaw(s, 0));
      assertEquals("x".repeat(good), Superblock.decode(s).info().label());
    }
    for (int bad : new int[] {-1, 65}) {
      s.set(Node.INT, Superblock.LABEL_LENGTH, bad);
      assertFlaw("has a label of " + bad + " bytes");
    }
    s.set(Node.INT, Superblock.LABEL_LENGTH, 2);
    for (byte bad : new byte[] {0, (byte) 0xC3, (byte) 0xFF}) {
      s.set(ValueLayout.JAVA_BYTE, Superblock.LABEL, bad);
      assertFlaw("has a label that is not UTF-8");
    }
  }
}

package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where names and attributes lie in the tree. */
class KeysTest {
  private static final byte[] NAME = {'n'};

  @Test
  @DisplayName("The high half of a key is not negative, and tells inode and kind")
  void highHalf() {
    long hi = Keys.hi(Keys.MAX_INODE, Keys.QUOTA);
    assertTrue(hi > 0);
    assertEquals(Keys.MAX_INODE, Keys.inode(hi));
    assertEquals(Keys.QUOTA, Keys.kind(hi));
  }

  @Test
  @DisplayName("A range of low halves has its first and its last, and nothing beside them")
  void isWithin() {
    assertTrue(Keys.isWithin(64, 64, 32));
    assertTrue(Keys.isWithin(95, 64, 32));
    assertFalse(Keys.isWithin(63, 64, 32));
    assertFalse(Keys.isWithin(96, 64, 32));
  }

  @Test
  @DisplayName("A range of low halves may end where halves do")
  void isWithinLast() {
    assertTrue(Keys.isWithin(-1, -32, 32));
    assertFalse(Keys.isWithin(0, -32, 32));
    assertFalse(Keys.isWithin(-33, -32, 32));
  }

  @Test
  @DisplayName("The keys of a name are those of its bucket from its own eight on, each once")
  void probes() {
    NameHash hash = name -> 1001 << 6 | 0b10_1111; // home: the third eight of its bucket
    long bucket = 1001 << 5;
    assertEquals(bucket, DirentKeys.bucket(hash, NAME));
    for (int probe = 0; probe < DirentKeys.BUCKET; probe++) {
      long slot = DirentKeys.slot(hash, NAME, probe);
      assertEquals(bucket + (16 + probe) % 32, slot);
      assertEquals(bucket, DirentKeys.bucketOf(slot));
    }
  }

  @Test
  @DisplayName("No key of a name or an attribute is negative")
  void topOfHashes() {
    NameHash hash = name -> -1;
    assertEquals(Long.MAX_VALUE - 31, DirentKeys.bucket(hash, NAME));
    assertEquals(Long.MAX_VALUE - 7, DirentKeys.slot(hash, NAME, 0));
    assertEquals(Long.MAX_VALUE - 31, DirentKeys.slot(hash, NAME, 8));
    assertEquals(Long.MAX_VALUE - AttributeRecord.BUCKET + 1, AttributeRecord.bucket(hash, NAME));
  }

  @Test
  @DisplayName("The key of a head is that of its attribute, and no piece is a head")
  void heads() {
    long bucket = AttributeRecord.bucket(name -> 0x123456789abcdefL, NAME);
    for (long slot = 0; slot < AttributeRecord.SLOTS; slot++) {
      long head = bucket + slot * AttributeRecord.SLOT;
      assertTrue(AttributeRecord.isHead(head));
      for (long piece : new long[] {1, 64, AttributeRecord.SLOT - 1}) {
        assertFalse(AttributeRecord.isHead(head + piece));
        assertEquals(head, AttributeRecord.headOf(head + piece));
        assertEquals(bucket, AttributeRecord.bucketOf(head + piece));
      }
    }
  }

  @Test
  @DisplayName("A value takes as many pieces as begin in it")
  void pieces() {
    assertEquals(0, AttributeRecord.pieces(0));
    assertEquals(1, AttributeRecord.pieces(1));
    assertEquals(1, AttributeRecord.pieces(1024));
    assertEquals(2, AttributeRecord.pieces(1025));
    assertEquals(64, AttributeRecord.pieces(Limits.VALUE_BYTES));
  }
}

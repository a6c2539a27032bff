package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The word that stands for a page that was touched. */
class EntryTest {
  private static final long ANY = Entry.LOCKED | Entry.HUGE;

  @Test
  @DisplayName("A block, zeros, and a page that is being looked up are sound, locked or not")
  void sound() {
    for (long bits : new long[] {0, Entry.LOCKED, Entry.HUGE, ANY}) {
      assertTrue(Entry.isSound(Entry.of(1, bits)));
      assertTrue(Entry.isSound(Entry.of(5, bits | Entry.DIRTY)));
      assertTrue(Entry.isSound(Entry.of(5, bits | Entry.TOWRITE)));
      assertTrue(Entry.isSound(Entry.of(5, bits | Entry.ZERO)));
      assertTrue(Entry.isSound(Entry.EMPTY | bits));
    }
  }

  @Test
  @DisplayName(
      "A block without a frame, zeros that are dirty, and a frame of what is not looked up yet are"
          + " not sound, nor is what is no entry")
  void unsound() {
    for (long bits : new long[] {0, Entry.LOCKED, Entry.HUGE, ANY}) {
      assertFalse(Entry.isSound(bits));
      assertFalse(Entry.isSound(bits | Entry.DIRTY));
      assertFalse(Entry.isSound(Entry.of(5, bits | Entry.ZERO | Entry.EMPTY)));
      assertFalse(Entry.isSound(Entry.ZERO | Entry.EMPTY | bits));
      assertFalse(Entry.isSound(Entry.of(5, bits | Entry.ZERO | Entry.DIRTY)));
      assertFalse(Entry.isSound(Entry.of(5, bits | Entry.ZERO | Entry.TOWRITE)));
      assertFalse(Entry.isSound(Entry.EMPTY | bits | Entry.DIRTY));
      assertFalse(Entry.isSound(Entry.of(5, bits | Entry.EMPTY)));
      assertFalse(Entry.isSound(Entry.leaf(Entry.of(5, bits))));
    }
  }

  @Test
  @DisplayName("Only a frame of the file is a block, and the address of a leaf comes back")
  void blocksAndLeaves() {
    assertTrue(Entry.hasBlock(Entry.of(5, ANY | Entry.DIRTY)));
    assertFalse(Entry.hasBlock(0));
    assertFalse(Entry.hasBlock(Entry.of(5, Entry.ZERO)));
    assertFalse(Entry.hasBlock(Entry.EMPTY | Entry.LOCKED));
    assertFalse(Entry.hasBlock(Entry.leaf(0x7000)));
    assertEquals(5, Entry.pfn(Entry.of(5, ANY | Entry.TOWRITE)));
    assertTrue(Entry.isLeaf(Entry.leaf(0x7000)));
    assertFalse(Entry.isLeaf(Entry.of(5, ANY)));
    assertEquals(0x7000, Entry.leafAddress(Entry.leaf(0x7000)));
  }
}

package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One byte for a page: clean, dirty, or claimed by a writeback. */
class DirtyBytesTest {
  private final MemorySegment bytes = Arena.ofAuto().allocate(8, 4);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 7})
  @DisplayName("A page is clean when what a writeback has claimed is settled, and others are not")
  void claimAndSettle(int at) {
    for (int i = 0; i < 8; i++) {
      DirtyBytes.mark(bytes, i);
    }
    assertTrue(DirtyBytes.claim(bytes, at, (byte) 5));
    assertEquals(5, DirtyBytes.get(bytes, at));
    DirtyBytes.settle(bytes, at, (byte) 5, DirtyBytes.CLEAN);
    assertFalse(DirtyBytes.claim(bytes, at, (byte) 5));
    for (int i = 0; i < 8; i++) {
      assertEquals(i == at ? DirtyBytes.CLEAN : DirtyBytes.DIRTY, DirtyBytes.get(bytes, i));
    }
  }

  @Test
  @DisplayName("A store that races with a writeback keeps its page dirty")
  void storeMeanwhile() {
    DirtyBytes.mark(bytes, 2);
    assertTrue(DirtyBytes.claim(bytes, 2, (byte) 5));
    DirtyBytes.mark(bytes, 2);
    DirtyBytes.settle(bytes, 2, (byte) 5, DirtyBytes.CLEAN);
    assertEquals(DirtyBytes.DIRTY, DirtyBytes.get(bytes, 2));
  }

  @Test
  @DisplayName("Of two writebacks the one that claimed last settles")
  void twoWritebacks() {
    DirtyBytes.mark(bytes, 2);
    assertTrue(DirtyBytes.claim(bytes, 2, (byte) 5));
    assertTrue(DirtyBytes.claim(bytes, 2, (byte) 6));
    DirtyBytes.settle(bytes, 2, (byte) 5, DirtyBytes.CLEAN);
    assertEquals(6, DirtyBytes.get(bytes, 2));
    DirtyBytes.settle(bytes, 2, (byte) 6, DirtyBytes.DIRTY);
    assertEquals(DirtyBytes.DIRTY, DirtyBytes.get(bytes, 2));
  }

  @Test
  @DisplayName("64 writebacks at once have a ticket each, and one that is given back is had again")
  void tickets() {
    DirtyBytes tickets = new DirtyBytes();
    Set<Byte> taken = new HashSet<>();
    for (int i = 0; i < 64; i++) {
      byte ticket = tickets.takeTicket();
      assertNotEquals(DirtyBytes.CLEAN, ticket);
      assertNotEquals(DirtyBytes.DIRTY, ticket);
      assertTrue(taken.add(ticket));
    }
    tickets.returnTicket((byte) 40);
    assertEquals(40, tickets.takeTicket());
  }
}

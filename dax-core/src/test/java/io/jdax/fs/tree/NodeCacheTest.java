package io.jdax.fs.tree;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes in DRAM, beside a map and a set. */
class NodeCacheTest {
  /** Clean nodes that a commit lets stay. */
  private static final int MAX_CLEAN = 1024;

  private final NodeCache cache = new NodeCache();
  private final Map<Long, Integer> slots = new HashMap<>();
  private final Set<Integer> dirty = new HashSet<>();

  @AfterEach
  void close() {
    cache.close();
  }

  private int enter(long pfn) {
    cache.prepare();
    int slot = cache.take();
    cache.enter(pfn, slot);
    slots.put(pfn, slot);
    dirty.add(slot);
    return slot;
  }

  private void discard(long pfn) {
    int slot = requireNonNull(slots.remove(pfn));
    dirty.remove(slot);
    cache.forget(slot);
    cache.release(slot);
  }

  private void assertSame(long blocks) {
    for (long pfn = 2; pfn < blocks; pfn++) {
      Integer slot = slots.get(pfn);
      assertEquals(slot == null ? NodeCache.NONE : slot, cache.find(pfn), "block " + pfn);
      if (slot != null) {
        assertEquals(pfn, cache.pfn(slot));
        assertEquals(dirty.contains(slot), cache.isDirty(slot));
      }
    }
    Set<Integer> found = new HashSet<>();
    for (int i = 0; i < cache.dirtyCount(); i++) {
      found.add(cache.dirtySlot(i));
    }
    assertEquals(dirty, found);
    assertEquals(dirty.size(), cache.dirtyCount());
  }

  @Test
  @DisplayName("Every block leads to the slot that it was given, whatever comes, goes and is clean")
  void model() {
    long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
    SplittableRandom random = new SplittableRandom(seed);
    long blocks = 700;
    try {
      for (int i = 0; i < 20_000; i++) {
        long pfn = 2 + random.nextLong(blocks - 2);
        boolean growing = i / 2000 % 2 == 0;
        if (slots.containsKey(pfn) ? random.nextInt(4) == 0 || !growing : growing) {
          if (slots.containsKey(pfn)) {
            discard(pfn);
          } else {
            enter(pfn);
          }
        }
        if (random.nextInt(1000) == 0) {
          cache.markAllClean();
          dirty.clear();
        }
        if (i % 100 == 0) {
          assertSame(blocks);
        }
      }
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
  }

  @Test
  @DisplayName("Each slot has 4096 bytes of its own, which segment and buffer show")
  void memory() {
    for (long pfn = 2; pfn < 1000; pfn++) {
      int slot = enter(pfn);
      long at = cache.offset(slot);
      cache.segment(slot).set(Node.LONG, at, pfn);
      cache.segment(slot).set(Node.LONG, at + Node.BYTES - 8, ~pfn);
    }
    for (Map.Entry<Long, Integer> e : slots.entrySet()) {
      int slot = e.getValue();
      long at = cache.offset(slot);
      assertEquals(e.getKey(), cache.segment(slot).get(Node.LONG, at));
      assertEquals(~e.getKey(), cache.segment(slot).get(Node.LONG, at + Node.BYTES - 8));
      assertEquals(
          cache.segment(slot).get(ValueLayout.JAVA_BYTE, at), cache.buffer(slot).get((int) at));
    }
  }

  @Test
  @DisplayName("A slot that is given back is the next to be taken, and as new")
  void releasedSlotIsTaken() {
    int slot = cache.take();
    int vacant = cache.vacantCount();
    cache.noteInsert(slot, 5);
    cache.touch(slot, 77);
    assertEquals(5, cache.insertedAt(slot));
    assertEquals(77, cache.touchedBy(slot));
    cache.release(slot);
    assertEquals(vacant + 1, cache.vacantCount());
    assertEquals(slot, cache.take());
    assertEquals(NodeCache.NONE, cache.insertedAt(slot));
    assertFalse(cache.isDirty(slot));
  }

  @Test
  @DisplayName("Memory is taken when no slot is vacant, and not before")
  void grows() {
    int slot = cache.take();
    int first = cache.vacantCount() + 1;
    cache.release(slot);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < first; i++) {
      assertTrue(seen.add(cache.take()));
    }
    assertEquals(0, cache.vacantCount());
    assertTrue(seen.add(cache.take()));
    assertEquals(first - 1, cache.vacantCount());
  }

  @Test
  @DisplayName("After a commit clean nodes stay, but if they are very many none does")
  void allClean() {
    for (long pfn = 2; pfn < MAX_CLEAN + 2; pfn++) {
      enter(pfn);
    }
    int vacant = cache.vacantCount();
    cache.markAllClean();
    dirty.clear();
    assertSame(MAX_CLEAN + 10);
    assertEquals(vacant, cache.vacantCount());
    enter(MAX_CLEAN + 2);
    assertSame(MAX_CLEAN + 10);
    vacant = cache.vacantCount();
    cache.markAllClean();
    dirty.clear();
    slots.clear();
    assertSame(MAX_CLEAN + 10);
    assertEquals(vacant + MAX_CLEAN + 1, cache.vacantCount());
    for (long pfn = 2; pfn < MAX_CLEAN + 3; pfn++) {
      enter(pfn);
    }
    assertSame(MAX_CLEAN + 10);
    assertEquals(vacant, cache.vacantCount(), "the same memory");
  }

  @Test
  @DisplayName("A node that is forgotten keeps its slot until that is given back")
  void forget() {
    int slot = enter(9);
    int other = enter(10);
    int vacant = cache.vacantCount();
    cache.forget(slot);
    assertEquals(NodeCache.NONE, cache.find(9));
    assertEquals(other, cache.find(10));
    assertEquals(1, cache.dirtyCount());
    assertEquals(other, cache.dirtySlot(0));
    assertFalse(cache.isDirty(slot));
    assertEquals(vacant, cache.vacantCount());
    cache.prepare();
    cache.enter(11, slot);
    assertEquals(slot, cache.find(11));
    assertTrue(cache.isDirty(slot));
  }
}

package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.RegionException;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Memory for entries, in pieces of 4 KiB. */
class ChunksTest {
  /** More than two steps of 2 MiB. */
  private static final int COUNT = 1100;

  private static SortedSet<Long> takeAll(Chunks chunks) throws RegionException {
    SortedSet<Long> taken = new TreeSet<>();
    for (int i = 0; i < COUNT; i++) {
      long at = chunks.allocate();
      assertTrue(taken.add(at), "given out twice");
      for (long word = 0; word < Chunks.BYTES; word += 8) {
        assertEquals(0, Chunks.get(at + word));
        Chunks.setRelease(at + word, -1);
      }
    }
    return taken;
  }

  @Test
  @DisplayName("Chunks lie apart, come as zeros, and are given out again before there are more")
  void apart() throws RegionException {
    Chunks chunks = new Chunks("chunks");
    SortedSet<Long> first = takeAll(chunks);
    long before = first.getFirst() - Chunks.BYTES;
    for (long at : first) {
      assertTrue(at - before >= Chunks.BYTES, "one reaches into the next");
      before = at;
    }
    first.forEach(chunks::free);
    SortedSet<Long> second = takeAll(chunks);
    assertEquals(first, second);
    second.forEach(chunks::free);
  }
}

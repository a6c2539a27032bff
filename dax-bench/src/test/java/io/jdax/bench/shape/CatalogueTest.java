package io.jdax.bench.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private final List<Case> all = Catalogue.all();

  @Test
  @DisplayName("Every shape is found")
  void everyShapeIsFound() {
    assertEquals(
        Set.of(
            "flush",
            "copy",
            "block",
            "access",
            "fault",
            "invalidate",
            "file",
            "cache",
            "append",
            "names",
            "subpage",
            "downcall"),
        new HashSet<>(Catalogue.groups()));
    assertTrue(
        all.stream()
            .anyMatch(c -> c.id().equals("flush/jdax store+persist/bytes=64 order=random")));
    assertTrue(
        all.stream().anyMatch(c -> c.id().equals("block/jdax block read/bytes=4096/2 threads")));
  }

  @Test
  @DisplayName("An id names one row")
  void anIdNamesOneRow() {
    Set<String> ids = new HashSet<>();
    for (Case c : all) {
      assertTrue(ids.add(c.id()), c.id());
    }
  }

  @Test
  @DisplayName("What rows are compared with exists")
  void whatRowsAreComparedWithExists() {
    for (Case c : all) {
      for (String beside : c.beside()) {
        assertTrue(
            all.stream().anyMatch(o -> o.sameWork(c) && o.name().equals(beside)),
            c.id() + " beside " + beside);
      }
    }
  }

  @Test
  @DisplayName("Every shape has a row of ours")
  void everyShapeHasARowOfOurs() {
    for (Case c : all) {
      assertTrue(all.stream().anyMatch(o -> o.sameWork(c) && o.by() == Peer.JDAX), c.id());
    }
  }
}

package io.jdax.region;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegionLifeTest {
  private static final long SIZE = 1 << 20;

  @Test
  @DisplayName("A region that is held does not close, says who holds it, and stays usable")
  void heldRegion() throws IOException {
    Region region = Region.anonymous("held", SIZE);
    RegionHold first = region.hold(() -> "a cache");
    RegionHold second = region.hold(() -> "a cache");
    RegionHold third = region.hold(() -> "a log");
    RegionBusyException busy = assertThrows(RegionBusyException.class, region::close);
    assertEquals(
        "memfd:held: can't be closed while in use by a cache (2 times); a log", busy.getMessage());
    assertEquals(List.of("a cache", "a cache", "a log"), busy.holders());
    assertTrue(region.isOpen());
    region.segment().set(JAVA_LONG, 0, 42);
    assertEquals(42, region.segment().get(JAVA_LONG, 0));
    second.close();
    second.close();
    second.close(); // one hold is let go of once, however often it is closed
    first.close();
    assertEquals(
        List.of("a log"), assertThrows(RegionBusyException.class, region::close).holders());
    third.close();
    region.close();
    assertFalse(region.isOpen());
    assertThrows(IllegalStateException.class, () -> region.hold(() -> "late"));
    third.close();
    region.close();
  }

  @Test
  @DisplayName("The addresses after a region are one owner's at a time")
  void tail() throws IOException {
    try (Region region = Region.anonymous("tail", SIZE)) {
      RegionHold own = region.holdTail(() -> "frames");
      RegionHold other = region.hold(() -> "something else");
      RegionBusyException busy =
          assertThrows(RegionBusyException.class, () -> region.holdTail(() -> "more frames"));
      assertEquals(
          "memfd:tail: the addresses after it can't be used while in use by frames",
          busy.getMessage());
      own.close();
      region.holdTail(() -> "more frames").close();
      own.close(); // is not the other's
      other.close();
    }
  }

  @Test
  @DisplayName(
      "A hold that meets a close: one of them is refused, and a hold that was given is kept")
  void holdAgainstClose() throws Exception {
    final int rounds = 300;
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < rounds; round++) {
        Region region = Region.anonymous("race", 4096);
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Boolean> held =
            pool.submit(
                () -> {
                  start.await();
                  try (RegionHold _ = region.hold(() -> "racer")) {
                    for (int i = 0; i < 1000; i++) {
                      region.segment().set(JAVA_LONG, 0, i); // throws if it was closed under us
                    }
                    return true;
                  } catch (IllegalStateException e) {
                    assertTrue(Messages.of(e).contains("clos"), Messages.of(e));
                    assertThrows(IllegalStateException.class, () -> region.hold(() -> "again"));
                    return false;
                  }
                });
        Future<Boolean> closed =
            pool.submit(
                () -> {
                  start.await();
                  try {
                    region.close();
                    return true;
                  } catch (RegionBusyException e) {
                    return false;
                  }
                });
        boolean wasClosed = closed.get();
        boolean wasHeld = held.get();
        assertTrue(wasClosed || wasHeld, "round " + round);
        region.close();
        assertFalse(region.isOpen());
      }
    }
  }

  @Test
  @DisplayName("Of many threads that close, each returns when the region is closed, not before")
  void closeTogether() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 50; round++) {
        Region region = Region.anonymous("together", SIZE);
        long address = region.address();
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<String>> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          seen.add(
              pool.submit(
                  () -> {
                    start.await();
                    region.close();
                    return ProcessView.at(address);
                  }));
        }
        for (Future<String> how : seen) {
          assertFalse(how.get().contains("memfd:together"), how.get());
        }
        assertDoesNotThrow(region::close);
      }
    }
  }
}

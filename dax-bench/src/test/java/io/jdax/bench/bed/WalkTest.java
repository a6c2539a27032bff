package io.jdax.bench.bed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jdax.region.Region;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalkTest {
  private static final long SIZE = 4 << 20;
  private static final int STEPS = 1000;

  @ParameterizedTest
  @DisplayName("Offsets are aligned and inside")
  @ValueSource(strings = {"same", "sequential", "random"})
  void offsetsAreAlignedAndInside(String order) {
    Walk walk = walk(order, 4096, 0);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < STEPS; i++) {
      long at = walk.next();
      assertTrue(at >= 0 && at + 4096 <= SIZE && at % 4096 == 0, order + " " + at);
      seen.add(at);
    }
    assertEquals(order.equals("same"), seen.size() == 1);
  }

  @Test
  @DisplayName("A random walk comes everywhere")
  void aRandomWalkComesEverywhere() {
    Walk walk = walk("random", 4096, 0);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 20 * SIZE / 4096; i++) {
      seen.add(walk.next());
    }
    assertEquals(SIZE / 4096, seen.size());
  }

  @Test
  @DisplayName("A sequential walk goes on and begins again")
  void aSequentialWalkGoesOnAndBeginsAgain() {
    Walk walk = walk("sequential", 8, 0);
    long last = walk.next();
    for (int i = 0; i < SIZE / 64; i++) {
      long at = walk.next();
      assertEquals((last + 64) % SIZE, at);
      last = at;
    }
  }

  @Test
  @DisplayName("Threads begin far from each other")
  void threadsBeginFarFromEachOther() {
    assertTrue(
        Math.abs(walk("sequential", 64, 0).next() - walk("sequential", 64, 1).next()) > 1000);
  }

  @Test
  @DisplayName("A region of an odd size is used to the power of two below")
  void aRegionOfAnOddSizeIsUsedToThePowerOfTwoBelow() {
    Walk walk = new Walk();
    walk.begin(SIZE + 4096, 64, "random", 0);
    assertEquals(SIZE - 64, walk.mask);
  }

  @ParameterizedTest
  @DisplayName("Peers take the same steps")
  @ValueSource(strings = {"same", "sequential", "random"})
  void peersTakeTheSameSteps(String order) throws IOException {
    assumeTrue(Peers.absence() == null, Peers.absence());
    try (Region region = Region.anonymous("walk", SIZE)) {
      Walk theirs = walk(order, 64, 0);
      Walk ours = walk(order, 64, 0);
      Peers.STORE_PERSIST.run(region.address(), theirs, 64, STEPS);
      for (int i = 0; i < STEPS; i++) {
        long at = ours.next();
        long stored = region.segment().get(JAVA_LONG, at + 56);
        assertTrue(stored == ours.state || order.equals("same") || stored != 0, "at " + at);
      }
      assertEquals(ours.state, theirs.state);
    }
  }

  @Test
  @DisplayName("Peers copy what they are given")
  void peersCopyWhatTheyAreGiven() throws IOException {
    assumeTrue(Peers.absence() == null, Peers.absence());
    try (Region region = Region.anonymous("walk", SIZE)) {
      Walk walk = walk("random", 4096, 0);
      Peers.COPY_PERSIST.run(region.address(), walk, 4096, 1);
      long at = (walk.state >>> 24) & walk.mask;
      assertEquals((byte) 77, region.segment().get(JAVA_BYTE, at + 77));
      if (Peers.libpmemAbsence() == null) {
        Peers.PMEM_MEMCPY_PERSIST.run(region.address(), walk, 4096, 1);
        at = (walk.state >>> 24) & walk.mask;
        assertEquals((byte) 78, region.segment().get(JAVA_BYTE, at + 78));
      }
    }
  }

  private static Walk walk(String order, int bytes, int thread) {
    Walk walk = new Walk();
    walk.begin(SIZE, bytes, order, thread);
    return walk;
  }
}

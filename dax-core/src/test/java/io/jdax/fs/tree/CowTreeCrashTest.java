package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.space.BlockRun;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Power loss at every drain. {@code -Djdax.test.seed} repeats a run. */
class CowTreeCrashTest {
  private static final long SEED = Long.getLong("jdax.test.seed", System.nanoTime());
  private static final int SCALE = Integer.getInteger("jdax.test.scale", 1);
  private static final int BLOCKS = 320;

  /**
   * Beside the tree there is data: each block of it is filled with garbage the moment it is
   * allocated, so that a block which becomes reusable too early takes an older tree with it.
   */
  @Test
  @DisplayName("Power loss leaves the old state or the new")
  void powerLossLeavesTheOldStateOrTheNew() throws IOException {
    try {
      SplittableRandom random = new SplittableRandom(SEED);
      for (int life = 0; life < 4 * SCALE; life++) {
        live(random);
      }
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  private static void live(SplittableRandom random) throws IOException {
    Region region = Region.anonymous("crash", BLOCKS * (long) Node.BYTES);
    PowerFailPersister persister = new PowerFailPersister(region);
    BlockRun run = new BlockRun();
    ArrayDeque<Long> data = new ArrayDeque<>();
    try (TreeFixture fixture = TreeFixture.format(region, persister)) {
      Model model = new Model(random, 6, 60, 300);
      var states = new States();
      int[] images = {0};
      persister.observe(
          () -> {
            images[0]++;
            states.check(persister.imageAfterPowerLoss(random));
          });
      for (int commit = 0; commit < 30; commit++) {
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          try (Change change = fixture.tree.change()) {
            for (int step = random.nextInt(12); step >= 0; step--) {
              model.modify(change, commit % 16 < 8 ? 2 : 7);
            }
            while (data.size() > 40) {
              change.free(data.pop(), 1);
            }
            change.done();
          }
          for (int i = 0; i < 4; i++) {
            fixture.space.allocate(1, random.nextInt(BLOCKS), run);
            data.add(run.start());
            persister.scribble(run.start());
          }
        }
        states.checkFallback(persister.imageAfterPowerLoss(random));
        states.next = model.copy();
        fixture.tree.commit();
        states.acknowledge();
        byte[] image = persister.imageAfterPowerLoss(random);
        states.check(image);
        states.checkFallback(image);
        if (commit % 10 == 9) {
          fixture.remount(); // where what was data is free again
          data.clear();
        }
      }
      assertTrue(images[0] >= 45);
    }
  }

  /** What may be found. */
  private static final class States {
    Model before = empty();
    Model acknowledged = empty();
    Model next = empty();

    private static Model empty() {
      return new Model(new SplittableRandom(), 1, 1, 1);
    }

    void acknowledge() {
      if (!same(acknowledged, next)) {
        before = acknowledged;
        acknowledged = next;
      }
    }

    /** Power was lost: all acknowledged is there, and of what is on its way all or nothing. */
    void check(byte[] image) throws IOException {
      try (TreeFixture left = TreeFixture.ofImage(image)) {
        Model found = contents(left.tree);
        assertTrue(same(found, acknowledged) || same(found, next), "neither old nor new");
        if (image[Superblock.CRC] % 4 == 0) { // and life goes on
          left.put(1, 2, (byte) 3);
          left.tree.commit();
          left.remount();
        }
      }
    }

    /** The newest superblock went bad as well: the state before is whole, node for node. */
    void checkFallback(byte[] image) throws IOException {
      byte[] damaged = image.clone();
      damaged[newestSlot(image) * Node.BYTES + Superblock.GENERATION] ^= 4;
      try (TreeFixture left = TreeFixture.ofImage(damaged)) {
        Model found = contents(left.tree);
        assertTrue(same(found, before) || same(found, acknowledged), "not the state before");
      }
    }

    private static int newestSlot(byte[] image) {
      var bytes = java.nio.ByteBuffer.wrap(image).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      return bytes.getLong(Superblock.GENERATION)
              > bytes.getLong(Node.BYTES + Superblock.GENERATION)
          ? 0
          : 1;
    }

    private static Model contents(CowTree tree) throws IOException {
      Model found = empty();
      tree.walk(
          1,
          (hi, lo, node, offset, length) ->
              found.map.put(
                  new Model.Key(hi, lo),
                  node.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
      return found;
    }

    private static boolean same(Model a, Model b) {
      TreeMap<Model.Key, byte[]> left = a.map;
      return left.keySet().equals(b.map.keySet())
          && left.entrySet().stream()
              .allMatch(e -> java.util.Arrays.equals(e.getValue(), b.map.get(e.getKey())));
    }
  }

  @Test
  @DisplayName("Commit takes two drains and leaves no line dirty")
  void commitTakesTwoDrainsAndLeavesNoLineDirty() throws IOException {
    try (TreeFixture fixture = TreeFixture.recording(BLOCKS)) {
      RecordingPersister recording = (RecordingPersister) fixture.persister;
      fixture.put(1, 1, (byte) 1);
      recording.reset();
      fixture.tree.commit();
      List<RecordingPersister.Call> calls =
          recording.events().stream().map(RecordingPersister.Event::call).toList();
      assertEquals(
          List.of(
              RecordingPersister.Call.COPY,
              RecordingPersister.Call.DRAIN,
              RecordingPersister.Call.COPY,
              RecordingPersister.Call.DRAIN),
          calls);
      assertEquals(List.of(), recording.dirtyLines());
      assertEquals(List.of(), recording.cleanFlushes());
      recording.reset();
      fixture.tree.commit();
      assertEquals(List.of(), recording.events(), "nothing to commit");
    }
  }

  @Test
  @DisplayName("Failed commit makes the tree read only and loses nothing acknowledged")
  void failedCommitMakesTheTreeReadOnlyAndLosesNothingAcknowledged() throws IOException {
    Region region = Region.anonymous("fails", BLOCKS * (long) Node.BYTES);
    PowerFailPersister persister = new PowerFailPersister(region);
    try (TreeFixture fixture = TreeFixture.format(region, persister)) {
      fixture.put(1, 1, (byte) 1);
      fixture.tree.commit();
      fixture.put(1, 2, (byte) 2);
      long sequence = fixture.tree.sequence();
      persister.breakDown();
      MediaErrorException first =
          assertThrows(MediaErrorException.class, () -> fixture.tree.commit(sequence));
      TreeFailedException later =
          assertThrows(TreeFailedException.class, () -> fixture.tree.commit(sequence));
      assertSame(first, later.getCause());
      assertTrue(
          Messages.of(later)
              .contains("metadata is read-only since a commit, or the end of a change, failed: "));
      assertThrows(TreeFailedException.class, () -> fixture.tree.change().close());
      assertThrows(TreeFailedException.class, fixture.tree::reclaim);
      assertSame(first, fixture.tree.failure());
      Item item = new Item();
      assertTrue(OneLookup.get(fixture.tree, 1, 1, item));
      assertTrue(OneLookup.get(fixture.tree, 1, 2, item));
      try (TreeFixture left =
          TreeFixture.ofImage(persister.imageAfterPowerLoss(new SplittableRandom()))) {
        assertTrue(OneLookup.get(left.tree, 1, 1, item));
        assertArrayEquals(new byte[] {1}, item.toByteArray());
      }
    }
  }
}

package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random operations against a TreeMap. {@code -Djdax.test.seed} repeats a run, {@code
 * -Djdax.test.scale} multiplies it.
 */
class CowTreeModelTest {
  private static final long SEED = Long.getLong("jdax.test.seed", System.nanoTime());
  private static final int SCALE = Integer.getInteger("jdax.test.scale", 1);

  /**
   * Inodes × keys: few, so that most are hit again; many; and such that values fill nodes alone.
   */
  @ParameterizedTest
  @DisplayName("Tree is the map that it was asked to be")
  @CsvSource({"20,300,40,80000", "1000,1000,16,80000", "30,40,1024,40000", "3,20000,0,40000"})
  void treeIsTheMapThatItWasAskedToBe(int inodes, int keys, int maxValue, int operations)
      throws IOException {
    try {
      run(new SplittableRandom(SEED), inodes, keys, maxValue, operations * SCALE);
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }

  private static void run(
      SplittableRandom random, int inodes, int keys, int maxValue, int operations)
      throws IOException {
    try (TreeFixture fixture = TreeFixture.format(16384)) {
      long empty = fixture.space.freeFrames();
      Model model = new Model(random, inodes, keys, maxValue);
      Item item = new Item();
      for (int i = 0; i < operations; ) {
        // Growing and shrinking phases, or the tree would settle at one size.
        int deletesInTen = i / (operations / 8) % 2 == 0 ? 2 : 8;
        Model after = random.nextInt(200) == 0 ? model.copy() : model;
        try (Change change = fixture.tree.change()) {
          int steps = 1 + random.nextInt(random.nextInt(40) + 1);
          for (int step = 0; step < steps; step++) {
            after.modify(change, deletesInTen);
          }
          i += steps;
          if (after == model) {
            change.done();
          }
        }
        model.look(fixture.tree, item);
        switch (random.nextInt(600)) {
          case 0 -> {
            fixture.tree.commit();
            fixture.remount();
            model.assertSame(fixture.tree);
          }
          case 1 -> fixture.tree.reclaim();
          case 2, 3, 4, 5 -> fixture.tree.commit();
          default -> {}
        }
      }
      model.assertSame(fixture.tree);
      try (Change change = fixture.tree.change()) {
        change.deleteRange(0, 0, -1, -1);
        change.delete(-1, -1);
        change.done();
      }
      fixture.tree.reclaim();
      fixture.tree.reclaim();
      assertEquals(1, fixture.tree.nodeCount());
      assertEquals(1, fixture.tree.height());
      assertEquals(empty, fixture.space.freeFrames(), "blocks were lost");
      assertTrue(fixture.space.delayedFrames() == 0);
    }
  }

  /** Nodes of few children make many levels; narrow ranges leave it deep for a while. */
  @Test
  @DisplayName("Deep tree is the map that it was asked to be")
  void deepTreeIsTheMapThatItWasAskedToBe() throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    try (TreeFixture fixture = TreeFixture.format(30_000)) {
      Model model = new Model(random, 40, 400, 1000);
      Item item = new Item();
      fixture.tree.commits.writer().limitChildren(8);
      int deepest = 0;
      for (int round = 0; round < 60 * SCALE; round++) {
        int phase = round % 10;
        model.wideRanges = phase == 9;
        model.minValue = round % 3 * 400;
        for (int i = 0; i < 50; i++) {
          Model after = random.nextInt(20) == 0 ? model.copy() : model;
          try (Change change = fixture.tree.change()) {
            for (int step = random.nextInt(40); step >= 0; step--) {
              after.modify(change, phase < 6 ? 1 : 9);
            }
            if (after == model) {
              change.done();
            }
          }
          model.look(fixture.tree, item);
        }
        deepest = Math.max(deepest, fixture.tree.height());
        fixture.tree.commit();
        if (phase % 4 == 1) {
          fixture.remount();
          fixture.tree.commits.writer().limitChildren(8);
          model.assertSame(fixture.tree);
        }
      }
      assertTrue(deepest >= 5, "height " + deepest);
      model.assertSame(fixture.tree);
    } catch (Throwable t) {
      throw new AssertionError("seed " + SEED, t);
    }
  }
}

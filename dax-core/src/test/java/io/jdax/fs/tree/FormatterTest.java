package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.persist.Persister;
import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An empty tree in place of whatever was there. */
class FormatterTest {
  private static final int BLOCKS = 64;

  private static Region dirty() throws IOException {
    Region region = Region.anonymous("format", BLOCKS * Node.BYTES);
    region.segment().fill((byte) 0x5a);
    return region;
  }

  @Test
  @DisplayName("Both superblocks show one empty tree, of the whole region")
  void format() throws IOException {
    try (Region region = dirty()) {
      SuperblockInfo info = SuperblockInfo.create("new");
      CowTree.format(Persister.of(region), info);
      for (int slot = 0; slot < 2; slot++) {
        assertEquals(
            new Superblock(info, SuperblockInfo.VERSION, BLOCKS, 2 - slot, 2, 0, 1, 0),
            SuperblockSlots.examine(region, slot).superblock());
        assertEquals(
            0,
            region.segment().get(Node.LONG, (slot + 1) * Node.BYTES - 8),
            "all of the slot is cleared");
      }
      TreeSurvey survey = TreeSurvey.of(region);
      assertEquals(0, survey.badNodes().size());
      assertTrue(survey.items().isEmpty());
      assertEquals(0x5a5a5a5a5a5a5a5aL, region.segment().get(Node.LONG, 3 * Node.BYTES));
    }
  }

  @ParameterizedTest(name = "{0} more commits")
  @ValueSource(ints = {0, 1})
  @DisplayName("A loss of power leaves what was there as it was last, or nothing, or the new tree")
  void powerLoss(int commits) throws IOException {
    try (Region region = dirty()) {
      PowerFailPersister persister = new PowerFailPersister(region);
      TreeFixture fixture = TreeFixture.format(region, persister);
      for (int i = 0; i <= commits; i++) {
        fixture.put(1, i, (byte) i);
        fixture.tree.commit();
      }
      fixture.tree.close();
      long generation = SuperblockSlots.newest(region).generation();
      SplittableRandom random = new SplittableRandom(3);
      int[] seen = new int[3];
      persister.observe(
          () -> {
            for (int i = 0; i < 20; i++) {
              seen[left(persister.imageAfterPowerLoss(random), generation)]++;
            }
          });
      CowTree.format(persister, SuperblockInfo.create("new"));
      for (int count : seen) {
        assertTrue(count > 0, seen[0] + " old, " + seen[1] + " none, " + seen[2] + " new");
      }
    }
  }

  /** 0: the old tree; 1: none; 2: the new tree. */
  private static int left(byte[] image, long generation) throws IOException {
    try (Region region = Region.anonymous("left", image.length)) {
      region.segment().copyFrom(MemorySegment.ofArray(image));
      TreeSurvey survey;
      try {
        survey = TreeSurvey.of(region);
      } catch (NotFormattedException | CorruptMetadataException e) {
        return 1;
      }
      assertEquals(0, survey.badNodes().size());
      if (survey.info().label().equals("new")) {
        assertTrue(survey.items().isEmpty());
        return 2;
      }
      assertEquals(generation, survey.generation(), "never an older state");
      assertFalse(survey.items().isEmpty());
      return 0;
    }
  }

  @Test
  @DisplayName("A read-only region is not formatted, and that is said")
  void readOnly(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("r");
    Region.at(path).size(BLOCKS * Node.BYTES).create().close();
    try (Region region = Region.at(path).readOnly(true).open()) {
      Persister persister = Persister.of(region);
      ReadOnlyRegionException e =
          assertThrows(
              ReadOnlyRegionException.class,
              () -> CowTree.format(persister, SuperblockInfo.create("new")));
      assertTrue(
          Messages.of(e).contains("can't be formatted: the region is read-only"), Messages.of(e));
    }
  }
}

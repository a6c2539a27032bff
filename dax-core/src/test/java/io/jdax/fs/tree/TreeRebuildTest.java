package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.Space;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tree of given items in place of another. */
class TreeRebuildTest {
  private static final int BLOCKS = 1024;

  private static NavigableMap<ItemKey, byte[]> items(int count, int valueBytes) {
    NavigableMap<ItemKey, byte[]> items = new TreeMap<>();
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[valueBytes];
      random.nextBytes(value);
      items.put(new ItemKey(i % 3 - 1, i), value);
    }
    return items;
  }

  private static TreeFixture filled() throws IOException {
    TreeFixture fixture = TreeFixture.format(BLOCKS);
    for (int i = 0; i < 300; i++) {
      fixture.put(1, i, new byte[40]);
    }
    fixture.tree.commit();
    fixture.put(1, 3);
    fixture.tree.commit();
    fixture.tree.close();
    return fixture;
  }

  /** What is not to be overwritten: the superblocks, and all that a survey has found. */
  private static Space space(TreeSurvey survey, int blocks) {
    Space space = new Space("rebuild", blocks);
    assertEquals(-1, space.markUsed(0, 2));
    survey.nodes().forEach(pfn -> assertEquals(-1, space.markUsed(pfn, 1)));
    survey.badNodes().forEach(bad -> space.markUsed(bad.pfn(), 1));
    return space;
  }

  private static void rebuild(Persister persister, NavigableMap<ItemKey, byte[]> items)
      throws IOException {
    TreeSurvey survey = TreeSurvey.of(persister.region());
    try (Space space = space(survey, (int) survey.frameCount())) {
      TreeRebuild.commit(persister, survey, items, space);
    }
  }

  private static void assertItems(NavigableMap<ItemKey, byte[]> expected, TreeSurvey survey) {
    assertEquals(List.of(), survey.badNodes());
    assertEquals(List.of(), survey.badSlots());
    assertEquals(expected.keySet(), survey.items().keySet());
    expected.forEach((key, value) -> assertArrayEquals(value, survey.items().get(key)));
  }

  @ParameterizedTest(name = "{0} items of {1} bytes")
  @CsvSource({
    "0, 0, 1", // an empty root
    "1, 1024, 1",
    "26, 97, 1", // three quarters of a node, to the byte
    "27, 97, 3",
    "52, 97, 3",
    "53, 97, 4",
    "3, 1024, 3", // two to a leaf
    "252, 1024, 127", // as many leaves as a node leads to
    "253, 1024, 130"
  })
  @DisplayName("The new tree has the items that it was given, and three quarters in each node")
  void shapes(int count, int valueBytes, long nodes) throws IOException {
    NavigableMap<ItemKey, byte[]> items = items(count, valueBytes);
    try (TreeFixture fixture = filled()) {
      rebuild(fixture.persister, items);
      TreeSurvey survey = TreeSurvey.of(fixture.region);
      assertItems(items, survey);
      assertEquals(nodes, survey.nodes().size());
      assertEquals(nodes, survey.recordedNodes());
      fixture.remount(); // which checks nodes and their number
      Item item = new Item();
      for (ItemKey key : items.keySet()) {
        assertTrue(OneLookup.get(fixture.tree, key.hi(), key.lo(), item));
      }
      fixture.put(9, 9);
    }
  }

  @Test
  @DisplayName("Both superblocks lead to the new tree, and what was decided at format stays")
  void superblocks() throws IOException {
    try (TreeFixture fixture = filled()) {
      Superblock before = SuperblockSlots.newest(fixture.region);
      rebuild(fixture.persister, items(100, 20));
      Superblock after = SuperblockSlots.newest(fixture.region);
      assertEquals(before.generation() + 2, after.generation());
      Superblock first =
          requireNonNull(SuperblockSlots.examine(fixture.region, 1 - after.slot()).superblock());
      assertEquals(before.generation() + 1, first.generation());
      assertEquals(after, first.next());
      assertEquals(first.root(), after.root());
      assertEquals(before.info(), after.info());
      assertEquals(before.version(), after.version());
      assertEquals(before.blockCount(), after.blockCount());
    }
  }

  @Test
  @DisplayName("The superblock of what the items are from is overwritten last")
  void fromTheOlderTree() throws IOException {
    try (TreeFixture fixture = filled()) {
      Superblock newest = SuperblockSlots.newest(fixture.region);
      TreeVandal.node(fixture.region, newest.root(), node -> node.set(Node.LONG, Node.SELF, 0));
      TreeSurvey survey = TreeSurvey.of(fixture.region);
      assertEquals(newest.generation() - 1, survey.baseGeneration());
      rebuild(fixture.persister, survey.items());
      // One number is left out, whose slot is that of the older tree.
      assertEquals(newest.generation() + 3, SuperblockSlots.newest(fixture.region).generation());
      assertItems(survey.items(), TreeSurvey.of(fixture.region));
    }
  }

  @Test
  @DisplayName("A seal makes both superblocks lead to the tree as it is, and tell its nodes")
  void seal() throws IOException {
    try (TreeFixture fixture = filled()) {
      Superblock before = SuperblockSlots.newest(fixture.region);
      TreeVandal.superblock(
          fixture.region, before.slot(), s -> s.set(Node.LONG, Superblock.NODE_COUNT, 77));
      TreeSurvey survey = TreeSurvey.of(fixture.region);
      assertFalse(survey.recordedNodes() == survey.nodes().size());
      TreeRebuild.seal(fixture.persister, survey);
      for (int slot = 0; slot < 2; slot++) {
        Superblock sealed =
            requireNonNull(SuperblockSlots.examine(fixture.region, slot).superblock());
        assertEquals(before.root(), sealed.root());
        assertEquals(before.rootLevel(), sealed.rootLevel());
        assertEquals(before.info(), sealed.info());
        assertEquals(survey.nodes().size(), sealed.nodeCount());
        assertTrue(sealed.generation() > before.generation());
      }
      assertItems(survey.items(), TreeSurvey.of(fixture.region));
    }
  }

  @Test
  @DisplayName("Without room for the new tree the old one is what it was")
  void noRoom() throws IOException {
    try (TreeFixture fixture = filled()) {
      TreeSurvey survey = TreeSurvey.of(fixture.region);
      byte[] superblocks = superblocks(fixture.region);
      try (Space space = space(survey, BLOCKS)) {
        for (long pfn = 2; pfn < BLOCKS - 3; pfn++) {
          space.markUsed(pfn, 1);
        }
        assertThrows(
            NoSpaceException.class,
            () -> TreeRebuild.commit(fixture.persister, survey, items(10, 1000), space));
        assertEquals(0, space.freeFrames());
      }
      assertArrayEquals(superblocks, superblocks(fixture.region));
      assertItems(survey.items(), TreeSurvey.of(fixture.region));
    }
  }

  private static byte[] superblocks(Region region) {
    return region.segment().asSlice(0, 2 * Node.BYTES).toArray(JAVA_BYTE);
  }

  @Test
  @DisplayName("A loss of power at any drain leaves the old items or the new ones")
  void powerLoss() throws IOException {
    NavigableMap<ItemKey, byte[]> replaced = items(200, 30);
    byte[] image;
    try (TreeFixture fixture = filled()) {
      image = fixture.region.segment().toArray(JAVA_BYTE);
    }
    try (Region region = Region.anonymous("image", image.length)) {
      region.segment().copyFrom(MemorySegment.ofArray(image));
      NavigableMap<ItemKey, byte[]> old = TreeSurvey.of(region).items();
      PowerFailPersister persister = new PowerFailPersister(region);
      SplittableRandom random = new SplittableRandom(5);
      int[] seen = new int[2];
      persister.observe(
          () -> {
            for (int i = 0; i < 20; i++) {
              seen[isNew(persister.imageAfterPowerLoss(random), old, replaced) ? 1 : 0]++;
            }
          });
      rebuild(persister, replaced);
      persister.observe(null);
      assertTrue(seen[0] > 0 && seen[1] > 0, seen[0] + " old, " + seen[1] + " new");
      assertTrue(isNew(persister.imageAfterPowerLoss(random), old, replaced));
    }
  }

  private static boolean isNew(
      byte[] image, NavigableMap<ItemKey, byte[]> old, NavigableMap<ItemKey, byte[]> replaced)
      throws IOException {
    try (Region region = Region.anonymous("left", image.length)) {
      region.segment().copyFrom(MemorySegment.ofArray(image));
      TreeSurvey survey = TreeSurvey.of(region);
      boolean isNew = survey.items().size() == replaced.size();
      NavigableMap<ItemKey, byte[]> expected = isNew ? replaced : old;
      assertEquals(List.of(), survey.badNodes());
      assertEquals(expected.keySet(), survey.items().keySet());
      return isNew;
    }
  }
}

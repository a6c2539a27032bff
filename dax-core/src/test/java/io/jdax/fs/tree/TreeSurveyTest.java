package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.BadPage;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.tree.TreeSurvey.BadNode;
import io.jdax.fs.tree.TreeSurvey.BadSlot;
import io.jdax.fs.tree.TreeSurvey.Fault;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be read of a damaged tree, and what is said of the rest. */
class TreeSurveyTest {
  private static final int KEYS = 500;

  private TreeFixture fixture;
  private Region region;

  /** Two commits, of which the second has changed the last leaf. */
  @BeforeEach
  void fill() throws IOException {
    fixture = TreeFixture.format(512);
    region = fixture.region;
    try (Change change = fixture.tree.change()) {
      for (int i = 0; i < KEYS; i++) {
        change.put(1, i, value(i));
      }
      change.done();
    }
    fixture.tree.commit();
    fixture.put(1, KEYS - 1, (byte) 1);
    fixture.tree.commit();
    fixture.tree.close();
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private static byte[] value(int i) {
    byte[] value = new byte[i % 50];
    if (value.length > 0) {
      value[value.length - 1] = (byte) i;
    }
    return value;
  }

  private List<Long> leaves() throws IOException {
    return TreeVandal.nodes(region, 0);
  }

  /** The first key of a leaf that is not the first: where it begins for its parent, too. */
  private ItemKey firstKey(long leaf) {
    return TreeVandal.keys(region, leaf, 0).getFirst();
  }

  /** Damages the tree of the older superblock where it differs from the newer. */
  private void damageOlderRoot() throws IOException {
    int older = 1 - TreeVandal.newestSlot(region);
    long root = region.segment().get(Node.LONG, (long) older * Node.BYTES + Superblock.ROOT);
    TreeVandal.node(region, root, node -> node.set(Node.LONG, Node.SELF, 0));
  }

  // ---------------------------------------------------------------- a sound tree

  @Test
  @DisplayName("Of a sound tree everything is told, and nothing is bad")
  void sound() throws IOException {
    TreeSurvey survey = TreeSurvey.of(region);
    Superblock newest = SuperblockSlots.newest(region);
    assertEquals(List.of(), survey.badNodes());
    assertEquals(List.of(), survey.lostNodes());
    assertEquals(List.of(), survey.badSlots());
    assertEquals(KEYS, survey.items().size());
    for (int i = 0; i < KEYS; i++) {
      byte[] expected = i == KEYS - 1 ? new byte[] {1} : value(i);
      assertArrayEquals(expected, survey.items().get(new ItemKey(1, i)));
    }
    Set<Long> nodes = new HashSet<>(leaves());
    nodes.add(newest.root());
    assertEquals(nodes, survey.nodes());
    assertEquals(nodes.size(), survey.recordedNodes());
    assertEquals(newest, survey.newestSuperblock());
    assertEquals(newest, survey.baseSuperblock());
    assertEquals(newest.root(), survey.root());
    assertEquals(newest.generation(), survey.generation());
    assertEquals(newest.generation(), survey.baseGeneration());
    assertEquals(512, survey.frameCount());
    assertEquals("test", survey.info().label());
    assertEquals(0, survey.incompatible());
    assertEquals("TreeSurvey[" + region.name() + "]", survey.toString());
  }

  @Test
  @DisplayName("What never was a file system can't be surveyed")
  void blank() throws IOException {
    try (Region blank = Region.anonymous("blank", 1 << 20)) {
      assertThrows(NotFormattedException.class, () -> TreeSurvey.of(blank));
    }
  }

  // ---------------------------------------------------------------- bad nodes

  @ParameterizedTest
  @EnumSource
  @DisplayName("A bad leaf is told with the keys that are lost with it, and all others are there")
  void badLeaf(Fault fault) throws IOException {
    damageOlderRoot();
    List<Long> leaves = leaves();
    long bad = leaves.get(1);
    ItemKey from = firstKey(bad);
    ItemKey to = firstKey(leaves.get(2));
    String what = damage(fault, bad, leaves.getFirst());
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(1, survey.badNodes().size());
    BadNode told = survey.badNodes().getFirst();
    assertTrue(told.what().startsWith(what), told.what());
    long pfn = fault == Fault.TWICE ? leaves.getFirst() : bad;
    assertEquals(new BadNode(fault, pfn, 0, from, to, told.what()), told);
    assertEquals(survey.badNodes(), survey.lostNodes());
    assertEquals(survey.generation(), survey.baseGeneration());
    assertFalse(survey.nodes().contains(bad));
    assertEquals(leaves.size(), survey.nodes().size(), "the other leaves, and the root");
    assertEquals(leaves.size() + 1, survey.recordedNodes());
    Set<ItemKey> expected = new TreeSet<>();
    for (int i = 0; i < KEYS; i++) {
      ItemKey key = new ItemKey(1, i);
      if (key.compareTo(from) < 0 || key.compareTo(to) >= 0) {
        expected.add(key);
      }
    }
    assertEquals(expected, survey.items().keySet());
  }

  private String damage(Fault fault, long bad, long other) throws IOException {
    return switch (fault) {
      case UNREADABLE -> {
        BadPage.in(region, bad);
        yield "can't be read: ";
      }
      case BYTES -> {
        region.segment().set(JAVA_BYTE, bad * Node.BYTES + 2000, (byte) 0x55);
        yield "has a bad checksum";
      }
      case IDENTITY -> {
        TreeVandal.node(region, bad, node -> node.set(Node.LONG, Node.SELF, other));
        yield "says that it is in frame " + other;
      }
      case LAYOUT -> {
        TreeVandal.node(region, bad, node -> node.set(Node.SHORT, Node.COUNT, (short) 0));
        yield "is empty";
      }
      case KEYS -> {
        TreeVandal.node(region, bad, node -> node.set(Node.LONG, Node.slot(0, 0, 1), 0));
        yield "has a key out of order in slot 1";
      }
      default -> {
        long root = SuperblockSlots.newest(region).root();
        TreeVandal.node(region, root, node -> Node.setChild(node, 0, 1, other));
        yield "is in use twice";
      }
    };
  }

  @Test
  @DisplayName("What is lost with the first leaf begins at the first key, with the last at no end")
  void firstAndLast() throws IOException {
    damageOlderRoot();
    List<Long> leaves = leaves();
    ItemKey second = firstKey(leaves.get(1));
    ItemKey last = firstKey(leaves.getLast());
    for (long leaf : List.of(leaves.getFirst(), leaves.getLast())) {
      TreeVandal.node(region, leaf, node -> node.set(Node.LONG, Node.SELF, 0));
    }
    List<BadNode> bad = TreeSurvey.of(region).badNodes();
    assertEquals(2, bad.size());
    assertEquals(new ItemKey(0, 0), bad.getFirst().from());
    assertEquals(second, bad.getFirst().to());
    assertEquals(last, bad.getLast().from());
    assertNull(bad.getLast().to());
  }

  @Test
  @DisplayName("With the root everything is lost")
  void badRoot() throws IOException {
    damageOlderRoot();
    Superblock newest = SuperblockSlots.newest(region);
    TreeVandal.node(region, newest.root(), node -> node.set(Node.LONG, Node.SELF, 0));
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(
        List.of(
            new BadNode(
                Fault.IDENTITY,
                newest.root(),
                newest.rootLevel(),
                new ItemKey(0, 0),
                null,
                "says that it is in frame 0")),
        survey.badNodes());
    assertEquals(Set.of(), survey.nodes());
    assertTrue(survey.items().isEmpty());
  }

  // ---------------------------------------------------------------- the tree before

  @Test
  @DisplayName("The tree of the commit before is taken if the newest is damaged and it is whole")
  void olderTree() throws IOException {
    Superblock newest = SuperblockSlots.newest(region);
    TreeVandal.node(region, newest.root(), node -> node.set(Node.LONG, Node.SELF, 0));
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(newest.generation(), survey.generation());
    assertEquals(newest.generation() - 1, survey.baseGeneration());
    assertEquals(newest.generation() - 1, survey.baseSuperblock().generation());
    assertEquals(newest.root(), survey.root());
    assertEquals(1, survey.badNodes().size());
    assertEquals(List.of(), survey.lostNodes());
    assertEquals(KEYS, survey.items().size());
    assertArrayEquals(value(KEYS - 1), survey.items().get(new ItemKey(1, KEYS - 1)));
    assertEquals(survey.recordedNodes(), survey.nodes().size());
    assertFalse(survey.nodes().contains(newest.root()));
  }

  @Test
  @DisplayName("A sound newest tree is taken, whatever is left of the one before")
  void olderTreeDoesNotMatter() throws IOException {
    damageOlderRoot();
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(survey.generation(), survey.baseGeneration());
    assertEquals(List.of(), survey.badNodes());
  }

  @Test
  @DisplayName("Two superblocks of one tree are no way out of its damage")
  void sealed() throws IOException {
    fixture.remount(); // makes both superblocks show the newest state
    fixture.tree.close();
    long leaf = leaves().getFirst();
    TreeVandal.node(region, leaf, node -> node.set(Node.LONG, Node.SELF, 0));
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(survey.generation(), survey.baseGeneration());
    assertEquals(1, survey.lostNodes().size());
  }

  // ---------------------------------------------------------------- slots

  @Test
  @DisplayName("A torn slot is told, in either place, and may have been the newer one")
  void tornSlot() throws IOException {
    int newest = TreeVandal.newestSlot(region);
    for (int slot : new int[] {1 - newest, newest}) {
      long at = (long) slot * Node.BYTES + Superblock.LABEL;
      region.segment().set(JAVA_BYTE, at, (byte) ~region.segment().get(JAVA_BYTE, at));
      assertEquals(
          List.of(new BadSlot(slot, "has a bad checksum", false)),
          TreeSurvey.of(region).badSlots());
      region.segment().set(JAVA_BYTE, at, (byte) ~region.segment().get(JAVA_BYTE, at));
    }
  }

  private void rewriteOlder(SuperblockInfo info, long blocks) throws IOException {
    Superblock newest = SuperblockSlots.newest(region);
    new SuperblockSlots(fixture.persister)
        .write(
            new Superblock(
                info,
                1,
                blocks,
                newest.generation() - 1,
                newest.root(),
                newest.rootLevel(),
                newest.nodeCount(),
                newest.lastChange()));
  }

  @Test
  @DisplayName("The slot of another file system is told, and nothing is built on it")
  void foreignSlot() throws IOException {
    SuperblockInfo info = TreeSurvey.of(region).info();
    SuperblockInfo other = new SuperblockInfo(new UUID(1, 2), "test", 4096, 0, 0, 0);
    int slot = 1 - TreeVandal.newestSlot(region);
    BadSlot foreign = new BadSlot(slot, "belongs to another file system than the newer one", true);
    rewriteOlder(other, 512);
    assertEquals(List.of(foreign), TreeSurvey.of(region).badSlots());
    rewriteOlder(info, 511);
    assertEquals(List.of(foreign), TreeSurvey.of(region).badSlots());
    rewriteOlder(info, 512);
    assertEquals(List.of(), TreeSurvey.of(region).badSlots());
  }

  @Test
  @DisplayName("The slot of features that are not known is told, and nothing is built on it")
  void unknownSlot() throws IOException {
    int newest = TreeVandal.newestSlot(region);
    TreeVandal.superblock(
        region, 1 - newest, s -> s.set(Node.LONG, Superblock.INCOMPATIBLE, 1L << 40));
    long root = SuperblockSlots.newest(region).root();
    TreeVandal.node(region, root, node -> node.set(Node.LONG, Node.SELF, 0));
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(
        List.of(new BadSlot(1 - newest, "uses features that this release does not know", true)),
        survey.badSlots());
    assertEquals(survey.generation(), survey.baseGeneration());
    assertEquals(1, survey.lostNodes().size());
  }

  @Test
  @DisplayName("Features are those of the tree that the items are of")
  void featuresOfTheBase() throws IOException {
    int newest = TreeVandal.newestSlot(region);
    TreeVandal.superblock(
        region, 1 - newest, s -> s.set(Node.LONG, Superblock.INCOMPATIBLE, SuperblockInfo.QUOTAS));
    assertEquals(0, TreeSurvey.of(region).incompatible());
    long root = SuperblockSlots.newest(region).root();
    TreeVandal.node(region, root, node -> node.set(Node.LONG, Node.SELF, 0));
    TreeSurvey survey = TreeSurvey.of(region);
    assertEquals(SuperblockInfo.QUOTAS, survey.incompatible());
    assertEquals(0, survey.info().incompatible());
  }
}

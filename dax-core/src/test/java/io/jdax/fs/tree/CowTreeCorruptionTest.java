package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.space.Space;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CowTreeCorruptionTest {
  private static final int KEYS = 500;

  @Test
  @DisplayName("Every flipped bit of a node is detected")
  void everyFlippedBitOfANodeIsDetected() throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    try (TreeFixture fixture = filled()) {
      List<Long> nodes = new ArrayList<>();
      new TreeWalk(fixture.tree.region, fixture.tree.reader, TreeFixture.NOTHING, nodes::add)
          .run(1);
      assertTrue(nodes.size() > 3);
      fixture.tree.close();
      for (long pfn : nodes) {
        for (int sample = 0; sample < 200; sample++) {
          // Every bit of the header, and some of the rest.
          int bit = sample < 100 ? random.nextInt(40 * 8) : random.nextInt(Node.BYTES * 8);
          flip(fixture.region, pfn * Node.BYTES * 8 + bit);
          var e = assertThrows(CorruptMetadataException.class, () -> mount(fixture));
          assertEquals(pfn, e.pfn(), "bit " + bit);
          assertEquals("node", e.structure());
          flip(fixture.region, pfn * Node.BYTES * 8 + bit);
        }
      }
      mount(fixture);
    }
  }

  @Test
  @DisplayName("Lookup before the mount verifies what it reads")
  void lookupBeforeTheMountVerifiesWhatItReads() throws IOException {
    try (TreeFixture fixture = filled()) {
      long root = fixture.tree.reader.root;
      fixture.tree.close();
      try (Space space = new Space("s", TreeFixture.blocks(fixture.region));
          CowTree tree = CowTree.open(fixture.persister, space)) {
        Item item = new Item();
        assertTrue(OneLookup.get(tree, 1, 3, item));
        assertFalse(OneLookup.get(tree, 1, KEYS, item));
        assertTrue(OneLookup.floor(tree, 1, KEYS, item));
        assertEquals(KEYS - 1, item.lo());
        assertThrows(IllegalStateException.class, () -> tree.change().close());
        flip(fixture.region, root * Node.BYTES * 8 + 3000 * 8);
        var e = assertThrows(CorruptMetadataException.class, () -> OneLookup.get(tree, 1, 3, item));
        assertEquals(
            fixture.region.name()
                + ": bytes ["
                + root * Node.BYTES
                + ", +4096): node in frame "
                + root
                + " has a bad checksum",
            e.getMessage());
      }
    }
  }

  @Test
  @DisplayName("Damage that appears after the mount is not spread by a change")
  void damageThatAppearsAfterTheMountIsNotSpreadByAChange() throws IOException {
    try (TreeFixture fixture = filled()) {
      fixture.remount(); // so that no node is in memory
      long root = fixture.tree.reader.root;
      flip(fixture.region, root * Node.BYTES * 8 + Node.GENERATION * 8);
      long free = fixture.space.freeFrames();
      assertThrows(CorruptMetadataException.class, () -> fixture.put(1, 1, (byte) 0));
      assertEquals(free, fixture.space.freeFrames());
      flip(fixture.region, root * Node.BYTES * 8 + Node.GENERATION * 8);
      fixture.put(1, 1, (byte) 0);
    }
  }

  @Test
  @DisplayName("Block in use twice is corrupt")
  void blockInUseTwiceIsCorrupt() throws IOException {
    try (TreeFixture fixture = filled()) {
      long root = fixture.tree.reader.root;
      fixture.tree.close();
      try (Space space = new Space("s", TreeFixture.blocks(fixture.region));
          CowTree tree = CowTree.open(fixture.persister, space)) {
        assertEquals(-1, space.markUsed(root, 1));
        var e =
            assertThrows(CorruptMetadataException.class, () -> tree.mount(1, TreeFixture.NOTHING));
        assertTrue(Messages.of(e).endsWith("node in frame " + root + " is in use twice"));
      }
    }
  }

  @Test
  @DisplayName("Mount falls back to the other superblock and heals the bad one")
  void mountFallsBackToTheOtherSuperblockAndHealsTheBadOne() throws IOException {
    for (int slot = 0; slot < 2; slot++) {
      for (int at : new int[] {0, 9, 13, 64, 72, 500}) {
        try (TreeFixture fixture = filled()) {
          flip(fixture.region, (slot * (long) Node.BYTES + at) * 8);
          fixture.remount();
          assertTrue(fixture.tree.generation() > 1);
          for (int i = 0; i < 2; i++) {
            assertTrue(Superblock.hasMagic(copyOfSlot(fixture.region, i)));
          }
          flip(fixture.region, ((1 - slot) * (long) Node.BYTES + at) * 8);
          fixture.remount(); // now the healed one is needed
        }
      }
    }
  }

  @Test
  @DisplayName("Without a good superblock there is no tree")
  void withoutAGoodSuperblockThereIsNoTree() throws IOException {
    try (TreeFixture fixture = filled()) {
      flip(fixture.region, 500 * 8);
      flip(fixture.region, (Node.BYTES + Superblock.SLOT) * 8L);
      assertRefused(
          CorruptMetadataException.class,
          fixture,
          "superblock in frame 0 has a bad checksum; the one in frame 1 has a bad checksum");
    }
  }

  @Test
  @DisplayName("Region without superblocks is not formatted")
  void regionWithoutSuperblocksIsNotFormatted() throws IOException {
    try (Region region = Region.anonymous("blank", 1 << 20);
        Space space = new Space("s", 256)) {
      Persister persister = Persister.of(region);
      var e =
          assertThrows(NotFormattedException.class, () -> CowTree.open(persister, space).close());
      assertEquals(
          "memfd:blank: holds no jdax file system: there is no superblock in frame 0 or 1",
          e.getMessage());
    }
  }

  @Test
  @DisplayName("Newer version is refused with a sentence")
  void newerVersionIsRefusedWithASentence() throws IOException {
    try (TreeFixture fixture = filled()) {
      Superblock newest = SuperblockSlots.newest(fixture.region);
      write(fixture, newest.info(), 2, newest);
      assertRefused(
          UnsupportedFormatException.class,
          fixture,
          "the file system has format version 2, and this release reads versions up to 1");
    }
  }

  @Test
  @DisplayName("Unknown incompatible feature is refused and a compatible one is kept")
  void unknownIncompatibleFeatureIsRefusedAndACompatibleOneIsKept() throws IOException {
    try (TreeFixture fixture = filled()) {
      Superblock newest = SuperblockSlots.newest(fixture.region);
      SuperblockInfo info = newest.info();
      write(
          fixture,
          new SuperblockInfo(info.uuid(), "compatible", 4096, info.createdMillis(), 5, 0),
          1,
          newest);
      fixture.remount();
      assertEquals(5, fixture.tree.info().compatible());
      assertEquals("compatible", fixture.tree.info().label());
      fixture.put(1, 1);
      fixture.tree.commit();
      newest = SuperblockSlots.newest(fixture.region);
      assertEquals(5, newest.info().compatible());
      write(
          fixture,
          new SuperblockInfo(info.uuid(), "i", 4096, info.createdMillis(), 0, 48),
          1,
          newest);
      assertRefused(
          UnsupportedFormatException.class,
          fixture,
          "the file system uses incompatible features that this release does not know: 0x30");
    }
  }

  @Test
  @DisplayName("Format refuses what it can not do")
  void formatRefusesWhatItCanNotDo() throws IOException {
    try (Region region = Region.anonymous("small", 63 * 4096)) {
      Persister persister = Persister.of(region);
      assertSentence(
          "the file system has 63 frames of 4096 bytes, the region has 63, and at least 64 are"
              + " needed",
          assertThrows(
              UnsupportedFormatException.class,
              () -> CowTree.format(persister, SuperblockInfo.create(""))));
    }
    try (Region region = Region.anonymous("r", 1 << 20)) {
      Persister persister = Persister.of(region);
      SuperblockInfo odd = new SuperblockInfo(new java.util.UUID(1, 2), "", 512, 0, 0, 0);
      assertSentence(
          "block size 512 with the incompatible features 0x0 is not known to this release",
          assertThrows(UnsupportedFormatException.class, () -> CowTree.format(persister, odd)));
      assertEquals(0, region.segment().get(JAVA_BYTE, 0), "nothing was written");
    }
    assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("", 8192));
    assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("", 3072));
    assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("", 256));
    assertThrows(IllegalArgumentException.class, () -> SuperblockInfo.create("x".repeat(65)));
  }

  @Test
  @DisplayName("Region that shrank is refused")
  void regionThatShrankIsRefused() throws IOException {
    byte[] image;
    try (TreeFixture fixture = filled()) {
      image = fixture.region.segment().toArray(JAVA_BYTE);
    }
    var e =
        assertThrows(
            UnsupportedFormatException.class,
            () -> TreeFixture.ofImage(Arrays.copyOf(image, image.length / 2)).close());
    assertSentence(
        "the file system has 512 frames of 4096 bytes, the region has 256, and at least 64 are"
            + " needed",
        e);
  }

  @Test
  @DisplayName("Formatting again leaves nothing of the old tree")
  void formattingAgainLeavesNothingOfTheOldTree() throws IOException {
    try (TreeFixture fixture = filled()) {
      fixture.tree.close();
      CowTree.format(fixture.persister, SuperblockInfo.create("again"));
      fixture.remount();
      assertEquals("again", fixture.tree.info().label());
      assertFalse(OneLookup.ceiling(fixture.tree, 0, 0, new Item()));
    }
  }

  @Test
  @DisplayName("Nodes that the file lost are a media error and not the end of the process")
  void nodesThatTheFileLostAreAMediaErrorAndNotTheEndOfTheProcess() throws IOException {
    Path path = Path.of("/dev/shm/jdax-tree-" + ProcessHandle.current().pid());
    try (Region region = Region.at(path).size(1 << 20).create();
        TreeFixture fixture = TreeFixture.format(region, Persister.of(region))) {
      for (int i = 0; i < KEYS; i++) {
        fixture.put(1, i, new byte[20]);
      }
      fixture.tree.commit();
      fixture.remount();
      Files.write(path, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
      for (int i = 0; i < 20_000; i++) { // until compiled
        var e =
            assertThrows(
                MediaErrorException.class, () -> OneLookup.get(fixture.tree, 1, 3, new Item()));
        assertEquals(fixture.tree.reader.root * Node.BYTES, e.offset());
      }
      assertThrows(MediaErrorException.class, () -> fixture.put(1, 1));
      assertThrows(MediaErrorException.class, () -> fixture.tree.walk(2, TreeFixture.NOTHING));
      fixture.tree.close();
      assertThrows(CorruptMetadataException.class, fixture::remount);
    } finally {
      Files.delete(path);
    }
  }

  private static TreeFixture filled() throws IOException {
    TreeFixture fixture = TreeFixture.format(512);
    try (Change change = fixture.tree.change()) {
      for (int i = 0; i < KEYS; i++) {
        change.put(1, i, new byte[i % 50]);
      }
      change.done();
    }
    fixture.tree.commit();
    return fixture;
  }

  private static void write(TreeFixture fixture, SuperblockInfo info, int version, Superblock like)
      throws IOException {
    fixture.tree.close();
    new SuperblockSlots(fixture.persister)
        .write(
            new Superblock(
                info,
                version,
                like.blockCount(),
                like.generation() + 1,
                like.root(),
                like.rootLevel(),
                like.nodeCount(),
                like.lastChange()));
  }

  private static void mount(TreeFixture fixture) throws IOException {
    try (Space space = new Space("s", TreeFixture.blocks(fixture.region));
        CowTree tree = CowTree.open(fixture.persister, space)) {
      new TreeWalk(tree.region, tree.reader, TreeFixture.NOTHING, pfn -> {}).run(1);
    }
  }

  private static void assertRefused(
      Class<? extends IOException> type, TreeFixture fixture, String sentence) {
    assertSentence(sentence, assertThrows(type, fixture::remount));
  }

  private static void assertSentence(String sentence, IOException e) {
    String message = String.valueOf(e.getMessage());
    assertTrue(message.endsWith(": " + sentence), message);
  }

  private static java.lang.foreign.MemorySegment copyOfSlot(Region region, int slot) {
    return region.segment().asSlice(slot * (long) Node.BYTES, Superblock.BYTES);
  }

  private static void flip(Region region, long bit) {
    byte there = region.segment().get(JAVA_BYTE, bit / 8);
    region.segment().set(JAVA_BYTE, bit / 8, (byte) (there ^ (1 << (bit % 8))));
  }

  @Test
  @DisplayName("A node of a commit that never came about, or of another place, is none of the tree")
  void nodesOfOtherStates() throws IOException {
    for (int what = 0; what < 3; what++) {
      try (TreeFixture fixture = filled()) {
        long root = fixture.tree.reader.root;
        long generation = fixture.tree.generation();
        long[] fields = {Node.GENERATION, Node.SELF, Node.FILE_SYSTEM};
        long[] values = {generation + 1, root + 1, 7};
        String[] sentences = {
          "node in frame %d was written by commit %d, but the tree is at %d"
              .formatted(root, generation + 1, generation),
          "node in frame %d says that it is in frame %d".formatted(root, root + 1),
          "node in frame %d belongs to another file system".formatted(root)
        };
        long field = fields[what];
        long value = values[what];
        TreeVandal.node(fixture.region, root, node -> node.set(Node.LONG, field, value));
        CorruptMetadataException e = assertThrows(CorruptMetadataException.class, fixture::remount);
        assertTrue(Messages.of(e).contains(sentences[what]), Messages.of(e));
      }
    }
  }

  @Test
  @DisplayName("A superblock of a commit that belongs in the other slot counts for nothing")
  void superblockOfTheOtherSlot() throws IOException {
    try (TreeFixture fixture = filled()) {
      long generation = fixture.tree.generation();
      int slot = TreeVandal.newestSlot(fixture.region);
      TreeVandal.superblock(
          fixture.region, slot, s -> s.set(Node.LONG, Superblock.GENERATION, generation + 1));
      assertEquals(generation - 1, SuperblockSlots.newest(fixture.region).generation());
    }
  }
}

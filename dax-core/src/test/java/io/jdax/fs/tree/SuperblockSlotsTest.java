package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which of two superblocks counts, and which is refused. */
class SuperblockSlotsTest {
  private static final int FRAMES = 100;
  private static final SuperblockInfo INFO = SuperblockInfo.create("slots");

  private final Region region = anonymous(FRAMES);
  private final SuperblockSlots slots = new SuperblockSlots(persister());

  private static Region anonymous(int frames) {
    try {
      return Region.anonymous("slots", (long) frames * Node.BYTES);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Persister persister() {
    try {
      return Persister.of(region);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  private static Superblock of(long generation, long blocks) {
    return new Superblock(INFO, 1, blocks, generation, 2, 0, 1, 0);
  }

  private void damage(int slot, int at) {
    long offset = (long) slot * Node.BYTES + at;
    byte there = region.segment().get(ValueLayout.JAVA_BYTE, offset);
    region.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) ~there);
  }

  @Test
  @DisplayName("The newer commit counts, whichever slot it is in")
  void newest() throws IOException {
    slots.write(of(4, FRAMES));
    assertEquals(of(4, FRAMES), SuperblockSlots.newest(region), "alone");
    slots.write(of(5, FRAMES));
    assertEquals(of(5, FRAMES), SuperblockSlots.newest(region));
    slots.write(of(6, FRAMES));
    assertEquals(of(6, FRAMES), SuperblockSlots.newest(region));
    damage(0, Superblock.ROOT);
    assertEquals(of(5, FRAMES), SuperblockSlots.newest(region));
  }

  @Test
  @DisplayName(
      "A region is not formatted if neither slot ever was, or if there is no room for them")
  void notFormatted() throws IOException {
    assertThrows(NotFormattedException.class, () -> SuperblockSlots.newest(region));
    try (Region small = anonymous(1)) {
      assertThrows(NotFormattedException.class, () -> SuperblockSlots.newest(small));
    }
    try (Region two = anonymous(2)) {
      new SuperblockSlots(Persister.of(two)).write(of(3, FRAMES));
      assertThrows(UnsupportedFormatException.class, () -> SuperblockSlots.newest(two));
    }
  }

  @Test
  @DisplayName("Where one slot was formatted and neither is good, both are said to be bad")
  void bothBad() throws IOException {
    slots.write(of(5, FRAMES));
    damage(1, Superblock.LABEL);
    CorruptMetadataException e =
        assertThrows(CorruptMetadataException.class, () -> SuperblockSlots.newest(region));
    assertTrue(
        Messages.of(e)
            .endsWith("frame 0 has no magic number; the one in frame 1 has a bad checksum"),
        Messages.of(e));
  }

  @Test
  @DisplayName("What a slot holds: nothing, something bad, or a superblock")
  void examine() throws IOException {
    assertEquals(
        new SuperblockSlots.State(false, null, "has no magic number"),
        SuperblockSlots.examine(region, 0));
    slots.write(of(4, FRAMES));
    assertEquals(
        new SuperblockSlots.State(true, of(4, FRAMES), null), SuperblockSlots.examine(region, 0));
    TreeVandal.superblock(region, 0, s -> s.set(Node.LONG, Superblock.ROOT, 1));
    assertEquals(
        new SuperblockSlots.State(true, null, "leads to frame 1 of 100"),
        SuperblockSlots.examine(region, 0));
    damage(0, Superblock.CRC);
    assertEquals(
        new SuperblockSlots.State(true, null, "has a bad checksum"),
        SuperblockSlots.examine(region, 0));
    assertFalse(SuperblockSlots.examine(region, 1).formatted());
  }

  @Test
  @DisplayName("A version is a number without a sign: the highest is newer than this release")
  void version() throws IOException {
    slots.write(of(4, FRAMES));
    TreeVandal.superblock(region, 0, s -> s.set(Node.INT, Superblock.VERSION, -1));
    UnsupportedFormatException e =
        assertThrows(UnsupportedFormatException.class, () -> SuperblockSlots.examine(region, 0));
    assertTrue(Messages.of(e).contains("format version 4294967295, and"), Messages.of(e));
    TreeVandal.superblock(region, 0, s -> s.set(Node.INT, Superblock.VERSION, 0));
    assertEquals(0, SuperblockSlots.newest(region).version());
  }

  @Test
  @DisplayName("A file system has from 64 blocks to as many as the region")
  void size() throws IOException {
    for (long good : new long[] {64, FRAMES}) {
      SuperblockSlots.requireSupported(region, of(4, good));
    }
    for (long bad : new long[] {0, 63, FRAMES + 1, Long.MAX_VALUE}) {
      UnsupportedFormatException e =
          assertThrows(
              UnsupportedFormatException.class,
              () -> SuperblockSlots.requireSupported(region, of(4, bad)));
      assertTrue(
          Messages.of(e)
              .endsWith(
                  "the file system has "
                      + bad
                      + " frames of 4096 bytes, the region has 100, and at least 64 are needed"),
          Messages.of(e));
    }
  }
}

package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Blocks of 1024 bytes, four to a frame, on a device of 64 frames, of which 16 are kept back. */
class FragmentsTest {
  private static final int FRAMES = 64;
  private static final int USABLE = 48 * 4;

  private final Space space = new Space("r", FRAMES);
  private final Fragments fragments = new Fragments("r", space, 10, 0);
  private final BlockRun run = new BlockRun();
  private final PageOwner a = new PageOwner();
  private final PageOwner b = new PageOwner();

  @AfterEach
  void close() {
    space.close();
  }

  private long one(PageOwner owner, long fileBlock, long home) throws NoSpaceException {
    take(owner, fileBlock, 1, home, -1);
    assertEquals(1, run.count());
    return run.start();
  }

  private void take(PageOwner owner, long fileBlock, int count, long home, long goal)
      throws NoSpaceException {
    fragments.reserve(count);
    fragments.allocateReserved(owner, fileBlock, count, home, goal, run);
    fragments.unreserve(count - run.count());
  }

  /** Takes all whole frames that are to be had. */
  private void takeFrames() throws NoSpaceException {
    while (space.usableFrames() > 0) {
      space.allocate(space.usableFrames(), -1, run);
    }
  }

  @Test
  @DisplayName("The blocks of a page come together in one frame, each at its place")
  void pageComesTogether() throws NoSpaceException {
    long third = one(a, 4 * 7 + 2, -1);
    assertEquals(2, third & 3);
    long base = third - 2;
    assertEquals(3, fragments.keptBlocks());
    one(b, 0, -1);
    assertTrue(run.start() >>> 2 != third >>> 2, "another page has another frame");
    assertEquals(base, one(a, 4 * 7, base));
    assertEquals(base + 3, one(a, 4 * 7 + 3, base + 3));
    assertEquals(2, fragments.dividedFrames());
    take(a, 4 * 7 + 1, 3, base + 1, -1);
    assertEquals("[" + (base + 1) + ", +1)", run.toString());
    assertEquals(1, fragments.dividedFrames(), "a frame that is used as a whole is forgotten");
    assertEquals(FRAMES * 4 - 5, fragments.freeBlocks());
  }

  @Test
  @DisplayName("The goal of a page's first block is the frame behind the page before")
  void goalOfFirstBlock() throws NoSpaceException {
    take(a, 4, 2, -1, 4 * 33);
    assertEquals("[132, +2)", run.toString());
    take(a, 9, 1, -1, 4 * 34);
    assertEquals(1, run.start() & 3, "a goal that is not at the block's place is none");
  }

  @Test
  @DisplayName("When the last used block of a frame goes, the frame does")
  void frameGoesWithItsLastBlock() throws NoSpaceException {
    long block = one(a, 0, -1);
    one(a, 1, block + 1);
    fragments.free(block, 1);
    assertEquals(3, fragments.keptBlocks(), "what comes back is the page's again");
    assertEquals(block, one(a, 0, block));
    fragments.free(block, 2);
    assertEquals(0, fragments.dividedFrames());
    assertEquals(0, fragments.keptBlocks());
    assertEquals(FRAMES, space.freeFrames());
    assertFalse(space.isUsed(block >>> 2));
    assertEquals(USABLE, fragments.usableBlocks());
  }

  @Test
  @DisplayName("Blocks of a frame that was used as a whole come back one by one")
  void wholeFrameComesBackInParts() throws NoSpaceException {
    space.allocate(3, 20, run);
    fragments.free(4 * 20 + 3, 6);
    assertEquals(2, fragments.dividedFrames());
    assertEquals(2, fragments.looseBlocks());
    assertFalse(space.isUsed(21));
    assertTrue(fragments.isUsed(82));
    assertFalse(fragments.isUsed(83));
    assertTrue(fragments.isUsed(90));
    assertThrows(IllegalStateException.class, () -> fragments.free(82, 2));
    assertThrows(IllegalStateException.class, () -> fragments.free(80, 4));
    assertThrows(IllegalStateException.class, () -> fragments.free(84, 4));
  }

  @Test
  @DisplayName("Without a frame to take, loose blocks go first, from where most is used")
  void looseBlocksGoFirst() throws NoSpaceException {
    long pfn = one(b, 0, -1) >>> 2;
    space.allocate(2, 10, run);
    fragments.free(40, 3);
    fragments.free(46, 1);
    takeFrames();
    assertEquals(46, one(a, 0, -1));
    take(a, 1, 3, -1, -1);
    assertEquals("[41, +2)", run.toString(), "at its place if that is free");
    assertEquals(40, one(a, 8, -1));
    assertTrue(fragments.isKept(pfn));
    one(a, 5, -1);
    assertFalse(fragments.isKept(pfn));
  }

  @Test
  @DisplayName("What is kept for pages is taken last, from where most is used")
  void keptBlocksGoLast() throws NoSpaceException {
    long mine = one(a, 0, -1);
    long less = one(b, 4, -1);
    long more = one(b, 8, -1);
    one(b, 9, more + 1);
    takeFrames();
    assertEquals(8, fragments.usableBlocks());
    assertEquals(more + 2, one(a, 4 * 9 + 2, -1), "the frame with most in use");
    assertKept(mine, less);
    assertEquals(more + 3, one(a, 4 * 10, -1));
    assertKept(mine, less); // the rest of it was loose
    assertEquals(mine + 1, one(a, 4 * 11 + 1, -1), "for another page of the same file");
    assertKept(less);
    take(a, 4 * 12, 2, -1, -1);
    assertEquals("[" + (mine + 2) + ", +2)", run.toString());
    assertEquals(0, fragments.looseBlocks());
    assertEquals(less + 1, one(b, 5, less + 1), "what was kept for a page is there for it");
    assertEquals(2, fragments.keptBlocks(), "and for the page again, as nobody else wants it");
    NoSpaceException e = assertThrows(NoSpaceException.class, () -> fragments.reserve(3));
    assertEquals(
        "r: no space for 3 blocks of data: 66 blocks of 1024 bytes are free, of which 2 are usable;"
            + " the others are reserved for metadata and for stores that were accepted",
        e.getMessage());
    assertKept(less); // nothing is given up in vain
    assertEquals(2, fragments.keptBlocks());
  }

  /** In the frames of these blocks, and no others. */
  private void assertKept(long... blocks) {
    Set<Long> expected = new HashSet<>();
    for (long block : blocks) {
      expected.add(block >>> 2);
    }
    Set<Long> found = new HashSet<>();
    for (long pfn = 0; pfn < FRAMES; pfn++) {
      if (fragments.isKept(pfn)) {
        found.add(pfn);
      }
    }
    assertEquals(expected, found);
  }

  @Test
  @DisplayName("What is kept is loose as soon as it is given up, and the figures say so")
  void release() throws NoSpaceException {
    one(a, 1, -1);
    one(a, 4, -1);
    one(b, 8, -1);
    fragments.releaseAll(a);
    assertEquals(3, fragments.keptBlocks());
    assertEquals(6, fragments.looseBlocks());
    fragments.releaseAll(a);
    assertEquals(6, fragments.looseBlocks(), "it was given up before");
    assertEquals(USABLE - 3, fragments.usableBlocks());
  }

  @Test
  @DisplayName("A block waits for the commit after its own, whatever its neighbours do")
  void blocksWaitForTheirCommits() throws NoSpaceException {
    long block = one(a, 0, -1);
    one(a, 1, block + 1);
    one(a, 2, block + 2);
    space.committed(4);
    fragments.freeAfter(block, 1, 5);
    fragments.freeAfter(block + 1, 1, 6);
    fragments.free(block + 2, 1);
    assertEquals(2, fragments.delayedBlocks());
    assertTrue(fragments.isUsed(block));
    assertThrows(NoSpaceException.class, () -> fragments.reserve(USABLE - 1));
    assertTrue(one(a, 0, block) != block, "commit 4 shows it");
    fragments.free(run.start(), 1);
    space.committed(5);
    assertTrue(fragments.isUsed(block));
    space.committed(6);
    assertFalse(fragments.isUsed(block));
    assertTrue(fragments.isUsed(block + 1));
    assertTrue(space.isWaitingForCommit());
    space.committed(7);
    assertEquals(FRAMES, space.freeFrames(), "the last block has waited for the frame");
    assertFalse(space.isWaitingForCommit());
    assertEquals(0, fragments.delayedBlocks());
    space.allocate(3, 30, run);
    fragments.freeAfter(121, 9, 7);
    assertEquals(9, fragments.delayedBlocks());
    space.committed(8);
    assertEquals(FRAMES * 4 - 3, fragments.freeBlocks());
    fragments.freeAfter(120, 1, 7);
    assertEquals(FRAMES * 4 - 2, fragments.freeBlocks(), "its commit is long past");
  }

  @Test
  @DisplayName("Commits that bring back parts of frames are known to help")
  void commitWouldHelp() throws NoSpaceException {
    long block = one(a, 0, -1);
    takeFrames();
    assertFalse(space.commitWouldHelp(1));
    fragments.freeAfter(block, 1, 1);
    assertTrue(space.commitWouldHelp(1));
  }

  @Test
  @DisplayName("What the mount finds in use twice is named by its block")
  void conflictsAreNamed() {
    assertEquals(-1, fragments.markUsed(42, 7)); // [10.5, 12.25)
    assertEquals(1 + 2, fragments.dividedFrames() + 1);
    assertEquals(2 + 3, fragments.looseBlocks());
    assertEquals(42, fragments.markUsed(40, 3));
    assertEquals(42, fragments.markUsed(36, 12));
    assertEquals(44, fragments.markUsed(44, 4));
    assertEquals(46, fragments.markUsed(46, 1));
    assertEquals(48, fragments.markUsed(48, 20));
    assertEquals(FRAMES * 4 - 7, fragments.freeBlocks(), "nothing has changed");
    assertEquals(-1, fragments.markUsed(40, 2));
    assertEquals(-1, fragments.markUsed(49, 3));
    assertEquals(0, fragments.dividedFrames());
    assertEquals(51, fragments.markUsed(51, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> fragments.markUsed(FRAMES * 4 - 1, 2));
  }

  @Test
  @DisplayName("All that is usable can be reserved, not one block more, and all of it can be had")
  void reservedBlocksCanBeHad() throws NoSpaceException {
    one(a, 0, -1);
    one(a, 5, -1);
    space.allocate(1, 7, run);
    fragments.free(29, 1);
    long usable = fragments.usableBlocks();
    assertEquals(USABLE - 5, usable);
    assertThrows(NoSpaceException.class, () -> fragments.reserve(usable + 1));
    assertThrows(NoSpaceException.class, () -> fragments.reserve(Long.MAX_VALUE));
    fragments.reserve(usable - 3);
    assertEquals(3, fragments.usableBlocks());
    fragments.reserve(3);
    assertEquals(0, fragments.usableBlocks());
    assertThrows(NoSpaceException.class, () -> fragments.reserve(1));
    assertThrows(NoSpaceException.class, () -> space.allocate(1, -1, run));
    assertTrue(fragments.allocateReservedFrames(new PageOwner(), 0, 2, -1, run));
    long left = usable - run.count();
    for (int i = 0; left > 0; i++) {
      fragments.allocateReserved(b, 4 * i + 1, (int) Math.min(left, 3), -1, -1, run);
      left -= run.count();
    }
    assertEquals(0, fragments.usableBlocks());
    assertEquals(16 * 4, fragments.freeBlocks());
    assertThrows(
        IllegalStateException.class, () -> fragments.allocateReserved(b, 0, 1, -1, -1, run));
    assertThrows(IllegalStateException.class, () -> fragments.unreserve(1));
  }

  @Test
  @DisplayName("A reservation that is given up gives its frames up")
  void unreserve() throws NoSpaceException {
    fragments.reserve(9);
    assertEquals(48 - 3, space.usableFrames());
    fragments.unreserve(1);
    assertEquals(48 - 2, space.usableFrames());
    fragments.allocateReserved(a, 0, 2, -1, -1, run);
    fragments.unreserve(6);
    assertEquals(48 - 1, space.usableFrames());
    assertEquals(2, fragments.keptBlocks());
  }

  @Test
  @DisplayName("After a mount a page goes on in its frame, and has the rest kept again")
  void pageGoesOnAfterMount() throws NoSpaceException {
    assertEquals(-1, fragments.markUsed(40, 1));
    assertEquals(41, one(a, 1, 41));
    assertEquals(2, fragments.keptBlocks());
    assertEquals(0, fragments.looseBlocks());
  }

  // ---------------------------------------------------------------- pages that become one piece

  @Test
  @DisplayName("Blocks are taken by name where they are loose, or kept for the page: all, or none")
  void takeReserved() throws NoSpaceException {
    long kept = one(a, 4 * 3, -1); // of frame kept / 4, for page 3 of a
    assertEquals(-1, fragments.markUsed(42, 1));
    fragments.reserve(8);
    assertFalse(fragments.takeReserved(a, 2, kept >>> 2, 0b1110), "kept for another page");
    assertFalse(fragments.takeReserved(b, 3, kept >>> 2, 0b0010), "kept for another file");
    assertFalse(fragments.takeReserved(a, 3, kept >>> 2, 0b0011), "one of them is used");
    assertFalse(fragments.takeReserved(a, 3, 50, 0b0001), "nothing of the frame is used");
    assertEquals(3, fragments.keptBlocks());
    assertTrue(fragments.takeReserved(a, 3, kept >>> 2, 0b1110));
    assertTrue(fragments.isUsed(kept + 3));
    assertEquals(0, fragments.keptBlocks());
    assertFalse(fragments.takeReserved(b, 0, 10, 0b0101), "all, or none");
    assertTrue(fragments.takeReserved(b, 0, 10, 0b1001), "loose ones are anybody's");
    assertEquals(1, fragments.looseBlocks());
    fragments.unreserve(3);
    assertThrows(IllegalStateException.class, () -> fragments.unreserve(1));
    assertThrows(
        IllegalStateException.class, () -> fragments.takeReserved(b, 0, 10, 0b0010), "no room");
    assertEquals(USABLE - 8 + 1, fragments.usableBlocks());
  }

  @Test
  @DisplayName("Blocks that go back to a reservation are there for it, in frames and in parts")
  void freeReserved() throws NoSpaceException {
    fragments.reserve(8 + 2);
    assertTrue(fragments.allocateReservedFrames(new PageOwner(), 0, 2, 4 * 30, run));
    assertEquals("[120, +8)", run.toString());
    fragments.allocateReserved(a, 0, 2, -1, 4 * 40, run);
    assertEquals(160, run.start());
    fragments.freeReserved(120, 6); // a frame, and half of one
    assertFalse(space.isUsed(30));
    assertTrue(fragments.isUsed(126));
    assertEquals(2, fragments.looseBlocks());
    fragments.freeReserved(161, 1);
    assertEquals(0, fragments.keptBlocks(), "kept blocks would count for nobody");
    assertEquals(USABLE - 10, fragments.usableBlocks());
    fragments.reserve(fragments.usableBlocks());
    for (long left = USABLE - 3; left > 0; left -= run.count()) {
      fragments.allocateReserved(b, 4 * left, (int) Math.min(left, 4), -1, -1, run);
    }
    assertThrows(IllegalStateException.class, () -> fragments.unreserve(1));
    fragments.freeReserved(126, 2);
    fragments.unreserve(2);
    assertThrows(IllegalStateException.class, () -> fragments.freeReserved(126, 2));
  }

  // ---------------------------------------------------------------- few frames

  @Test
  @DisplayName("Blocks get frames of their own until an eighth of the device is left")
  void looseFirstWhenTight() throws NoSpaceException {
    assertEquals(-1, fragments.markUsed(40, 1));
    space.allocate(space.usableFrames() - FRAMES / 8 - 1, 16, run);
    take(a, 0, 1, -1, -1);
    assertEquals(3, fragments.looseBlocks(), "9 were usable, and 8 when one was reserved");
    assertEquals(8, space.usableFrames());
    space.allocate(1, -1, run);
    assertEquals(40, one(a, 4, -1) & ~3, "7 are usable");
    assertEquals(2, fragments.looseBlocks());
    take(a, 8, 4, -1, -1);
    assertEquals(4, run.count(), "a whole page takes a whole frame all the same");
    assertEquals(0, run.start() & 3);
    take(a, 1, 1, -1, -1);
    take(a, 5, 1, -1, -1);
    assertEquals(0, fragments.looseBlocks());
    assertEquals(6, space.usableFrames());
    take(a, 16, 1, -1, -1);
    assertEquals(5, space.usableFrames(), "nothing is loose");
    assertEquals(3 + 3, fragments.keptBlocks(), "of the first page, and of this one");
  }

  @Test
  @DisplayName("Data leaves the headroom to the tree, which can record who has the last blocks")
  void headroom() throws NoSpaceException {
    try (Space small = new Space("s", FRAMES)) {
      Fragments f = new Fragments("s", small, 10, 5);
      assertEquals(USABLE - 20, f.usableBlocks());
      assertThrows(NoSpaceException.class, () -> f.reserve(USABLE - 19));
      f.reserve(USABLE - 20);
      assertEquals(5, small.usableFrames());
      assertThrows(NoSpaceException.class, () -> f.reserve(1));
      for (long left = USABLE - 20; left > 0; left -= run.count()) {
        f.allocateReserved(a, left, 1, -1, -1, run);
      }
      assertEquals(5, small.usableFrames());
      small.promise(5 * Space.ITEMS_PER_NODE);
      assertEquals(0, small.usableFrames());
      assertThrows(NoSpaceException.class, () -> small.promise(1));
      f.free(run.start(), 1);
      assertEquals(1, f.usableBlocks());
      f.reserve(1);
      assertEquals(0, f.usableBlocks());
      small.recorded(5 * Space.ITEMS_PER_NODE);
      assertEquals(0, f.usableBlocks(), "frames are usable, though not for data");
      small.reserveNodes(5, false);
      assertEquals(0, small.usableFrames());
    }
  }

  @Test
  @DisplayName("Who gives back blocks of which one is free is told, and nothing has changed")
  void givenBackTwice() throws NoSpaceException {
    long block = one(a, 0, -1);
    long free = fragments.freeBlocks();
    assertThrows(IllegalStateException.class, () -> fragments.free(block, 2));
    assertTrue(fragments.isUsed(block));
    assertEquals(free, fragments.freeBlocks());
    fragments.free(block, 1);
    assertThrows(IllegalStateException.class, () -> fragments.free(block, 1));
  }
}

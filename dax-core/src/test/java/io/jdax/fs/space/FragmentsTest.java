package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Blocks of 1024 bytes, four to a frame, on a device of 64 frames, of which 16 are kept back. */
class FragmentsTest {
  private static final int FRAMES = 64;
  private static final int USABLE = 48 * 4;

  private final Space space = new Space("r", FRAMES);
  private final Fragments fragments = new Fragments("r", space, 10);
  private final BlockRun run = new BlockRun();
  private final List<String> asked = new ArrayList<>();
  private final Owner a = new Owner("a");
  private final Owner b = new Owner("b");

  private final class Owner extends PageOwner {
    final String name;
    boolean refuses;

    Owner(String name) {
      this.name = name;
    }

    @Override
    protected void revoke(long page, long pfn) {
      asked.add(name + page);
      if (!refuses) {
        fragments.release(this, page, pfn);
      }
    }
  }

  @AfterEach
  void close() {
    space.close();
  }

  private long one(Owner owner, long fileBlock, long home) throws NoSpaceException {
    fragments.allocate(owner, fileBlock, 1, home, -1, run);
    assertEquals(1, run.count());
    return run.start();
  }

  /** Takes all whole frames that are to be had. */
  private void takeFrames() throws NoSpaceException {
    while (space.usableBlocks() > 0) {
      space.allocate(space.usableBlocks(), -1, run);
    }
  }

  @Test
  @DisplayName("the blocks of a page come together in one frame, each at its place")
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
    fragments.allocate(a, 4 * 7 + 1, 3, base + 1, -1, run);
    assertEquals("[" + (base + 1) + ", +1)", run.toString());
    assertEquals(1, fragments.dividedFrames(), "a frame that is used as a whole is forgotten");
    assertEquals(FRAMES * 4 - 5, fragments.freeBlocks());
  }

  @Test
  @DisplayName("the goal of a page's first block is the frame behind the page before")
  void goalOfFirstBlock() throws NoSpaceException {
    fragments.allocate(a, 4, 2, -1, 4 * 33, run);
    assertEquals("[132, +2)", run.toString());
    fragments.allocate(a, 9, 1, -1, 4 * 34, run);
    assertEquals(1, run.start() & 3, "a goal that is not at the block's place is none");
  }

  @Test
  @DisplayName("when the last used block of a frame goes, the frame does")
  void frameGoesWithItsLastBlock() throws NoSpaceException {
    long block = one(a, 0, -1);
    one(a, 1, block + 1);
    fragments.free(block, 1);
    assertEquals(3, fragments.keptBlocks(), "what comes back is the page's again");
    assertEquals(block, one(a, 0, block));
    fragments.free(block, 2);
    assertEquals(0, fragments.dividedFrames());
    assertEquals(0, fragments.keptBlocks());
    assertEquals(FRAMES, space.freeBlocks());
    assertFalse(space.isUsed(block >>> 2));
    assertEquals(USABLE, fragments.usableBlocks());
  }

  @Test
  @DisplayName("blocks of a frame that was used as a whole come back one by one")
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
  @DisplayName("without a frame to take, loose blocks go first, from where most is used")
  void looseBlocksGoFirst() throws NoSpaceException {
    one(b, 0, -1);
    space.allocate(2, 10, run);
    fragments.free(40, 3);
    fragments.free(46, 1);
    takeFrames();
    assertEquals(46, one(a, 0, -1));
    fragments.allocate(a, 1, 3, -1, -1, run);
    assertEquals("[41, +2)", run.toString(), "at its place if that is free");
    assertEquals(40, one(a, 8, -1));
    assertEquals(List.of(), asked);
    one(a, 5, -1);
    assertEquals(List.of("b0"), asked);
  }

  @Test
  @DisplayName("what is kept for pages is taken last, after its owner was asked")
  void ownersAreAsked() throws NoSpaceException {
    long mine = one(a, 0, -1);
    long less = one(b, 4, -1);
    long more = one(b, 8, -1);
    one(b, 9, more + 1);
    takeFrames();
    assertEquals(8, fragments.usableBlocks());
    assertEquals(more + 2, one(a, 4 * 9 + 2, -1), "the frame with most in use");
    assertEquals(List.of("b2"), asked);
    b.refuses = true;
    assertEquals(more + 3, one(a, 4 * 10, -1));
    assertEquals(mine + 1, one(a, 4 * 11 + 1, -1), "the same file may be asked for another page");
    fragments.allocate(a, 4 * 12, 4, -1, -1, run);
    assertEquals("[" + (mine + 2) + ", +2)", run.toString());
    assertEquals(0, fragments.looseBlocks());
    asked.clear();
    NoSpaceException e =
        assertThrows(NoSpaceException.class, () -> fragments.allocate(a, 0, 1, -1, -1, run));
    assertEquals(List.of("b1"), asked);
    assertEquals(
        "r: no space for 1 blocks of a page: 67 blocks are free, of which 3 are usable; the others are reserved for metadata and for stores that were accepted",
        e.getMessage());
    assertEquals(less + 1, one(b, 5, less + 1), "what is kept for a page is there for it");
  }

  @Test
  @DisplayName("a page is not asked for its own frame")
  void pageIsNotAskedForItsOwn() throws NoSpaceException {
    long block = one(a, 0, -1);
    takeFrames();
    assertThrows(NoSpaceException.class, () -> one(a, 0, block));
    assertEquals(List.of(), asked);
    assertEquals(3, fragments.keptBlocks());
  }

  @Test
  @DisplayName("what is withdrawn is used until it is given back")
  void withdrawnBlocksAreUsed() throws NoSpaceException {
    long block = one(a, 1, -1);
    List<String> runs = new ArrayList<>();
    assertFalse(fragments.withdraw(a, 1, block >>> 2, (s, n) -> runs.add(s + "+" + n)));
    assertTrue(fragments.withdraw(a, 0, block >>> 2, (s, n) -> runs.add(s + "+" + n)));
    assertEquals(List.of((block - 1) + "+1", (block + 1) + "+2"), runs);
    assertTrue(fragments.isUsed(block + 2));
    assertEquals(FRAMES * 4 - 4, fragments.freeBlocks());
    fragments.free(block + 1, 2);
    fragments.free(block - 1, 1);
    assertEquals(3, fragments.looseBlocks());
    one(a, 4, -1);
    one(a, 8, -1);
    runs.clear();
    fragments.withdrawAll(a, 1, 2, (s, n) -> runs.add(s + "+" + n));
    assertEquals(1, runs.size());
    fragments.releaseAll(a);
    assertEquals(0, fragments.keptBlocks());
    assertEquals(6, fragments.looseBlocks());
  }

  @Test
  @DisplayName("a block waits for the commit after its own, whatever its neighbours do")
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
    assertEquals(FRAMES, space.freeBlocks(), "the last block has waited for the frame");
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
  @DisplayName("commits that bring back parts of frames are known to help")
  void commitWouldHelp() throws NoSpaceException {
    long block = one(a, 0, -1);
    takeFrames();
    assertFalse(space.commitWouldHelp(1));
    fragments.freeAfter(block, 1, 1);
    assertTrue(space.commitWouldHelp(1));
  }

  @Test
  @DisplayName("what the mount finds in use twice is named by its block")
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
  @DisplayName("all that is usable can be reserved, not one block more, and all of it can be had")
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
    assertThrows(NoSpaceException.class, () -> fragments.allocate(a, 100, 1, -1, -1, run));
    assertThrows(NoSpaceException.class, () -> space.allocate(1, -1, run));
    assertTrue(fragments.allocateReservedFrames(2, -1, run));
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
  @DisplayName("a reservation that is given up gives its frames up")
  void unreserve() throws NoSpaceException {
    fragments.reserve(9);
    assertEquals(48 - 3, space.usableBlocks());
    fragments.unreserve(1);
    assertEquals(48 - 2, space.usableBlocks());
    fragments.allocateReserved(a, 0, 2, -1, -1, run);
    fragments.unreserve(6);
    assertEquals(48 - 1, space.usableBlocks());
    assertEquals(2, fragments.keptBlocks());
  }

  @Test
  @DisplayName("a frame is adopted by the page whose blocks alone it has")
  void adopt() throws NoSpaceException {
    assertEquals(-1, fragments.markUsed(40, 2));
    assertFalse(fragments.adopt(a, 3, 10, 0b0001), "somebody else's block is there");
    assertTrue(fragments.adopt(a, 3, 10, 0b0011));
    assertEquals(2, fragments.keptBlocks());
    assertTrue(fragments.adopt(a, 3, 10, 0b0011));
    assertFalse(fragments.adopt(b, 3, 10, 0b0011), "it is another's");
    assertEquals(42, one(a, 14, 42));
    assertEquals(-1, fragments.markUsed(44, 8));
    fragments.free(45, 3);
    takeFrames();
    fragments.reserve(3);
    assertFalse(fragments.adopt(b, 0, 11, 0b0001), "the rest is reserved");
    assertTrue(fragments.adopt(b, 0, 12, 0b1111));
  }

  @Test
  @DisplayName("after a mount a page goes on in its frame, and has the rest kept again")
  void pageGoesOnAfterMount() throws NoSpaceException {
    assertEquals(-1, fragments.markUsed(40, 1));
    assertEquals(41, one(a, 1, 41));
    assertEquals(2, fragments.keptBlocks());
    assertEquals(0, fragments.looseBlocks());
  }
}

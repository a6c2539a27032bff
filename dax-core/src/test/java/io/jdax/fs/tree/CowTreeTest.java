package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import io.jdax.persist.Persister;
import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CowTreeTest {
  private final Item item = new Item();

  @Test
  @DisplayName("Keys are unsigned and values are copies")
  void keysAreUnsignedAndValuesAreCopies() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      fixture.put(-1, -1, (byte) 4);
      fixture.put(0, -1, (byte) 2);
      fixture.put(1, 0, (byte) 3);
      fixture.put(0, 0, (byte) 1);
      for (int i = 1; i <= 3; i++) {
        assertTrue(
            OneLookup.ceiling(fixture.tree, item.hi(), i == 1 ? 0 : item.lo() + 1, item) || i > 1);
      }
      assertTrue(OneLookup.ceiling(fixture.tree, 0, 1, item));
      assertEquals(2, item.getByte(0));
      assertTrue(OneLookup.ceiling(fixture.tree, 2, 0, item));
      assertEquals(4, item.getByte(0));
      assertTrue(OneLookup.floor(fixture.tree, -1, -2, item));
      assertEquals(3, item.getByte(0));
      fixture.put(1, 0, (byte) 9);
      assertEquals(3, item.getByte(0), "an item is a copy");
      assertThrows(IndexOutOfBoundsException.class, () -> item.getInt(0));
    }
  }

  @Test
  @DisplayName("Change that is not done never was")
  void changeThatIsNotDoneNeverWas() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      fixture.tree.commits.writer().limitChildren(8);
      for (int i = 0; i < 1000; i++) {
        fixture.put(5, i, new byte[i % 30]);
      }
      int height = fixture.tree.height();
      fixture.tree.commit();
      fixture.put(5, 2000);
      long free = fixture.space.freeFrames();
      long usable = fixture.space.usableFrames();
      long nodes = fixture.tree.nodeCount();
      try (Change change = fixture.tree.change()) {
        for (int i = 0; i < 1000; i++) {
          change.put(6, i, new byte[400]);
        }
        assertTrue(fixture.tree.height() > height);
        change.deleteRange(5, 10, 5, 990);
        assertTrue(change.get(6, 5, item));
        assertFalse(change.get(5, 10, item));
        assertTrue(OneLookup.get(fixture.tree, 6, 5, item), "its own thread sees it");
      }
      assertFalse(OneLookup.get(fixture.tree, 6, 5, item));
      assertTrue(OneLookup.get(fixture.tree, 5, 10, item));
      assertEquals(free, fixture.space.freeFrames());
      assertEquals(usable, fixture.space.usableFrames());
      assertEquals(nodes, fixture.tree.nodeCount());
      assertEquals(height, fixture.tree.height());
      fixture.tree.commit();
      fixture.remount();
      assertTrue(OneLookup.get(fixture.tree, 5, 2000, item));
      assertFalse(OneLookup.get(fixture.tree, 6, 5, item));
    }
  }

  @Test
  @DisplayName("Change is for one thread and one time")
  void changeIsForOneThreadAndOneTime() throws Exception {
    try (TreeFixture fixture = TreeFixture.format(256)) {
      Change closed = fixture.tree.change();
      closed.close();
      closed.close();
      assertThrows(IllegalStateException.class, () -> closed.put(1, 1, new byte[0]));
      try (Change change = fixture.tree.change()) {
        assertThrows(IllegalStateException.class, () -> fixture.tree.change().close());
        assertThrows(IllegalStateException.class, fixture.tree::reclaim);
        assertThrows(IllegalStateException.class, fixture.tree::close);
        change.put(1, 1, new byte[0]);
        assertThrows(IllegalStateException.class, () -> fixture.tree.commit(1));
        assertThrows(IllegalArgumentException.class, () -> change.put(1, 2, new byte[1025]));
        Thread other =
            Thread.ofPlatform()
                .start(
                    () ->
                        assertThrows(
                            IllegalStateException.class, () -> change.put(1, 2, new byte[0])));
        other.join();
        change.done();
        assertThrows(IllegalStateException.class, () -> change.put(1, 3, new byte[0]));
      }
      assertTrue(OneLookup.get(fixture.tree, 1, 1, item));
      fixture.tree.close();
      assertThrows(IllegalStateException.class, () -> fixture.tree.change().close());
    }
  }

  @Test
  @DisplayName("Largest values make a deep tree that shrinks again")
  void largestValuesMakeADeepTreeThatShrinksAgain() throws IOException {
    int items = 90_000;
    try (TreeFixture fixture = TreeFixture.format(60_000)) {
      MemorySegment value = MemorySegment.ofArray(new byte[1024]);
      for (int i = 0; i < items; i += 100) {
        try (Change change = fixture.tree.change()) {
          for (int j = i; j < i + 100; j++) {
            value.set(Node.LONG, 0, j);
            change.put(1, j * 0x9E3779B97F4A7C15L, value, 0, 1024);
          }
          change.done();
        }
      }
      assertTrue(fixture.tree.height() >= 4, "height " + fixture.tree.height());
      fixture.tree.commit();
      fixture.remount();
      for (int i = 0; i < items; i += 7) {
        assertTrue(OneLookup.get(fixture.tree, 1, i * 0x9E3779B97F4A7C15L, item));
        assertEquals(i, item.getLong(0));
      }
      try (Change change = fixture.tree.change()) {
        change.deleteRange(1, 1L << 60, 1, -(1L << 60));
        change.done();
      }
      assertTrue(OneLookup.ceiling(fixture.tree, 1, 1L << 60, item));
      assertTrue(Long.compareUnsigned(item.lo(), -(1L << 60)) >= 0);
      assertTrue(fixture.tree.nodeCount() < 6000, "nodes " + fixture.tree.nodeCount());
      fixture.tree.commit();
      fixture.remount();
    }
  }

  @Test
  @DisplayName("Deleting keeps the tree small")
  void deletingKeepsTheTreeSmall() throws IOException {
    int items = 40_000;
    try (TreeFixture fixture = TreeFixture.format(4096)) {
      for (int i = 0; i < items; i++) {
        fixture.put(i % 16, i, new byte[16]);
      }
      long full = fixture.tree.nodeCount();
      // Of every 50 items one remains.
      for (int i = 0; i < items; i++) {
        if (i / 16 % 50 != 0) {
          try (Change change = fixture.tree.change()) {
            assertTrue(change.delete(i % 16, i));
            change.done();
          }
        }
      }
      assertTrue(fixture.tree.nodeCount() <= full / 10, full + " → " + fixture.tree.nodeCount());
      // Values that shrink make room as well.
      for (int i = 0; i < 2000; i++) {
        fixture.put(99, i, new byte[1000]);
      }
      long wide = fixture.tree.nodeCount();
      for (int i = 0; i < 2000; i++) {
        fixture.put(99, i);
      }
      assertTrue(fixture.tree.nodeCount() <= wide / 5, wide + " → " + fixture.tree.nodeCount());
    }
  }

  @Test
  @DisplayName("Ascending keys fill their nodes")
  void ascendingKeysFillTheirNodes() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(4096)) {
      int perLeaf = (int) (Node.BYTES - Node.SLOTS) / (Node.LEAF_SLOT + 16);
      for (int i = 0; i < 100 * perLeaf; i++) {
        fixture.put(1, i, new byte[16]);
      }
      assertEquals(101, fixture.tree.nodeCount());
    }
  }

  @Test
  @DisplayName("Full device refuses before anything changes and deleting still works")
  void fullDeviceRefusesBeforeAnythingChangesAndDeletingStillWorks() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(400)) {
      int[] count = {0};
      NoSpaceException e =
          assertThrows(
              NoSpaceException.class,
              () -> {
                while (true) {
                  try (Change change = fixture.tree.change()) {
                    for (int i = 0; i < 5; i++) {
                      change.put(1, count[0] + i, new byte[900]);
                    }
                    change.done();
                  }
                  count[0] += 5;
                }
              });
      assertTrue(e.freeBlocks() > 0);
      assertTrue(e.usableBlocks() < 10);
      assertTrue(
          Messages.of(e)
              .contains(
                  "blocks of 4096 bytes are free, of which " + e.usableBlocks() + " are usable"));
      assertTrue(OneLookup.get(fixture.tree, 1, count[0] - 1, item));
      assertFalse(OneLookup.get(fixture.tree, 1, count[0], item));
      fixture.tree.commit();
      fixture.remount();
      assertTrue(OneLookup.get(fixture.tree, 1, count[0] - 1, item));
      assertFalse(OneLookup.get(fixture.tree, 1, count[0], item));
      for (int i = 0; i < count[0]; i++) {
        try (Change change = fixture.tree.changeFromReserve()) {
          assertTrue(change.delete(1, i));
          change.put(2, 0, new byte[] {(byte) i}); // what remembers the deletion
          change.done();
        }
        fixture.tree.commit();
      }
      fixture.put(1, 1, new byte[900]);
      assertTrue(fixture.tree.nodeCount() <= 3);
    }
  }

  @Test
  @DisplayName("What was promised can be recorded on a device full of data")
  void whatWasPromisedCanBeRecordedOnADeviceFullOfData() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(2000)) {
      Space space = fixture.space;
      BlockRun run = new BlockRun();
      int promised = 0;
      long[] pfns = new long[2000];
      try {
        while (true) {
          space.promise(1);
          try {
            space.allocate(1, -1, run);
          } catch (NoSpaceException e) {
            space.recorded(1);
            throw e;
          }
          pfns[promised++] = run.start();
        }
      } catch (NoSpaceException full) {
        assertEquals(0, full.usableBlocks());
      }
      assertTrue(promised > 1800, "only " + promised);
      assertThrows(NoSpaceException.class, () -> fixture.put(1, 0, (byte) 1));
      for (int i = 0; i < promised; i++) {
        byte[] value = new byte[32];
        MemorySegment.ofArray(value).set(Node.LONG, 0, pfns[i]);
        try (Change change = fixture.tree.changeFromReserve()) {
          change.put((i * 7919L % promised) << 8 | 3, 0, value);
          change.done();
        }
        space.recorded(1);
        if (i % 3 == 0) {
          fixture.tree.commit();
        }
      }
      try (Change change = fixture.tree.changeFromReserve()) {
        for (int i = 0; i < promised; i++) {
          change.free(pfns[i], 1);
        }
        change.deleteRange(0, 0, -1, 0);
        change.done();
      }
      fixture.put(1, 0, (byte) 1);
      assertTrue(space.usableFrames() > 1800);
    }
  }

  @Test
  @DisplayName("Blocks freed by a commit are reusable when the next is durable")
  void blocksFreedByACommitAreReusableWhenTheNextIsDurable() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      BlockRun run = new BlockRun();
      fixture.space.allocate(10, -1, run);
      long delayed;
      try (Change change = fixture.tree.change()) {
        change.free(run.start(), run.count());
        change.put(1, 1, new byte[0]);
        assertEquals(fixture.tree.generation() + 1, change.commitNumber());
        change.done();
      }
      delayed = fixture.space.delayedFrames();
      assertEquals(11, delayed, "ten of data and the root");
      fixture.tree.commit();
      assertEquals(11, fixture.space.delayedFrames());
      assertTrue(fixture.space.isUsed(run.start()));
      fixture.put(1, 2);
      fixture.tree.commit();
      assertFalse(fixture.space.isUsed(run.start()));
      assertEquals(1, fixture.space.delayedFrames());
    }
  }

  @Test
  @DisplayName("Read only region can be mounted and read")
  void readOnlyRegionCanBeMountedAndRead(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("r");
    try (Region region = Region.at(path).size(1 << 20).create()) {
      TreeFixture fixture = TreeFixture.format(region, Persister.of(region));
      fixture.put(1, 1, (byte) 1);
      fixture.tree.commit();
      fixture.close();
    }
    try (Region region = Region.at(path).readOnly(true).open();
        Space space = new Space(region.name(), TreeFixture.blocks(region));
        CowTree tree = CowTree.open(Persister.of(region), space)) {
      tree.mount(1, TreeFixture.NOTHING);
      assertTrue(OneLookup.get(tree, 1, 1, item));
      assertArrayEquals(new byte[] {1}, item.toByteArray());
      assertThrows(ReadOnlyRegionException.class, () -> tree.change().close());
      tree.commit();
    }
  }

  // ---------------------------------------------------------------- failures

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  private static void failAt(FailurePoint which) {
    FailurePoint.listen(
        point -> {
          if (point == which) {
            throw new UnsupportedOperationException("injected");
          }
        });
  }

  @Test
  @DisplayName("A change of which a modification failed can only be undone")
  void halfModified() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      for (int i = 0; i < 1000; i++) {
        fixture.put(5, i, new byte[30]);
      }
      fixture.tree.commit();
      fixture.remount(); // nodes are read again
      long free = fixture.space.freeFrames();
      try (Change change = fixture.tree.change()) {
        change.put(5, 1, new byte[10]);
        failAt(FailurePoint.NODE_READ);
        assertThrows(UnsupportedOperationException.class, () -> change.put(5, 999, new byte[10]));
        FailurePoint.listen(null);
        assertThrows(IllegalStateException.class, change::done);
        assertThrows(IllegalStateException.class, () -> change.put(5, 2, new byte[10]));
        assertThrows(IllegalStateException.class, () -> change.delete(5, 2));
        assertThrows(IllegalStateException.class, () -> change.deleteRange(5, 2, 5, 3));
        assertThrows(IllegalStateException.class, change::done);
      }
      assertTrue(OneLookup.get(fixture.tree, 5, 1, item));
      assertEquals(30, item.length(), "undone");
      assertEquals(free, fixture.space.freeFrames());
      fixture.put(5, 999, new byte[10]);
    }
  }

  @Test
  @DisplayName("When the books behind a commit are not sure, the tree is not changed any more")
  void booksBehindACommit() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      fixture.put(5, 1, (byte) 1);
      failAt(FailurePoint.BOOKS);
      assertThrows(UnsupportedOperationException.class, () -> fixture.tree.commit());
      FailurePoint.listen(null);
      assertThrows(TreeFailedException.class, () -> fixture.tree.change().close());
      assertThrows(TreeFailedException.class, () -> fixture.tree.commit(fixture.tree.sequence()));
      fixture.remount();
      assertTrue(OneLookup.get(fixture.tree, 5, 1, item));
    }
  }

  @Test
  @DisplayName("A freeze commits all that was done, and refuses what comes later")
  void freezeCommits() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      fixture.put(5, 1, (byte) 1);
      fixture.tree.freeze();
      assertThrows(ReadOnlyMountException.class, () -> fixture.put(5, 2, (byte) 1));
      fixture.remount();
      assertTrue(OneLookup.get(fixture.tree, 5, 1, item));
      assertFalse(OneLookup.get(fixture.tree, 5, 2, item));
    }
  }

  @Test
  @DisplayName("Memory for a node that could not be read is used for the next")
  void memoryOfAFailedRead() throws IOException {
    try (TreeFixture fixture = TreeFixture.format(512)) {
      for (int i = 0; i < 1000; i++) {
        fixture.put(5, i, new byte[30]);
      }
      fixture.tree.commit();
      fixture.remount();
      failAt(FailurePoint.NODE_READ);
      assertThrows(UnsupportedOperationException.class, () -> fixture.put(5, 999, new byte[10]));
      int vacant = fixture.tree.cache.vacantCount();
      for (int i = 0; i < 3; i++) {
        assertThrows(UnsupportedOperationException.class, () -> fixture.put(5, 999, new byte[10]));
      }
      FailurePoint.listen(null);
      assertEquals(vacant, fixture.tree.cache.vacantCount());
    }
  }
}

package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.DirtyRanges;
import io.jdax.fs.file.ExtentMap;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.TreeExtents;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tree is told, and when blocks and promises are free again. */
class FoldTest {
  private FsFixture fixture;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    fixture = new FsFixture(8 << 20);
    file = fixture.fs.open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    FailurePoint.listen(null);
    file.close();
    fixture.close();
  }

  private void remount() throws IOException {
    file.close();
    fixture.remount();
    file = fixture.fs.open("/f", RW);
  }

  private byte at(long page) throws IOException {
    byte[] one = new byte[1];
    file.read(page * PAGE, MemorySegment.ofArray(one));
    return one[0];
  }

  /** What the log tells suffices for an fsync; here the tree is to know. */
  private void tellTree() throws IOException {
    file.inode.fold(false);
    file.fsync();
  }

  /** Fails in this thread, from the {@code n}-th look at a node on. */
  private static int[] failNodeReads(int n) {
    Thread me = Thread.currentThread();
    int[] count = {0};
    FailurePoint.listen(
        point -> {
          if (point == FailurePoint.NODE_READ
              && Thread.currentThread().equals(me)
              && ++count[0] >= n) {
            throw new IllegalStateException("injected");
          }
        });
    return count;
  }

  @Test
  @DisplayName("A fold that fails at a later range tells the earlier ones the next time")
  void laterRangeFails() throws IOException {
    file.truncate(1600 * PAGE);
    for (long page = 0; page < 1600; page += 2) {
      file.write(page * PAGE, FsFixture.bytes(10, 1));
    }
    remount(); // nodes are read again
    int failures = 0;
    for (int n = 1; n < 40; n++) {
      long page = 2L * n;
      for (long at = page + 1; at < 1600; at += 400) {
        file.write(at * PAGE, FsFixture.bytes(10, n));
      }
      int[] reads = failNodeReads(n);
      try {
        tellTree();
      } catch (IllegalStateException e) {
        failures++;
        assertFalse(file.inode.extents.isClean(), "not told, and clean");
      }
      FailurePoint.listen(null);
      tellTree();
      assertTrue(file.inode.extents.isClean());
      remount();
      for (long at = page + 1; at < 1600; at += 400) {
        assertEquals(n, at(at), "page " + at);
      }
      if (reads[0] < n) {
        break;
      }
    }
    assertTrue(failures > 3, "failed " + failures + " times");
  }

  @Test
  @DisplayName(
      "A fold in a store fault that fails is not the store's failure; the next fold says it")
  void foldInMkwriteFails() throws IOException {
    file.truncate(1900 * PAGE);
    for (long page = 0; page < 1200; page += 2) {
      file.write(page * PAGE, FsFixture.bytes(10, 1));
    }
    remount();
    file.inode.volume.stopFolding(); // whom no failure would meet
    try (DaxMapping reader = file.map(0, 1900 * PAGE);
        DaxMapping storer = file.map(0, 1900 * PAGE)) {
      int[] reads = failNodeReads(1);
      for (long page = 1; page < 1200; page += 2) {
        assertEquals(0, reader.getByte(page * PAGE));
        storer.putByte(page * PAGE, (byte) 2);
        assertEquals(2, reader.getByte(page * PAGE), "page " + page);
      }
      assertTrue(reads[0] > 0, "no fold was tried");
      assertThrows(IllegalStateException.class, this::tellTree);
      FailurePoint.listen(null);
      tellTree();
    }
    remount();
    for (long page = 1; page < 1200; page += 2) {
      assertEquals(2, at(page), "page " + page);
    }
  }

  @Test
  @DisplayName("Blocks behind the end are not told before the size is")
  void blocksBehindTheEnd() throws IOException {
    file.write(0, FsFixture.bytes(2 * (int) PAGE, 1));
    tellTree();
    Inode inode = file.inode;
    BlockExtent run = new BlockExtent();
    inode.extents.find(0, run);
    long total = inode.volume.space.totalFrames();
    long free = (run.deviceBlock + total / 2) % (total - 2);
    while (inode.volume.space.isUsed(free) || inode.volume.space.isUsed(free + 1)) {
      free = (free + 1) % (total - 2);
    }
    assertEquals(-1, inode.volume.space.markUsed(free, 2)); // a write beyond the end, half-way
    inode.extents.note(1, 1, run.deviceBlock + 1, ExtentState.WRITTEN, 0, inode.volume.space);
    inode.extents.note(5, 2, free, ExtentState.WRITTEN, 0, inode.volume.space);
    tellTree();
    assertEquals(List.of(0L), told(inode));
    assertFalse(inode.extents.isClean());
    inode.setSize(7 * PAGE);
    inode.extents.noteSize(inode.sizeBytes(), 0);
    tellTree();
    assertEquals(List.of(0L, 5L), told(inode));
    assertTrue(inode.extents.isClean());
  }

  /** First blocks of the extents that the tree has. */
  private static List<Long> told(Inode inode) throws IOException {
    ExtentMap map = new ExtentMap(inode.volume.units);
    long[] all = inode.volume.tree.read(new TreeExtents(inode.volume, inode.number)::all);
    for (int i = 0; i < all.length; i += 3) {
      map.set(all[i], all[i + 1], all[i + 2]);
    }
    List<Long> firsts = new ArrayList<>();
    map.all().forEach(e -> firsts.add(e.offset() / PAGE));
    return firsts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"punch", "truncate", "unlink"})
  @DisplayName("Data blocks are free when the commit behind the one that gave them up is durable")
  void dataIsNotReusedTooEarly(String how) throws IOException {
    file.write(0, FsFixture.bytes(4 * (int) PAGE, 1));
    file.fsync();
    Volume volume = file.inode.volume;
    BlockExtent run = new BlockExtent();
    file.inode.extents.find(0, run);
    long pfn = run.deviceBlock;
    switch (how) {
      case "punch" -> file.punchHole(0, 4 * PAGE);
      case "truncate" -> file.truncate(0);
      default -> {
        file.close();
        fixture.fs.unlink("/f");
      }
    }
    volume.frames.quarantine().drainNow();
    long generation = volume.tree.generation();
    assertTrue(volume.space.isUsed(pfn), "a mount may find the tree before, and the journal");
    volume.tree.commitTree();
    if (volume.tree.generation() > generation) {
      generation = volume.tree.generation(); // by this, only now is it durable
    }
    assertTrue(volume.space.isUsed(pfn), "the superblock before this one shows it");
    fixture.fs.createDirectory("/d");
    volume.tree.commitTree();
    assertTrue(volume.tree.generation() > generation);
    assertFalse(volume.space.isUsed(pfn));
    file = fixture.fs.open("/f", RW);
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 1024, 512})
  @DisplayName("A punch that ends within a block leaves that block, and zeros of it what it names")
  void punchWithinABlock(int block) throws IOException {
    Region region = Region.anonymous("punch", 2 << 20);
    try (FsFixture other =
            new FsFixture(region, Persister.of(region), block, MountOptions.DEFAULTS);
        DaxFile f = other.fs.open("/f", RW)) {
      f.write(0, FsFixture.bytes(8 * block, 7));
      for (int end : new int[] {3 * block - 1, 3 * block + 1, 4 * block - 1, 8 * block - 1}) {
        f.punchHole(block, end - block);
        byte[] got = new byte[8 * block];
        f.read(0, MemorySegment.ofArray(got));
        for (int i = 0; i < got.length; i++) {
          int at = i;
          boolean gone = i >= block && i < end;
          assertEquals(gone ? 0 : 7, got[i], () -> "byte " + at + " after a punch to " + end);
        }
        f.write(0, FsFixture.bytes(8 * block, 7));
      }
    }
  }

  @Test
  @DisplayName("What was set aside and promised for pages in DRAM is given back with them")
  void discardGivesBack() throws IOException {
    MountOptions cached = MountOptions.DEFAULTS.withTier(TierMode.CACHED);
    file.close();
    fixture.remount(cached);
    file = fixture.fs.open("/f", RW);
    Volume volume = file.inode.volume;
    volume.bringBackSpace();
    long usable = volume.data.usableBlocks();
    for (int i = 0; i < 3; i++) {
      file.write(0, FsFixture.bytes(100 * (int) PAGE, 1));
      assertTrue(volume.space.promisedItems() > 0);
      file.truncate(0);
      file.allocate(0, 50 * PAGE, false);
      file.write(0, FsFixture.bytes(100 * (int) PAGE, 1));
      file.punchHole(0, 200 * PAGE);
      file.truncate(0);
      volume.bringBackSpace();
      volume.space.recorded(file.inode.extents.takeCredit(0));
      assertEquals(0, volume.space.promisedItems());
      assertEquals(0, file.inode.store().delayedBlocks());
      assertEquals(usable, volume.data.usableBlocks());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("A write gives up what was reserved and promised for it and not taken")
  void writeGivesUpTheRest(boolean fails) throws IOException {
    file.close();
    fixture.close();
    Region region = Region.anonymous("write", 16 << 20);
    BadMedia media = new BadMedia(region);
    fixture = new FsFixture(region, media, MountOptions.DEFAULTS);
    file = fixture.fs.open("/f", RW);
    file.write(0, FsFixture.bytes((int) PAGE, 1));
    tellTree();
    Volume volume = file.inode.volume;
    volume.bringBackSpace();
    volume.space.recorded(file.inode.extents.takeCredit(0));
    long usable = volume.data.usableBlocks();
    int pages = 1024; // the first and the last of them apart, the others at once
    media.bad = fails;
    if (fails) {
      assertThrows(IOException.class, () -> file.write(PAGE, FsFixture.bytes(pages * 4096, 1)));
    } else {
      file.write(PAGE, FsFixture.bytes(pages * 4096, 1));
      tellTree();
      file.truncate(PAGE);
    }
    media.bad = false;
    for (int i = 0; i < 3; i++) {
      volume.bringBackSpace();
    }
    volume.space.recorded(file.inode.extents.takeCredit(0));
    assertEquals(0, volume.space.promisedItems());
    assertEquals(usable, volume.data.usableBlocks());
  }

  @Test
  @DisplayName("The data of a write is durable before its extent says so")
  void dataBeforeItsExtent() throws IOException {
    file.close();
    fixture.close();
    Region region = Region.anonymous("write", 8 << 20);
    SteppedPersister persister = new SteppedPersister(region);
    fixture = new FsFixture(region, persister, MountOptions.DEFAULTS);
    file = fixture.fs.open("/f", RW);
    BlockExtent run = new BlockExtent();
    boolean[] undrained = new boolean[1];
    List<String> early = new ArrayList<>();
    persister.step =
        call -> {
          file.inode.extents.find(1, run);
          if (undrained[0] && run.state == ExtentState.WRITTEN) {
            early.add(call);
          }
          undrained[0] = !call.equals("drain");
        };
    file.write(100, FsFixture.bytes(5000, 1));
    persister.step = call -> {};
    assertEquals(List.of(), early);
    assertEquals(ExtentState.WRITTEN, run.state);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("What was promised for a file is given back when it is put away, or given up")
  void promisesOfAFile(boolean unlinked) throws IOException {
    Volume volume = file.inode.volume;
    if (unlinked) {
      file.allocate(0, 64 * PAGE, false);
    }
    file.write(PAGE, FsFixture.bytes(10, 1));
    try (DaxMapping m = file.map(0, 2 * PAGE)) {
      m.putByte(0, (byte) 1); // asks for more than it needs
    }
    assertTrue(volume.space.promisedItems() > DirtyRanges.ITEMS_IN_ADVANCE / 2);
    volume.frames.quarantine().turnOver(); // so that nothing waits for the store
    if (unlinked) {
      fixture.fs.unlink("/f");
    }
    file.close();
    assertEquals(0, volume.space.promisedItems());
    file = fixture.fs.open("/g", RW);
  }

  @Test
  @DisplayName("After a fold the tree says of a file's extents what DRAM says")
  void treeSaysWhatDramSays() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    String where = "-Djdax.test.seed=" + seed;
    Inode inode = file.inode;
    for (int i = 0; i < 600; i++) {
      long offset = random.nextInt(64) * PAGE;
      long length = (1 + random.nextInt(12)) * PAGE;
      switch (random.nextInt(5)) {
        case 0 -> file.allocate(offset, length, false);
        case 1 -> file.punchHole(offset, length);
        case 2 -> file.zeroRange(offset, length, false);
        case 3 -> file.truncate(random.nextInt(4) == 0 ? offset : file.sizeBytes());
        default -> file.write(offset, FsFixture.bytes((int) length, 1));
      }
      if (random.nextInt(4) == 0) {
        tellTree();
        ExtentMap map = new ExtentMap(inode.volume.units);
        long[] all = inode.volume.tree.read(new TreeExtents(inode.volume, inode.number)::all);
        for (int k = 0; k < all.length; k += 3) {
          map.set(all[k], all[k + 1], all[k + 2]);
        }
        assertEquals(inode.extents.all(), map.all(), where);
        assertEquals(all.length / 3, map.size(), where + ": neighbours that go on are one");
      }
    }
  }
}

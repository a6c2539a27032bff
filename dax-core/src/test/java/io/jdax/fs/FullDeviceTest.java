package io.jdax.fs;

import static io.jdax.LongSizes.MIB;
import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is accepted is recorded, however full the device is; and what gives space back works. */
class FullDeviceTest {
  private static FsFixture fixture(long bytes, int block, TierMode tier) throws IOException {
    Region region = Region.anonymous("full", bytes);
    MountOptions options =
        MountOptions.DEFAULTS
            .withTier(tier)
            .withCacheBytes(Math.clamp(bytes / 8, 64 * PAGE, 2 * MIB))
            .withWritebackAge(Duration.ofDays(1));
    return new FsFixture(region, Persister.of(region), block, options);
  }

  /** A file in pieces, whose records lie in many leaves; and what every page of it holds. */
  private static final class Pieces implements AutoCloseable {
    final FsFixture fixture;
    final Random random;
    final Map<Long, Long> model = new TreeMap<>();
    DaxFile file;
    DaxFile filler;

    Pieces(FsFixture fixture, Random random) throws IOException {
      this.fixture = fixture;
      this.random = random;
      filler = fixture.fs.open("/filler", RW);
      file = fixture.fs.open("/pieces", RW); // its records are the last in the tree
    }

    /** Every other page of a range gets a block, and half of those lose it again. */
    void scatter(long pages) throws IOException {
      file.truncate(4 * pages * PAGE);
      for (long page = 0; page < 2 * pages; page += 2) {
        write(page);
      }
      file.fsync();
      for (long page = 0; page < 2 * pages; page += 4) {
        file.punchHole(page * PAGE, PAGE);
        model.remove(page);
      }
      fixture.fs.sync();
    }

    /** Ascending writes leave full leaves, of which punches leave a third. */
    void scatterOverManyLeaves() throws IOException {
      long end = 0;
      // How full the last leaves are depends on when the flusher has folded.
      for (int n = 3400; n > 600 || n > 100 && nodes() <= 72; n = n * 2 / 3) {
        file.truncate((end + 2L * n) * PAGE);
        for (long page = end; page < end + 2L * n; page += 2) {
          write(page);
        }
        file.fsync();
        for (long page = end; page < end + 2L * n; page += 2) {
          if (page % 6 != 0) {
            file.punchHole(page * PAGE, PAGE);
            model.remove(page);
          }
        }
        end += 2L * n;
        fixture.fs.sync();
      }
      assertTrue(nodes() > 72, "nodes: " + nodes());
    }

    private long nodes() {
      return file.inode.volume.tree.nodeCount();
    }

    void write(long page) throws IOException {
      long value = random.nextLong() | 1;
      MemorySegment bytes = MemorySegment.ofArray(new long[] {value});
      file.write(page * PAGE, bytes);
      model.put(page, value);
    }

    /** Takes what is left; the last of it in single blocks. */
    void fill() throws IOException {
      for (long bytes = MIB; bytes >= 512; bytes /= 2) {
        try {
          while (true) {
            filler.allocate(filler.sizeBytes(), bytes, false);
          }
        } catch (NoSpaceException full) {
          // by halves
        }
      }
    }

    /** As {@link #fill}, with nothing that is promised for what was allocated and not written. */
    void fillByWrites() throws IOException {
      for (int bytes = (int) MIB; bytes >= 4096; bytes /= 2) {
        try {
          while (true) {
            filler.append(FsFixture.bytes(bytes, 1));
          }
        } catch (NoSpaceException full) {
          // by halves
        }
      }
    }

    /** Stores to holes all over the file, until one is refused; returns how many were accepted. */
    int storeUntilFull(int most) throws IOException {
      int accepted = 0;
      try (DaxMapping mapping = file.map(0, file.sizeBytes())) {
        long pages = file.sizeBytes() / PAGE;
        long from = random.nextInt((int) Math.max(8, pages / most));
        for (int i = 0; i < most; i++) {
          long step = Math.max(1, pages / most);
          long page = (from + i * step) % pages | 1;
          long next = page + step;
          while (page < next && model.containsKey(page)) {
            page += 2; // an earlier call has begun at the same page
          }
          if (page >= Math.min(next, pages)) {
            continue;
          }
          long value = random.nextLong() | 1;
          mapping.putLong(page * PAGE, value);
          model.put(page, value);
          accepted++;
        }
      } catch (NoSpaceException full) {
        // as it should be
      }
      return accepted;
    }

    void reopen() throws IOException {
      file.close();
      filler.close();
      fixture.assertSound();
      file = fixture.fs.open("/pieces", RW);
      filler = fixture.fs.open("/filler", RW);
    }

    void verify(String where) throws IOException {
      byte[] bytes = new byte[8];
      for (Map.Entry<Long, Long> e : model.entrySet()) {
        file.read(e.getKey() * PAGE, MemorySegment.ofArray(bytes));
        long found = MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        assertEquals(e.getValue(), found, () -> where + ": page " + e.getKey());
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
      filler.close();
    }
  }

  @ParameterizedTest(name = "{0} MiB, blocks of {1}, {2}")
  @CsvSource({
    "1, 4096, DIRECT", "1, 2048, DIRECT", "1, 1024, DIRECT", "1, 512, DIRECT",
    "1, 4096, CACHED", "1, 2048, CACHED", "1, 1024, CACHED", "1, 512, CACHED",
    "16, 4096, DIRECT", "16, 512, DIRECT", "16, 4096, CACHED", "16, 1024, CACHED",
    "64, 4096, DIRECT", "64, 2048, CACHED", "1024, 4096, DIRECT", "1024, 512, CACHED"
  })
  @DisplayName("fsync never refuses a store that was accepted, and a mount finds all of them")
  void acceptedStoresAreRecorded(int mib, int block, TierMode tier) throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    String where = "-Djdax.test.seed=" + seed;
    try (FsFixture fixture = fixture(mib * MIB, block, tier);
        Pieces pieces = new Pieces(fixture, new Random(seed))) {
      pieces.scatter(mib == 1 ? 60 : 1200);
      pieces.fill();
      fixture.fs.sync();
      int accepted = 0;
      for (int round = 0; round < 8; round++) {
        long give = (16 + pieces.random.nextInt(200)) * PAGE;
        pieces.filler.truncate(Math.max(0, pieces.filler.sizeBytes() - give));
        accepted += pieces.storeUntilFull(150);
        pieces.file.fsync();
        pieces.fill();
        fixture.fs.sync();
      }
      assertTrue(accepted > 50, () -> where + ": hardly anything was accepted");
      pieces.verify(where);
      pieces.reopen();
      pieces.verify(where + ", after a mount");
      pieces.fill();
      // What gives space back works, each in its own way.
      long first = pieces.model.keySet().iterator().next();
      pieces.file.punchHole(first * PAGE, PAGE);
      pieces.file.truncate(pieces.file.sizeBytes() / 2);
      pieces.filler.truncate(pieces.filler.sizeBytes() / 2);
      pieces.fill();
      pieces.file.close();
      fixture.fs.unlink("/pieces");
      pieces.filler.truncate(0);
      pieces.file = fixture.fs.open("/pieces", RW);
      pieces.file.write(0, FsFixture.bytes(100 * (int) PAGE, 1));
      pieces.file.fsync();
    } catch (Throwable t) {
      throw new AssertionError(where, t);
    }
  }

  @Test
  @DisplayName("A fold that touches more leaves than the reserve has blocks gets through")
  void foldOfManyLeaves() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    try (FsFixture fixture = fixture(16 * MIB, 4096, TierMode.DIRECT);
        Pieces pieces = new Pieces(fixture, new Random(seed))) {
      pieces.scatterOverManyLeaves();
      for (int round = 0; round < 3; round++) {
        pieces.fill();
        fixture.fs.sync();
        pieces.filler.truncate(pieces.filler.sizeBytes() - 240 * PAGE);
        int accepted = pieces.storeUntilFull(75);
        assertTrue(accepted > 55, "accepted: " + accepted);
        // Others take what is usable, not by a request that would have the stores recorded first.
        Volume volume = pieces.file.inode.volume;
        volume.bringBackSpace();
        long taken = volume.space.usableFrames();
        volume.space.reserve(taken);
        // Other changes that may use the reserve have left half of what the leaves want.
        int held = (int) volume.space.nodesAtHand() - 45;
        volume.space.reserveNodes(held, true);
        try {
          pieces.file.fsync();
        } finally {
          volume.space.releaseNodes(held);
          volume.space.unreserve(taken);
        }
      }
      pieces.reopen();
      pieces.verify("-Djdax.test.seed=" + seed);
    } catch (Throwable e) {
      throw new AssertionError("-Djdax.test.seed=" + seed, e);
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1}")
  @CsvSource({"4096, DIRECT", "4096, CACHED"})
  @DisplayName("Nothing is refused for what pending records might take, once they are recorded")
  void refusedAlsoAfterASync(int block, TierMode tier) throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    try (FsFixture fixture = fixture(16 * MIB, block, tier);
        Pieces pieces = new Pieces(fixture, new Random(seed))) {
      pieces.scatterOverManyLeaves();
      Volume volume = pieces.file.inode.volume;
      long promised = 0; // until a fold by the way
      for (int round = 0; promised < 40 && round < 100; round++) {
        pieces.storeUntilFull(100);
        promised = volume.space.promisedItems();
      }
      assertTrue(promised >= 40, "promised: " + promised);
      pieces.fillByWrites();
      fixture.fs.sync();
      volume.bringBackSpace();
      assertThrows(
          NoSpaceException.class,
          () -> pieces.filler.append(FsFixture.bytes(8 * (int) PAGE, 1)),
          () -> "usable after a sync: " + volume.space.usableFrames());
    } catch (Throwable e) {
      throw new AssertionError("-Djdax.test.seed=" + seed, e);
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1}")
  @CsvSource({"4096, DIRECT", "1024, CACHED"})
  @DisplayName("What takes nothing for good works when not a block is usable")
  void whatTakesNothingWorks(int block, TierMode tier) throws IOException {
    try (FsFixture fixture = fixture(4 * MIB, block, tier);
        Pieces pieces = new Pieces(fixture, new Random(1))) {
      DaxFileSystem fs = fixture.fs;
      fs.createDirectory("/d");
      fs.open("/f", RW).close();
      fs.setAttribute("/f", "user.a", new byte[100]);
      pieces.scatter(200);
      Volume volume = pieces.file.inode.volume;
      pieces.fill();
      volume.bringBackSpace();
      volume.space.reserve(volume.space.usableFrames());
      assertEquals(0, fs.statfs().usableBlocks());
      for (int i = 0; i < 200; i++) { // more often than the reserve has nodes
        Instant time = Instant.ofEpochSecond(i);
        fs.setTimes("/f", time, time);
        fs.setPermissions("/f", 0600 + i % 8);
        fs.setOwner("/f", i, i);
        pieces.file.truncate(pieces.file.sizeBytes() + PAGE);
        pieces.file.setExtentSizeHint((1 + i % 2) * PAGE);
        assertEquals(time, fs.stat("/f").modified());
      }
      fs.removeAttribute("/f", "user.a");
      fs.unlink("/f");
      fs.removeDirectory("/d");
      assertThrows(NoSpaceException.class, () -> fs.createDirectory("/e"));
      assertFalse(fs.exists("/e"));
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1}, mounted again {2}")
  @CsvSource({
    "4096, DIRECT, false",
    "512, DIRECT, false",
    "4096, CACHED, true",
    "1024, CACHED, false",
    "4096, DIRECT, true"
  })
  @DisplayName("What was allocated can be written and stored to block by block on a full device")
  void whatWasAllocatedIsNotRefused(int block, TierMode tier, boolean remounted)
      throws IOException {
    try (FsFixture fixture = fixture(4 * MIB, block, tier);
        Pieces pieces = new Pieces(fixture, new Random(1))) {
      long bytes = 2 * MIB;
      pieces.file.allocate(0, bytes, false);
      pieces.fill();
      if (remounted) {
        pieces.reopen();
        pieces.fill();
      }
      for (long at = block; at < bytes; at += 4L * block) {
        pieces.file.write(at, FsFixture.bytes(block, 5));
      }
      try (DaxMapping mapping = pieces.file.map(0, bytes)) {
        for (long at = 3L * block; at < bytes; at += 4L * block) {
          mapping.putLong(at, 1);
        }
      }
      pieces.file.fsync();
      byte[] one = new byte[1];
      pieces.reopen();
      for (long at = block; at < bytes; at += 4L * block) {
        pieces.file.read(at, MemorySegment.ofArray(one));
        assertEquals(5, one[0], "at " + at);
      }
      // All that is promised is for what is unwritten still.
      pieces.file.truncate(0);
      pieces.filler.truncate(0);
      pieces.file.close();
      pieces.filler.close();
      pieces.file = fixture.fs.open("/pieces", RW);
      pieces.filler = fixture.fs.open("/filler", RW);
      assertEquals(0, pieces.file.inode.volume.space.promisedItems());
    }
  }

  @ParameterizedTest
  @CsvSource({"4096, DIRECT", "4096, CACHED", "512, DIRECT"})
  @DisplayName("A pin for which there is no space takes none of it")
  void refusedPinTakesNothing(int block, TierMode tier) throws IOException {
    try (FsFixture fixture = fixture(8 * MIB, block, tier);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.truncate(1L << 30);
      Volume volume = file.inode.volume;
      volume.bringBackSpace();
      long usable = volume.data.usableBlocks();
      for (PinAccess access : PinAccess.values()) {
        assertThrows(IOException.class, () -> file.pin(0, 1L << 30, access, true));
        assertEquals(0, file.extents().size());
        volume.bringBackSpace();
        volume.space.recorded(file.inode.extents.takeCredit(0));
        assertEquals(usable, volume.data.usableBlocks());
        assertEquals(0, volume.space.promisedItems());
      }
      file.pin(0, 16 * PAGE, PinAccess.WRITE, true).close();
    }
  }

  @ParameterizedTest
  @CsvSource({"4096, READ", "4096, WRITE", "512, READ", "512, WRITE"})
  @DisplayName("A pin of more pages than the tier has frames takes no space")
  void refusedPinOfTheTier(int block, PinAccess access) throws IOException {
    try (FsFixture fixture = fixture(8 * MIB, block, TierMode.CACHED);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.truncate(2 * MIB);
      long usable = fixture.fs.statfs().usableBlocks();
      assertThrows(FramesExhaustedException.class, () -> file.pin(0, MIB + PAGE, access, true));
      assertEquals(usable, fixture.fs.statfs().usableBlocks());
      file.fsync();
      assertEquals(List.of(), file.extents());
      file.pin(0, MIB / 2, access, true).close();
    }
  }

  @ParameterizedTest
  @CsvSource({"4096, DIRECT", "4096, CACHED", "1024, DIRECT", "1024, CACHED"})
  @DisplayName("A write that is refused for space changes neither size, time, quota nor any book")
  void refusedWriteChangesNothing(int block, TierMode tier) throws Exception {
    try (FsFixture fixture = fixture(2 * MIB, block, tier)) {
      fixture.fs.createDirectory("/q");
      fixture.fs.setQuota("/q", new Quota(64 * MIB, 100));
      try (DaxFile file = fixture.fs.open("/q/f", RW)) {
        file.write(0, FsFixture.bytes(100, 1));
        file.fsync();
        fixture.fs.sync();
        Volume volume = file.inode.volume;
        volume.bringBackSpace();
        volume.space.recorded(file.inode.extents.takeCredit(0));
        long usable = volume.data.usableBlocks();
        FileStat before = file.stat();
        long used = requireNonNull(fixture.fs.quota("/q")).usedBytes();
        long promised = volume.space.promisedItems();
        for (int i = 0; i < 3; i++) {
          assertThrows(NoSpaceException.class, () -> file.write(50, FsFixture.bytes(3 << 20, 2)));
          assertThrows(NoSpaceException.class, () -> file.allocate(0, 3 << 20, false));
        }
        volume.bringBackSpace();
        volume.space.recorded(file.inode.extents.takeCredit(0));
        assertEquals(before.toString(), file.stat().toString());
        assertEquals(used, fixture.fs.quota("/q").usedBytes());
        assertEquals(promised, volume.space.promisedItems());
        assertEquals(usable, volume.data.usableBlocks());
      }
    }
  }

  @Test
  @DisplayName("A request waits for space that another thread is giving up, and is not refused")
  void waitsForWhatIsOnItsWay() throws Exception {
    try (FsFixture fixture = fixture(16 * MIB, 4096, TierMode.DIRECT)) {
      AtomicReference<Throwable> refused = new AtomicReference<>();
      AtomicBoolean over = new AtomicBoolean();
      Runnable one = () -> makeAndUnlink(fixture.fs, "/a", over, refused);
      Thread other = new Thread(one);
      other.start();
      makeAndUnlink(fixture.fs, "/b", over, refused);
      other.join();
      if (refused.get() != null) {
        throw new AssertionError(refused.get());
      }
    }
  }

  @Test
  @DisplayName("A name that there is no space for waits for what another thread is giving up")
  void namesWaitForSpace() throws Exception {
    try (FsFixture fixture = fixture(2 * MIB, 4096, TierMode.DIRECT);
        Pieces pieces = new Pieces(fixture, new Random(1))) {
      pieces.fill();
      int made = 0;
      try {
        while (true) {
          fixture.fs.createDirectory("/" + "x".repeat(200) + made);
          made++;
        }
      } catch (NoSpaceException full) {
        // as it should be
      }
      Volume volume = pieces.file.inode.volume;
      volume.leaving(); // what is about to come back
      String name = "/" + "y".repeat(200);
      Waiting<Void> waiting =
          new Waiting<>(
              () -> {
                fixture.fs.createDirectory(name);
                return null;
              });
      try {
        waiting.untilItWaitsIn("whenSpaceIsBack");
        pieces.filler.truncate(0);
      } finally {
        volume.left();
      }
      waiting.get();
      assertTrue(fixture.fs.exists(name));
    }
  }

  /** 5 of 16 MiB, so that two files and what is left of one or two fit only if that comes back. */
  private static void makeAndUnlink(
      DaxFileSystem fs, String name, AtomicBoolean over, AtomicReference<Throwable> refused) {
    try {
      for (int i = 0; i < 150 && !over.get(); i++) {
        try (DaxFile file = fs.open(name, RW)) {
          if (i % 2 == 0) {
            file.allocate(0, 5 * MIB, false);
          } else {
            file.write(0, FsFixture.bytes(5 << 20, 1));
          }
          if (i % 3 == 0) {
            file.truncate(0);
          }
        }
        fs.unlink(name);
      }
    } catch (Throwable t) {
      refused.compareAndSet(null, t);
      over.set(true);
    }
  }

  @Test
  @DisplayName("Opening an empty file to truncate it gives back what it has behind its end")
  void truncateOfAnEmptyFile() throws IOException {
    try (FsFixture fixture = fixture(2 * MIB, 4096, TierMode.DIRECT)) {
      try (DaxFile file = fixture.fs.open("/f", RW)) {
        file.allocate(0, 16 * PAGE, true);
        assertFalse(file.extents().isEmpty());
      }
      fixture.fs.open("/f", OpenMode.WRITE, OpenMode.TRUNCATE).close();
      assertEquals(0, fixture.fs.stat("/f").allocatedBytes());
    }
  }
}

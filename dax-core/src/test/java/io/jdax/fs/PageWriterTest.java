package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages in DRAM on their way to the media: data, extents and books, also where that fails. */
class PageWriterTest {
  private interface Test {
    void run(FsFixture fixture, SteppedPersister persister, DaxFile file) throws IOException;
  }

  private static void run(int block, Test test) throws IOException {
    Region region = Region.anonymous("stepped", 8 << 20);
    SteppedPersister persister = new SteppedPersister(region);
    MountOptions cached =
        MountOptions.DEFAULTS
            .withTier(TierMode.CACHED)
            .withCacheBytes(256 * PAGE)
            .withWritebackAge(Duration.ofDays(1))
            .withParallelism(1);
    try (FsFixture fixture = new FsFixture(region, persister, block, cached);
        DaxFile file = fixture.fs.open("/f", RW)) {
      test.run(fixture, persister, file);
    }
  }

  /** Three pages and a part of one, of which the first two may have storage. */
  private static void dirty(DaxFile file, boolean allocated, int block) throws IOException {
    if (allocated) {
      file.allocate(0, 2 * PAGE, false);
      file.fsync();
    }
    file.write(0, FsFixture.bytes(3 * PAGE + block, 7));
  }

  private static int written(DaxFile file) {
    Inode inode = file.inode;
    BlockExtent at = new BlockExtent();
    int blocks = 0;
    for (int i = 0; i < 4 << inode.volume.units.blocksPerPageShift; i++) {
      inode.extents.find(i, at);
      blocks += at.state == ExtentState.WRITTEN ? 1 : 0;
    }
    return blocks;
  }

  @ParameterizedTest
  @CsvSource({"4096, false", "4096, true", "512, false", "512, true"})
  @DisplayName("The data of a page is durable before its extent says so")
  void dataFirst(int block, boolean allocated) throws IOException {
    run(
        block,
        (fixture, persister, file) -> {
          dirty(file, allocated, block);
          List<Integer> undrained = new ArrayList<>();
          int[] copied = {0};
          persister.step =
              call -> {
                if (call.equals("copy") || call.equals("fill")) {
                  copied[0]++;
                } else if (call.equals("drain")) {
                  undrained.add(copied[0] > 0 ? written(file) : 0);
                  copied[0] = 0;
                }
              };
          file.addressSpace().flushDirty(0, PAGE); // one page alone
          persister.step = call -> {};
          assertEquals(0, undrained.getFirst());
          assertEquals(PAGE / block, written(file));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "4096, false, copy", "4096, true, copy", "512, false, copy", "512, true, copy",
    "4096, false, drain", "4096, true, drain", "512, false, drain", "512, true, drain"
  })
  @DisplayName(
      "When a write back fails its extents are as before, its pages dirty, its blocks reserved")
  void failed(int block, boolean allocated, String failing) throws IOException {
    run(
        block,
        (fixture, persister, file) -> {
          Volume volume = file.inode.volume;
          dirty(file, allocated, block);
          String before = books(file);
          persister.step =
              call -> {
                if (call.equals(failing)) {
                  throw new RegionException("stepped", 0, 1, "can't be written", null);
                }
              };
          for (int i = 0; i < 3; i++) {
            assertThrows(
                IOException.class,
                () -> file.addressSpace().flushDirty(0, Long.MAX_VALUE),
                "try " + i);
          }
          persister.step = call -> {};
          assertEquals(0, written(file));
          assertEquals(before, books(file));
          file.fsync();
          file.inode.fold(false); // so that nothing is promised any more
          assertEquals(3 * PAGE / block + 1, written(file));
          volume.bringBackSpace();
          long usable = volume.data.usableBlocks();
          assertEquals(0, volume.space.promisedItems() - file.inode.extents.takeCredit(0));
          fixture.assertSound();
          try (DaxFile again = fixture.fs.open("/f", RW)) {
            byte[] got = new byte[3 * PAGE + block];
            again.read(0, MemorySegment.ofArray(got));
            assertEquals(-1, FsFixture.bytes(got.length, 7).mismatch(MemorySegment.ofArray(got)));
            assertTrue(usable <= again.inode.volume.data.usableBlocks());
          }
        });
  }

  private static String books(DaxFile file) throws IOException {
    Volume volume = file.inode.volume;
    volume.bringBackSpace();
    return "%d usable, %d free, %d promised, %d delayed, %d written"
        .formatted(
            volume.data.usableBlocks(),
            volume.space.freeFrames(),
            volume.space.promisedItems(),
            file.inode.store().delayedBlocks(),
            written(file));
  }
}

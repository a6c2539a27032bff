package io.jdax.fs;

import static io.jdax.LongSizes.MIB;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A file whose end lies in the middle of a page that a mapping may store to has blocks set aside
 * before it grows; and gives them back if it does not.
 */
class RefusedGrowthTest {
  private interface Growth {
    void run(DaxFile file) throws IOException;
  }

  private static final List<Growth> GROWTHS =
      List.of(
          file -> file.truncate(3000),
          file -> file.truncate(100_000),
          file -> file.allocate(0, 3000, false),
          file -> file.allocate(2600, 100_000, false),
          file -> file.zeroRange(50, 3000, false),
          file -> file.zeroRange(2600, 100_000, false),
          file -> file.write(2600, FsFixture.bytes(10, 1)));

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  /** A file of 100 bytes, whose page a mapping may store to. */
  private static final class Small implements AutoCloseable {
    final FsFixture fixture;
    final DaxFile file;
    final DaxMapping mapping;

    Small(int block, TierMode tier) throws IOException {
      Region region = Region.anonymous("growth", 2 * MIB);
      fixture =
          new FsFixture(region, Persister.of(region), block, MountOptions.DEFAULTS.withTier(tier));
      fixture.fs.createDirectory("/q");
      fixture.fs.setQuota("/q", new Quota(64 * MIB, 10));
      file = fixture.fs.open("/q/f", RW);
      file.write(0, FsFixture.bytes(100, 3));
      file.fsync();
      mapping = file.map(0, 2 * MIB);
      mapping.putByte(5, (byte) 4);
      file.fsync();
    }

    String figures() throws IOException {
      fixture.fs.sync();
      Volume volume = file.inode.volume;
      for (int i = 0; i < 3; i++) {
        volume.bringBackSpace();
      }
      if (file.isOpen()) {
        volume.space.recorded(file.inode.extents.takeCredit(0));
      }
      return "%d usable, %d promised, %d of the quota, %d allocated"
          .formatted(
              volume.data.usableBlocks(),
              volume.space.promisedItems(),
              requireNonNull(fixture.fs.quota("/q")).usedBytes(),
              fixture.fs.stat("/q/f").allocatedBytes());
    }

    /** The same, and when nobody has the file open. */
    void assertUnchanged(String before, String what) throws IOException {
      assertEquals(before, figures(), what);
      assertEquals(100, file.sizeBytes(), what);
      mapping.close();
      file.close();
      assertEquals(before, figures(), what + ", closed");
      fixture.assertSound();
    }

    @Override
    public void close() throws IOException {
      fixture.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"512, DIRECT", "1024, DIRECT", "2048, DIRECT", "512, CACHED", "2048, CACHED"})
  @DisplayName("A file that can't grow for want of space keeps nothing that was set aside for it")
  void forWantOfSpace(int block, TierMode tier) throws IOException {
    List<Growth> growths =
        List.of(
            file -> file.allocate(0, 5 * MIB, false),
            file -> file.zeroRange(50, 5 * MIB, false),
            file -> file.write(50, FsFixture.bytes(5 << 20, 1)));
    for (Growth growth : growths) {
      try (Small small = new Small(block, tier)) {
        String before = small.figures();
        assertThrows(NoSpaceException.class, () -> growth.run(small.file));
        small.assertUnchanged(before, "growth " + growths.indexOf(growth));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"512, DIRECT", "2048, DIRECT", "1024, CACHED"})
  @DisplayName("A file that can't grow for want of memory keeps nothing that was set aside for it")
  void forWantOfMemory(int block, TierMode tier) throws IOException {
    for (Growth growth : GROWTHS) {
      int failing = 1;
      while (!succeeds(growth, block, tier, failing)) {
        failing++;
      }
      assertTrue(failing > 1, "nothing was injected");
    }
  }

  private static boolean succeeds(Growth growth, int block, TierMode tier, int failing)
      throws IOException {
    String what = "growth " + GROWTHS.indexOf(growth) + ", allocation " + failing;
    try (Small small = new Small(block, tier)) {
      String before = small.figures();
      Thread tester = Thread.currentThread();
      int[] count = {0};
      FailurePoint.listen(
          point -> {
            if (point == FailurePoint.ALLOCATION
                && Thread.currentThread().equals(tester)
                && ++count[0] == failing) {
              throw new OutOfMemoryError("injected");
            }
          });
      boolean refused = false;
      try {
        growth.run(small.file);
      } catch (OutOfMemoryError e) {
        refused = true;
      }
      FailurePoint.listen(null);
      if (refused && small.file.sizeBytes() == 100) {
        small.assertUnchanged(before, what);
      }
      return count[0] < failing;
    }
  }

  @ParameterizedTest
  @CsvSource({"512, DIRECT", "2048, DIRECT", "1024, CACHED"})
  @DisplayName("After it has grown every byte of its last page can be stored to, and is kept")
  void storesAfterGrowth(int block, TierMode tier) throws IOException {
    for (Growth growth : GROWTHS) {
      String what = "growth " + GROWTHS.indexOf(growth);
      try (Small small = new Small(block, tier)) {
        growth.run(small.file);
        int size = (int) Math.min(4096, small.file.sizeBytes());
        for (int at = 0; at < size; at += 100) {
          small.mapping.putByte(at, (byte) 7);
        }
        small.file.fsync();
        small.mapping.close();
        small.file.close();
        small.fixture.assertSound();
        try (DaxFile again = small.fixture.fs.open("/q/f");
            DaxMapping mapping = again.map(0, 4096)) {
          for (int at = 0; at < size; at += 100) {
            assertEquals(7, mapping.getByte(at), what + " at " + at);
          }
        }
      }
    }
  }
}

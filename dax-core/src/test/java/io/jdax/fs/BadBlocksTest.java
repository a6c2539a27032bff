package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.Keys;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that turn out to be bad while the file system is mounted. */
class BadBlocksTest {
  @Test
  @DisplayName("A frame that is bad is offered to nobody else until the next mount")
  void isNotOfferedAgain() throws IOException {
    Region region = Region.anonymous("bad", 2 << 20);
    BadMedia media = new BadMedia(region);
    try (FsFixture fixture = new FsFixture(region, media, MountOptions.DEFAULTS);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.truncate(1 << 20);
      Volume volume = file.inode.volume;
      try (DaxMapping mapping = file.map(0, 1 << 20)) {
        media.badToFill = true;
        for (int i = 0; i < 4; i++) {
          assertThrows(MediaErrorException.class, () -> mapping.putByte(0, (byte) 1));
          assertEquals(i + 1, volume.badBlocks.count(), "each time another frame");
        }
        media.badToFill = false;
        mapping.putByte(0, (byte) 1);
        media.bad = true;
        assertThrows(
            MediaErrorException.class, () -> file.write(8 * 4096, FsFixture.bytes(4096, 2)));
        assertEquals(5, volume.badBlocks.count());
        // Of a long range nobody knows which frame it is.
        assertThrows(
            MediaErrorException.class, () -> file.write(8 * 4096, FsFixture.bytes(16 * 4096, 2)));
        assertEquals(5, volume.badBlocks.count());
        media.bad = false;
        file.write(8 * 4096, FsFixture.bytes(16 * 4096, 2));
        for (FileExtent e : file.extents()) {
          for (long at = 0; at < e.length(); at += 4096) {
            assertFalse(volume.badBlocks.contains((e.place() + at) >>> 12));
          }
        }
      }
      file.fsync();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 1024})
  @DisplayName("A page of the tier whose new frame is bad gets another, also on a full device")
  void writebackFindsAnotherFrame(int block) throws IOException {
    Region region = Region.anonymous("bad", 4 << 20);
    BadMedia media = new BadMedia(region);
    MountOptions options =
        MountOptions.DEFAULTS.withTier(TierMode.CACHED).withWritebackAge(Duration.ofDays(1));
    try (FsFixture fixture = new FsFixture(region, media, block, options);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(4 * 4096, 7));
      if (block == 4096) {
        try (DaxFile filler = fixture.fs.open("/filler", RW)) {
          assertThrows(
              NoSpaceException.class,
              () -> {
                while (true) {
                  filler.allocate(filler.sizeBytes(), 4096, false);
                }
              });
        }
      }
      long[] bad = {-1};
      media.copied =
          (offset, length) -> {
            bad[0] = bad[0] < 0 ? offset >>> 12 : bad[0]; // data comes before metadata
            if (offset >>> 12 == bad[0]) {
              throw new MediaErrorException("bad", offset, length, "is bad", null);
            }
          };
      file.fsync();
      Volume volume = file.inode.volume;
      assertEquals(1, volume.badBlocks.count());
      for (FileExtent e : file.extents()) {
        long first = e.place() >>> 12;
        assertFalse(bad[0] >= first && bad[0] < (e.place() + e.length() + 4095) >>> 12);
      }
      fixture.assertSound();
      MemorySegment found = MemorySegment.ofArray(new byte[4 * 4096]);
      try (DaxFile again = fixture.fs.open("/f")) {
        assertEquals(4 * 4096, again.read(0, found));
      }
      assertEquals(-1, found.mismatch(FsFixture.bytes(4 * 4096, 7)));
    }
  }

  @Test
  @DisplayName("Media that refuse all of a writeback for a while do not use the device up")
  void badForAWhile() throws IOException {
    Region region = Region.anonymous("bad", 4 << 20);
    BadMedia media = new BadMedia(region);
    MountOptions options =
        MountOptions.DEFAULTS.withTier(TierMode.CACHED).withWritebackAge(Duration.ofDays(1));
    try (FsFixture fixture = new FsFixture(region, media, options);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(4 * 4096, 7));
      long usable = fixture.fs.statfs().usableBlocks();
      media.bad = true;
      for (int i = 0; i < 50; i++) {
        assertThrows(MediaErrorException.class, file::fsync);
      }
      media.bad = false;
      file.fsync();
      assertTrue(usable - fixture.fs.statfs().usableBlocks() <= 8 + 3, "a 128th, and nodes");
    }
  }

  @Test
  @DisplayName("The last keys that there are belong to the range that ends with them")
  void rangesAtTheEndOfKeys() {
    for (long from : new long[] {0, 1L << 62, Long.MAX_VALUE - 7, -8}) {
      for (int i = 0; i < 8; i++) {
        assertTrue(Keys.isWithin(from + i, from, 8));
      }
      assertFalse(Keys.isWithin(from + 8, from, 8));
      assertFalse(Keys.isWithin(from - 1, from, 8));
    }
  }
}

package io.jdax.fs;

import io.jdax.Sizes;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A file system with DRAM for a few pages only, on media that a test looks into. */
abstract class SmallTier {
  static final OpenMode[] RW = Modes.RW;
  static final long PAGE = Sizes.PAGE;
  static final int FRAMES = 64;

  Region region;
  BadMedia media;
  DaxFileSystem fs;
  private FsFixture fixture;

  @BeforeEach
  final void mount() throws IOException {
    region = Region.anonymous("tier", 16 << 20);
    media = new BadMedia(region);
    fixture = new FsFixture(region, media, options(TierMode.CACHED));
    fs = fixture.fs;
  }

  private static MountOptions options(TierMode mode) {
    return MountOptions.DEFAULTS
        .withTier(mode)
        .withCacheBytes(FRAMES * PAGE)
        .withWritebackAge(Duration.ofDays(1));
  }

  final void remount(TierMode mode) throws IOException {
    fixture.remount(options(mode));
    fs = fixture.fs;
  }

  @AfterEach
  final void close() throws IOException {
    fixture.close();
  }

  static byte[] read(DaxFile file, long offset, int length) throws IOException {
    byte[] out = new byte[length];
    int n = file.read(offset, MemorySegment.ofArray(out));
    return Arrays.copyOf(out, Math.max(0, n));
  }

  static int at(DaxFile file, long offset) throws IOException {
    return read(file, offset, 1)[0];
  }

  /** All that is in DRAM leaves, as far as it may. */
  final void evictAll(DaxFile around) throws IOException {
    around.addressSpace().flushDirty(0, Long.MAX_VALUE);
    try (DaxFile other = fs.open("/evictor", RW)) {
      for (int page = 0; page < 3 * FRAMES; page++) {
        other.write(page * PAGE, FsFixture.bytes(4096, 99));
      }
    }
    fs.unlink("/evictor");
  }
}

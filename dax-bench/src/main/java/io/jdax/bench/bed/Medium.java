package io.jdax.bench.bed;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.persist.Persister;
import io.jdax.persist.SlowPersister;
import java.io.IOException;
import java.time.Duration;

/**
 * What the file system that is measured lies on, and how much DRAM stands in front of it. A file
 * goes through DRAM only if it says so: the same file system has files of both kinds.
 */
public enum Medium {
  /** The region as it is. */
  PLAIN(1, 256L << 20, 5),

  /** The same, with blocks smaller than pages. */
  SMALL_BLOCKS(1, 256L << 20, 5, 1024),

  /**
   * So much DRAM that nothing ever has to leave, or to be written back for its number. By age
   * neither: what is measured is to be the same from the first to the last second.
   */
  ROOMY(1, 1L << 30, 3600),

  /** Ten times as slow to write, with twice the DRAM that the working set needs. */
  SLOW(10, 2 * TierFile.BYTES, 5),

  /** A quarter of the DRAM that the working set would need. */
  TIGHT(1, TierFile.BYTES / 4, 5);

  private final int timesAsSlow;
  private final long cacheBytes;
  private final int writebackSeconds;
  final int blockSize;

  Medium(int timesAsSlow, long cacheBytes, int writebackSeconds) {
    this(timesAsSlow, cacheBytes, writebackSeconds, FileBed.PAGE);
  }

  Medium(int timesAsSlow, long cacheBytes, int writebackSeconds, int blockSize) {
    this.timesAsSlow = timesAsSlow;
    this.cacheBytes = cacheBytes;
    this.writebackSeconds = writebackSeconds;
    this.blockSize = blockSize;
  }

  MountOptions options() {
    return MountOptions.DEFAULTS
        .withTier(TierMode.DIRECT)
        .withCacheBytes(cacheBytes)
        .withWritebackAge(Duration.ofSeconds(writebackSeconds));
  }

  /** The region's persister, as slow as this medium is. What the region holds is overwritten. */
  Persister persister(Persister ofRegion) throws IOException {
    return timesAsSlow == 1
        ? ofRegion
        : SlowPersister.of(ofRegion, MediaRate.bytesPerSecond(ofRegion) / timesAsSlow);
  }

  /**
   * How a {@link TierFile} lies here: where a hit is measured, as badly in the blocks as in the
   * frames, so that the tier is all that differs.
   */
  Layout layout() {
    return this == ROOMY ? Layout.PIECES : Layout.EXTENTS;
  }
}

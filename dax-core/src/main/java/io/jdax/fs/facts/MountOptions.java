package io.jdax.fs.facts;

import java.time.Duration;

/**
 * How to mount.
 *
 * @param parallelism threads that read the metadata, and, up to 4, that write one file back
 * @param tier whether files go through DRAM that do not say so themselves; AUTO: if the device is
 *     slow to write
 * @param cacheBytes DRAM for them, taken as it is needed: 64 KiB to 15 GiB, which is what fits in
 *     the addresses behind a region beside the page tables and a GiB of private copies
 * @param writebackAge how long a page stays dirty at most before it is written back
 */
public record MountOptions(int parallelism, TierMode tier, long cacheBytes, Duration writebackAge) {
  private static final long MIN_CACHE_BYTES = 16 * 4096;
  private static final long MAX_CACHE_BYTES = 15L << 30;

  /** All processors up to 16; AUTO; 256 MiB; 5 seconds. */
  public static final MountOptions DEFAULTS =
      new MountOptions(
          Math.min(16, Runtime.getRuntime().availableProcessors()),
          TierMode.AUTO,
          256L << 20,
          Duration.ofSeconds(5));

  public MountOptions {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism " + parallelism + ": must be 1 or more");
    }
    if (cacheBytes < MIN_CACHE_BYTES || cacheBytes > MAX_CACHE_BYTES) {
      throw new IllegalArgumentException(
          "cache of "
              + cacheBytes
              + " bytes: must be "
              + MIN_CACHE_BYTES
              + " to "
              + MAX_CACHE_BYTES
              + " (15 GiB)");
    }
    if (writebackAge.isNegative() || writebackAge.isZero()) {
      throw new IllegalArgumentException("age " + writebackAge + ": must be positive");
    }
  }

  public MountOptions withParallelism(int threads) {
    return new MountOptions(threads, tier, cacheBytes, writebackAge);
  }

  public MountOptions withTier(TierMode mode) {
    return new MountOptions(parallelism, mode, cacheBytes, writebackAge);
  }

  public MountOptions withCacheBytes(long bytes) {
    return new MountOptions(parallelism, tier, bytes, writebackAge);
  }

  public MountOptions withWritebackAge(Duration age) {
    return new MountOptions(parallelism, tier, cacheBytes, age);
  }
}

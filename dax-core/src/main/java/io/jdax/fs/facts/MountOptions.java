package io.jdax.fs.facts;

import java.time.Duration;

/**
 * How to mount. A value; each {@code with…} makes another one.
 *
 * @param parallelism how many threads read the metadata at the mount, and how many, but at most 4,
 *     write one file back
 * @param tier whether files that do not say so themselves go through DRAM; with AUTO they do if the
 *     device is slow to write
 * @param cacheBytes bytes of DRAM for such files, taken as needed; 64 KiB to 15 GiB, which is what
 *     fits in the addresses after a region beside the page tables and a GiB of private copies
 * @param writebackAge how long a page stays dirty at most before it is written back
 */
public record MountOptions(int parallelism, TierMode tier, long cacheBytes, Duration writebackAge) {
  private static final long MIN_CACHE_BYTES = 16 * 4096;
  private static final long MAX_CACHE_BYTES = 15L << 30;

  /** As many threads as processors, but at most 16; AUTO; 256 MiB of DRAM; an age of 5 seconds. */
  public static final MountOptions DEFAULTS =
      new MountOptions(
          Math.min(16, Runtime.getRuntime().availableProcessors()),
          TierMode.AUTO,
          256L << 20,
          Duration.ofSeconds(5));

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException one of them is out of range
   */
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

  /**
   * These options with another number of threads.
   *
   * @param threads see {@link #parallelism}
   * @throws IllegalArgumentException it is less than 1
   */
  public MountOptions withParallelism(int threads) {
    return new MountOptions(threads, tier, cacheBytes, writebackAge);
  }

  /**
   * These options with another choice of where pages go.
   *
   * @param mode for files that do not say so themselves; see {@link #tier}
   */
  public MountOptions withTier(TierMode mode) {
    return new MountOptions(parallelism, mode, cacheBytes, writebackAge);
  }

  /**
   * These options with another amount of DRAM.
   *
   * @param bytes see {@link #cacheBytes}
   * @throws IllegalArgumentException it is less than 64 KiB, or more than 15 GiB
   */
  public MountOptions withCacheBytes(long bytes) {
    return new MountOptions(parallelism, tier, bytes, writebackAge);
  }

  /**
   * These options with another age of dirty pages.
   *
   * @param age see {@link #writebackAge}
   * @throws IllegalArgumentException it is not positive
   */
  public MountOptions withWritebackAge(Duration age) {
    return new MountOptions(parallelism, tier, cacheBytes, age);
  }
}

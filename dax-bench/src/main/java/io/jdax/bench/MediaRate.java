package io.jdax.bench;

import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one thread can write durably to a region, page after page without a break. */
final class MediaRate {
  private static final long BYTES = 64L << 20;
  private static final int TIMES = 20;

  private MediaRate() {}

  /** The best of some rounds, the first of which warm up. Overwrites what the region holds. */
  static long bytesPerSecond(Persister persister) throws IOException {
    long bytes = Math.min(BYTES, persister.region().sizeBytes() & -FileBed.PAGE);
    MemorySegment page = Arena.ofAuto().allocate(FileBed.PAGE, FileBed.PAGE);
    long best = Long.MAX_VALUE;
    for (int time = 0; time < TIMES; time++) {
      long began = System.nanoTime();
      for (long at = 0; at < bytes; at += FileBed.PAGE) {
        persister.copyPersist(at, page, 0, FileBed.PAGE);
      }
      best = Math.min(best, System.nanoTime() - began);
    }
    return Math.round(bytes * 1e9 / best);
  }
}

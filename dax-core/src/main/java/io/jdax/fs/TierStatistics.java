package io.jdax.fs;

import io.jdax.cache.FramePool;
import org.jspecify.annotations.Nullable;

/**
 * What the DRAM tier holds.
 *
 * @param frames of 4096 bytes that it may have
 * @param freeFrames of them
 * @param dirtyFrames known to be dirty; what mappings stored since the last writeback is not
 * @param evictions pages that had to make room so far
 */
public record TierStatistics(int frames, int freeFrames, int dirtyFrames, long evictions) {
  static TierStatistics of(@Nullable FramePool pool) {
    return pool == null
        ? new TierStatistics(0, 0, 0, 0)
        : new TierStatistics(
            pool.frames(), pool.freeFrames(), pool.dirtyFrames(), pool.evictions());
  }
}

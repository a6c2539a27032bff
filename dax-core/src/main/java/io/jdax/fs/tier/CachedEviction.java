package io.jdax.fs.tier;

import io.jdax.cache.FrameOwner;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.file.Inode;
import io.jdax.os.Pages;
import java.io.IOException;

/**
 * Frames of one file that are to be used for something else: taken away from the mappings, written
 * back, forgotten. See {@link FrameOwner}.
 */
final class CachedEviction {
  private static final long LOCK_NANOS = 10_000_000;

  private final CachedPages pages;
  private final Inode inode;
  private final FramePool pool;
  private final PageIndex index;

  CachedEviction(CachedPages pages) {
    this.pages = pages;
    this.inode = pages.inode;
    this.pool = pages.pool;
    this.index = pages.index;
  }

  boolean unmap(long[] leaving, int count) {
    if (!inode.addressSpace.invalidateLock().tryLockExclusive(LOCK_NANOS)) {
      return false;
    }
    try {
      boolean shown = !pages.closed && inode.addressSpace.wasMapped();
      for (int i = 0; i < count && !pages.closed; i++) {
        int frame = index.get(leaving[i]);
        if (frame < 0 || inode.addressSpace.isPinned(leaving[i])) {
          continue;
        }
        pool.leave(frame);
        if (shown) {
          inode.addressSpace.unmapMappingRange(leaving[i], 1);
        }
      }
      return shown;
    } finally {
      inode.addressSpace.invalidateLock().unlockExclusive();
    }
  }

  int evict(long[] leaving, int count) {
    if (!inode.addressSpace.invalidateLock().tryLockExclusive(LOCK_NANOS)) {
      return 0;
    }
    int freed = 0;
    try {
      for (int i = 0; i < count && !pages.closed; i++) {
        int frame = index.get(leaving[i]);
        if (frame >= 0
            && pool.isLeaving(frame)
            && !index.isDirty(leaving[i])
            && inode.addressSpace.forgetClean(leaving[i])) {
          index.remove(leaving[i]);
          pool.free(frame);
          freed++;
        }
      }
    } finally {
      inode.addressSpace.invalidateLock().unlockExclusive();
    }
    return freed;
  }

  void writeBack(long[] leaving, int count) throws IOException {
    for (int i = 0; i < count; ) {
      int from = i++;
      while (i < count && leaving[i] == leaving[i - 1] + 1) {
        i++;
      }
      inode.addressSpace.flushDirty(
          Pages.bytes(leaving[from]), Pages.bytes(leaving[i - 1] + 1 - leaving[from]));
    }
  }
}

package io.jdax.fs.tier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the dirty pages of one {@link CachedFile} back, one call at a time. A long one is helped
 * by other threads: media that are slow to write take more from several than from one.
 */
final class CachedWriteback {
  /** Pieces of a range that are not worth waking a thread for. */
  private static final int ALONE = 2;

  private final TierPool tier;
  private final CachedPages pages;

  @GuardedBy("pages.writing")
  private final PageWriter writer;

  /** What others may take pieces of, or null. */
  private volatile @Nullable WritebackRange shared;

  CachedWriteback(TierPool tier, CachedPages pages) {
    this.tier = tier;
    this.pages = pages;
    this.writer = new PageWriter(pages);
  }

  /**
   * Makes dirty pages of a range durable. That new blocks belong to the file is noted, as by a
   * write.
   *
   * @throws IOException some are dirty as before
   */
  void run(long first, long end) throws IOException {
    // Also when nothing seems dirty: what another thread has claimed is not durable yet, and dirty
    // again if that fails.
    if (!pages.writing.tryLock()) {
      help(shared);
      pages.writing.lock();
    }
    try {
      if (pages.index.nextDirty(first, end) < end) {
        write(new WritebackRange(pages.index, first, end));
      }
    } finally {
      pages.writing.unlock();
    }
    pages.inode.settleNotes();
  }

  @GuardedBy("pages.writing")
  private void write(WritebackRange range) throws IOException {
    try {
      // New storage is given by one thread, so that it lies in the order of the pages.
      boolean alone = pages.delayedBlocks() > 0;
      shared = alone ? null : range;
      writer.run(range, ALONE);
      if (!alone && range.hasMore()) {
        tier.help(() -> help(range));
      }
      writer.run(range, Integer.MAX_VALUE);
    } catch (Throwable t) {
      range.fail(t);
    }
    shared = null;
    range.finish();
  }

  /**
   * Takes pieces of another thread's range, which does not end before. That thread holds what locks
   * it needs, and is told what fails.
   */
  private void help(@Nullable WritebackRange range) {
    if (range == null || !range.enter()) {
      return;
    }
    try {
      new PageWriter(pages).run(range, Integer.MAX_VALUE);
    } catch (Throwable t) {
      range.fail(t);
    } finally {
      range.leave();
    }
  }
}

package io.jdax.fs.tier;

import io.jdax.cache.Flusher;
import io.jdax.cache.FrameOwner;
import io.jdax.cache.FramePool;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierStatistics;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.os.Pages;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** The frames that all files in DRAM share, and the threads that write them back. */
final class TierPool {
  final FramePool pool;

  /** Pages that were put into frames so far. */
  final LongAdder broughtIn = new LongAdder();

  /** Pages that a store made one piece, where blocks are smaller. */
  final LongAdder united = new LongAdder();

  private final FrameSpace frames;
  private final WritebackHelpers helpers;
  private final Flusher flusher;

  private TierPool(FrameSpace frames, MountOptions options, long firstFrame, int count) {
    String name = frames.region().name();
    this.frames = frames;
    this.helpers = new WritebackHelpers(name, options.parallelism());
    this.pool = new FramePool(name, firstFrame, count, Math.max(8, count / 2));
    this.flusher = new Flusher(name, pool, options.writebackAge(), this::turnOver);
  }

  /** Takes the frames from the process; the threads begin with the first file. */
  static TierPool of(FrameSpace frames, MountOptions options) throws IOException {
    int count = (int) Pages.of(options.cacheBytes());
    long first = frames.reserveFrames(count);
    boolean done = false;
    try {
      TierPool made = new TierPool(frames, options, first, count);
      done = true;
      return made;
    } finally {
      if (!done) {
        frames.releaseFrames(first, count);
      }
    }
  }

  /** A file goes through DRAM. */
  void add(FrameOwner file) {
    flusher.add(file);
  }

  /** A file goes through DRAM no longer. */
  void remove(FrameOwner file) {
    flusher.remove(file);
  }

  /**
   * Has a part of a writeback done by others. Not for the flusher: nobody waits for that, and
   * whoever writes meanwhile wants the processors.
   */
  void help(Runnable part) {
    if (!flusher.isCurrentThread()) {
      helpers.call(part);
    }
  }

  /**
   * Takes a frame back, of which no mapping shows the page any more. For want of memory it waits
   * for the next one, or for the flusher that looks for frames.
   */
  void retire(int frame) {
    pool.retire(frame);
    try {
      long by = pool.retired();
      frames.quarantine().add(pool.pfn(frame), 1, (pfn, count) -> pool.freeRetired(by));
    } catch (OutOfMemoryError e) {
      // It is not lost, and what the caller is about goes on.
    }
  }

  private void turnOver() {
    long by = pool.retired();
    frames.quarantine().turnOver();
    pool.freeRetired(by);
  }

  /** Ends the threads. Files may still be written back, by those who ask for it. */
  void stop() {
    helpers.close();
    flusher.close();
  }

  /** Gives the memory back, when nobody can reach it. */
  void close() throws IOException {
    frames.releaseFrames(pool.pfn(0), pool.frames());
  }

  /** What it holds now. */
  TierStatistics statistics() {
    return new TierStatistics(
        pool.frames(),
        pool.freeFrames(),
        pool.dirtyFrames(),
        pool.evictions(),
        broughtIn.sum(),
        united.sum());
  }
}

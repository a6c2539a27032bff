package io.jdax.fs.tier;

import io.jdax.cache.Flusher;
import io.jdax.cache.FramePool;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.facts.TierStatistics;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageStore;
import io.jdax.fs.file.PageStores;
import io.jdax.fs.volume.Media;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.os.Pages;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The DRAM tier of one mounted file system; made when the first file wants it. */
public final class Tier implements PageStores {
  private final FrameSpace frames;
  private final MountOptions options;
  private final boolean byDefault;
  private final boolean always;

  /** Pages that were put into frames so far. */
  final LongAdder broughtIn = new LongAdder();

  /** Pages that a store made one piece, where blocks are smaller. */
  final LongAdder united = new LongAdder();

  private final WritebackHelpers helpers;
  private @Nullable FramePool pool; // guarded by this
  private @Nullable Flusher flusher; // guarded by this

  public Tier(FrameSpace frames, Media media, MountOptions options) {
    this.frames = frames;
    this.always = !media.inPlace();
    this.options = options;
    this.helpers = new WritebackHelpers(frames.region().name(), options.parallelism());
    this.byDefault =
        options.tier() == TierMode.CACHED
            || options.tier() == TierMode.AUTO && frames.persister().slowToWrite();
  }

  /** All files do where there is no direct access, else none when nothing can be written. */
  @Override
  public boolean caches(TierMode mode) {
    return always
        || !frames.persister().readOnly()
            && (mode == TierMode.CACHED || mode == TierMode.AUTO && byDefault);
  }

  @Override
  public synchronized PageStore inDram(Inode inode, boolean direct) throws IOException {
    FramePool p = pool;
    Flusher f = flusher;
    if (p == null || f == null) {
      int count = (int) Pages.of(options.cacheBytes());
      String name = frames.region().name();
      long first = frames.reserveFrames(count);
      boolean done = false;
      try {
        p = new FramePool(name, first, count, Math.max(8, count / 2));
        f = new Flusher(name, p, options.writebackAge(), this::turnOver);
        pool = p;
        flusher = f;
        done = true;
      } finally {
        if (!done) {
          frames.releaseFrames(first, count);
        }
      }
    }
    CachedFile cached = new CachedFile(this, inode, p, direct);
    f.add(cached);
    return cached;
  }

  /**
   * Has a part of a writeback done by others. Not for the flusher: nobody waits for that, and
   * whoever writes meanwhile wants the processors.
   */
  void help(Runnable part) {
    Flusher f;
    synchronized (this) {
      f = flusher;
    }
    if (f != null && !f.isCurrentThread()) {
      helpers.call(part);
    }
  }

  /** A file goes through DRAM no longer. */
  void remove(CachedFile cached) {
    synchronized (this) {
      if (flusher != null) {
        flusher.remove(cached);
      }
    }
  }

  /**
   * Takes a frame back, of which no mapping shows the page any more. For want of memory it waits
   * for the next one, or for the flusher that looks for frames.
   */
  void retire(FramePool p, int frame) {
    p.retire(frame);
    try {
      long by = p.retired();
      frames.quarantine().add(p.pfn(frame), 1, (pfn, count) -> p.freeRetired(by));
    } catch (OutOfMemoryError e) {
      // It is not lost, and what the caller is about goes on.
    }
  }

  private void turnOver() {
    FramePool p = pool();
    long by = p == null ? 0 : p.retired();
    frames.quarantine().turnOver();
    if (p != null) {
      p.freeRetired(by);
    }
  }

  /** What the tier holds; null: nothing ever went through it. */
  synchronized @Nullable FramePool pool() {
    return pool;
  }

  /** Ends the threads. Files may still be written back, by those who ask for it. */
  public void stop() {
    helpers.close();
    Flusher f;
    synchronized (this) {
      f = flusher;
    }
    if (f != null) {
      f.close();
    }
  }

  /** Gives the memory back, when nobody can reach it. */
  public synchronized void close() throws IOException {
    if (pool != null) {
      frames.releaseFrames(pool.pfn(0), pool.frames());
    }
  }

  /** What it holds now. */
  public TierStatistics statistics() {
    FramePool pool = pool();
    return pool == null
        ? new TierStatistics(0, 0, 0, 0, 0, 0)
        : new TierStatistics(
            pool.frames(),
            pool.freeFrames(),
            pool.dirtyFrames(),
            pool.evictions(),
            broughtIn.sum(),
            united.sum());
  }
}

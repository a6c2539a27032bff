package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageStore;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Blocks;
import io.jdax.fs.volume.CallerMemory;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Reads and writes of a file whose pages are in DRAM, or past it where they are not here. */
final class CachedContent {
  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final CachedPages pages;
  private final Inode inode;
  private final Units units;
  private final FramePool pool;
  private final PageIndex index;
  private final Volume volume;
  private final Blocks blocks;
  private final CachedWriteback writeback;

  CachedContent(CachedPages pages, CachedWriteback writeback) {
    this.pages = pages;
    this.inode = pages.inode;
    this.units = pages.units;
    this.pool = pages.pool;
    this.index = pages.index;
    this.volume = inode.volume;
    this.blocks = volume.media.blocks;
    this.writeback = writeback;
  }

  void read(long offset, long end, MemorySegment dst) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    BlockExtent around = CURSOR.get();
    for (long at = offset; at < end; ) {
      long page = Pages.of(at);
      int frame = index.get(page);
      long to = Math.min(end, Pages.bytes(page + 1));
      if (frame >= 0) {
        pool.touch(frame);
        CallerMemory.give(
            inode.addressSpace.name(),
            at,
            pages.bytes(frame),
            Pages.within(at),
            dst,
            at - offset,
            to - at);
      } else {
        long block = units.blockOf(at);
        inode.extents.find(block, around);
        long runEnd = around.endBlock();
        to =
            Math.min(end, Math.min(units.bytes(runEnd), Pages.bytes(cachedFrom(page + 1, runEnd))));
        if (around.state == ExtentState.WRITTEN) {
          blocks.read(
              units.bytes(around.deviceBlockOf(block)) + units.inBlock(at),
              dst,
              at - offset,
              to - at);
        } else {
          CallerMemory.giveZeros(inode.addressSpace.name(), at, dst, at - offset, to - at);
        }
      }
      at = to;
    }
  }

  /** The first page from {@code page} on that is here, or the one after a run of blocks. */
  long cachedFrom(long page, long endBlock) {
    long end = units.pageEnd(endBlock);
    return page >= end ? end : index.next(page, end);
  }

  @SuppressWarnings("ReferenceEquality") // the very store
  boolean overwriteIfHere(PageStore store, long offset, long end, MemorySegment src)
      throws IOException {
    long stamp = inode.addressSpace.invalidateLock().lockSharedInside();
    try {
      volume.ensureWritable();
      boolean done =
          inode.store() == store && end <= inode.sizeBytes() && overwrite(offset, end, src);
      if (done) {
        inode.touch();
      }
      return done;
    } finally {
      inode.addressSpace.invalidateLock().unlockShared(stamp);
    }
  }

  /** Writes to one page. */
  void writePage(long offset, MemorySegment src, long srcAt, long length, CachedRoom room)
      throws IOException {
    long page = Pages.of(offset);
    int in = Pages.within(offset);
    int end = (int) (in + length);
    while (true) {
      int frame = index.get(page);
      if (frame >= 0) {
        pool.touch(frame);
        pages.setAside(page, frame, (int) units.blockOf(in), (int) units.blocksIn(end), room);
        store(page, src, srcAt, frame, in, length);
        return;
      }
      long pfn = pages.placement.inPlace(page);
      if (pfn != 0 && index.get(page) < 0) { // again, for the reason in mapThere
        boolean done = false;
        try {
          volume.persister.copyNoDrain(Pages.bytes(pfn) + in, src, srcAt, length);
          done = true;
        } finally {
          if (!done) {
            inode.failedToWrite(offset, offset + length);
          }
        }
        return;
      }
      if (pages.bringIn(page, in, end, src, srcAt, true, room)) {
        if (inode.addressSpace.wasMapped()) {
          inode.addressSpace.published(page, pool.pfn(index.get(page)), 1);
        }
        return;
      }
    }
  }

  /**
   * Writes to pages that are here and lack nothing, so that nothing has to be set aside: what most
   * rewrites are.
   *
   * @return false if nothing was written
   */
  boolean overwrite(long offset, long end, MemorySegment src) throws BufferFaultException {
    int first = -1;
    for (long at = offset; at < end; at = Pages.endOf(at)) {
      long page = Pages.of(at);
      int frame = index.get(page);
      int from = (int) (units.blockOf(at) - (page << pages.shift));
      int to = (int) Math.min(pages.blocksPerPage, units.blocksIn(end) - (page << pages.shift));
      if (frame < 0 || BlockStates.count(pool.states(frame), from, to, BlockStates.NONE) > 0) {
        return false;
      }
      first = at == offset ? frame : first;
    }
    for (long at = offset; at < end; ) { // what was true is so as long as the lock is held
      long to = Math.min(end, Pages.endOf(at));
      int frame = at == offset ? first : index.get(Pages.of(at));
      pool.touch(frame);
      store(Pages.of(at), src, at - offset, frame, Pages.within(at), to - at);
      at = to;
    }
    return true;
  }

  void store(long page, MemorySegment src, long srcAt, int frame, long in, long length)
      throws BufferFaultException {
    try {
      pages.take(page, src, srcAt, frame, in, length);
    } finally {
      pages.markDirty(page); // also what was copied before a fault: it is there
    }
  }

  /**
   * After {@link #writePage}s of a range. Where pages in one piece lie in place, all are durable on
   * return, as those are.
   */
  void written(long offset, long end) throws IOException {
    if (pages.direct) {
      writeback.run(Pages.of(offset), Units.pagesIn(end));
      blocks.drain(); // what went past DRAM
    }
  }

  /**
   * Zeroes bytes of one page, in DRAM and, durably, on the media: what a write-back may have left
   * after the end of the file must not become content.
   */
  void zero(long from, long to) throws IOException {
    long page = Pages.of(from);
    pages.writing.lock();
    long stamp = pages.place.writeLock(); // nobody brings in what the media held before
    boolean done = false;
    try {
      int frame = index.get(page);
      if (frame >= 0) {
        pages.bytes(frame).asSlice(Pages.within(from), to - from).fill((byte) 0);
        pages.markDirty(page);
      }
      BlockExtent extent = CURSOR.get();
      for (long at = from; at < to; ) {
        long block = units.blockOf(at);
        inode.extents.find(block, extent);
        long end = Math.min(to, units.bytes(extent.endBlock()));
        if (extent.state == ExtentState.WRITTEN) {
          long media = units.bytes(extent.deviceBlockOf(block)) + units.inBlock(at);
          blocks.zero(media, media + end - at);
        }
        at = end;
      }
      done = true;
    } finally {
      if (!done) {
        inode.failedToWrite(from, to);
      }
      pages.place.unlockWrite(stamp);
      pages.writing.unlock();
    }
  }
}

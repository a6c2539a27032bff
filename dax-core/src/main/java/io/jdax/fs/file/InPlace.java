package io.jdax.fs.file;

import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.CallerMemory;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import io.jdax.persist.SourceFaultException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Pages that are loaded and stored where they lie: blocks are pages, and {@link ExtentMap} knows
 * all that there is to know. What is written is durable at once.
 */
public final class InPlace implements PageStore {
  private static final ThreadLocal<BlockExtent> EXTENT = ThreadLocal.withInitial(BlockExtent::new);

  private final InodeFacts inode;
  private final Volume volume;
  private final ExtentMap extents;
  private final InPlaceAppend append;

  InPlace(InodeFacts inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.extents = inode.extents;
    this.append = new InPlaceAppend(inode);
  }

  // ---------------------------------------------------------------- for the engine

  @Override
  public void find(long page, Intent intent, PageRun out) {
    BlockExtent extent = EXTENT.get();
    extents.find(page, extent);
    PagePlacement.samePages(extent, out);
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    BlockExtent made = EXTENT.get();
    inode.direct.mkwrite(page, storeAt, made);
    PagePlacement.samePages(made, out);
  }

  @Override
  public void provide(long firstPage, long endPage) throws IOException {
    inode.direct.provide(firstPage, endPage);
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void stored(long page) {}

  @Override
  public void writeBack(long firstPage, long endPage) {}

  // ---------------------------------------------------------------- read, write

  @Override
  public void read(long offset, long end, MemorySegment dst) throws IOException {
    BlockExtent run = EXTENT.get();
    for (long at = offset; at < end; ) {
      extents.find(at >>> Units.PAGE_SHIFT, run);
      long to = Math.min(end, run.endBlock() << Units.PAGE_SHIFT);
      if (run.isWritten()) {
        long media = ((run.deviceBlock - run.firstBlock) << Units.PAGE_SHIFT) + at;
        volume.media.blocks.read(media, dst, at - offset, to - at);
      } else {
        CallerMemory.giveZeros(inode.addressSpace.name(), at, dst, at - offset, to - at);
      }
      at = to;
    }
  }

  @Override
  public boolean write(long offset, long end, MemorySegment src) throws IOException {
    long stamp = inode.addressSpace.invalidateLock().lockSharedInside();
    try {
      volume.ensureWritable();
      long size = inode.sizeBytes();
      if (end > size && !inode.writers.isHeldByCurrentThread() || inode.store() != this) {
        return false;
      }
      if (offset == size && append.tryRun(offset, end, src)) {
        return true;
      }
      BlockExtent run = EXTENT.get();
      extents.find(offset >>> Units.PAGE_SHIFT, run);
      if (end <= size && isWithin(run, end)) {
        long media = ((run.deviceBlock - run.firstBlock) << Units.PAGE_SHIFT) + offset;
        copyOver(media, src, offset, end);
        inode.touch();
      } else {
        new InPlaceWrite(inode, offset, end, src, run).run(size);
      }
      return true;
    } catch (SourceFaultException e) {
      throw new BufferFaultException(inode.addressSpace.name(), offset, e.sourceByte(), e);
    } finally {
      inode.addressSpace.invalidateLock().unlockShared(stamp);
    }
  }

  private void copyOver(long media, MemorySegment src, long offset, long end) throws IOException {
    boolean done = false;
    try {
      volume.persister.copyPersist(media, src, 0, end - offset);
      done = true;
    } finally {
      if (!done) {
        inode.failedToWrite(offset, end);
      }
    }
  }

  private static boolean isWithin(BlockExtent run, long end) {
    return run.isWritten() && end <= run.endBlock() << Units.PAGE_SHIFT;
  }

  @Override
  public void settleWrite(long offset, long length) {}

  @Override
  public void zero(long from, long to) throws IOException {
    BlockExtent run = new BlockExtent();
    long page = from >>> Units.PAGE_SHIFT;
    extents.find(page, run);
    if (run.isWritten()) {
      long media = (run.deviceBlockOf(page) << Units.PAGE_SHIFT) + (from & Units.PAGE_BYTES - 1);
      boolean done = false;
      try {
        volume.persister.fillPersist(media, to - from, (byte) 0);
        done = true;
      } finally {
        if (!done) {
          inode.failedToWrite(from, to);
        }
      }
    }
  }

  // ---------------------------------------------------------------- the file's shape

  @Override
  public void grow(long from, long to, long firstGiven) {}

  @Override
  public void grown() {}

  @Override
  public void given(long from) {}

  @Override
  public void takeReserved(long block, long endBlock, long goal, BlockRun taken) {
    inode.direct.takeReserved(block, endBlock, goal, taken);
  }

  @Override
  public void discard(long firstBlock, long endBlock) {}

  @Override
  public boolean holdsAny(long firstPage, long endPage) {
    return false;
  }

  @Override
  public void settle(long firstBlock, long endBlock) {}

  @Override
  public long delayedBlocks() {
    return 0;
  }

  // ---------------------------------------------------------------- what it is

  @Override
  public boolean allInDram() {
    return false;
  }

  @Override
  public PageList pages() {
    PageList list = new PageList();
    for (FileExtent e : extents.all()) {
      list.add(
          e.offset() >>> Units.PAGE_SHIFT, Units.pagesIn(e.length()), FilePages.Place.IN_PLACE);
    }
    return list;
  }

  @Override
  public void close() {}
}

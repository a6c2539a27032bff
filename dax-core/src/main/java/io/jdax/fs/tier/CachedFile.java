package io.jdax.fs.tier;

import io.jdax.cache.FrameOwner;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageList;
import io.jdax.fs.file.PageStore;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Units;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The {@link PageStore} of a file whose pages are in DRAM: all of them, or those whose blocks do
 * not lie in one piece, where blocks are smaller than pages. What it does is done by its parts:
 *
 * <pre>
 *   CachedPages      which pages are in frames, and how they come in and go; the locks of all this
 *   CachedFaults     a load brings a page in; a store sets aside what the page lacks
 *   PageUnion        … or makes the page one piece, which is then stored to in place
 *   CachedContent    reads and writes; CachedWrite is one write
 *   CachedGrowth     the file becomes longer
 *   CachedRooms      sets space aside for calls: CachedRoom
 *   CachedWriteback  gives blocks storage, copies them, drains, then notes them in the extents
 *   CachedEviction   frames that are wanted elsewhere: unmapped, waited for, written back, forgotten
 * </pre>
 *
 * <p><b>Space.</b> A block without storage that may be stored to has some set aside, and so have
 * the tree items that its record may want: an accepted store is never dropped. A page is shown
 * read-only ({@link PageRun#partial}) while any of its blocks before the end of the file has
 * nothing set aside. Blocks after the end are provided for when the file grows, see {@link #grow}.
 *
 * <p><b>Locks.</b> All of it needs the file's invalidate lock shared; unmap, evict and discard have
 * it exclusively, so that whoever has found a frame keeps it. After it comes {@link
 * CachedPages#writing}: of two fsyncs of the same page the second must not return before the first
 * one's copy is durable. {@link CachedPages#place} comes last.
 */
public final class CachedFile implements FrameOwner, PageStore {
  private final TierPool tier;
  final Inode inode;
  private final CachedPages pages;
  private final CachedWriteback writeback;
  public final CachedRooms rooms;
  final CachedGrowth growth;
  private final CachedFaults faults;
  final CachedContent content;
  private final CachedEviction eviction;

  /**
   * Nothing in DRAM.
   *
   * @param direct only pages that do not lie in one piece go through DRAM
   */
  CachedFile(TierPool tier, Inode inode, boolean direct) {
    this.tier = tier;
    this.inode = inode;
    this.pages = new CachedPages(tier, this, inode, direct);
    this.writeback = new CachedWriteback(tier, pages);
    this.rooms = new CachedRooms(pages, writeback);
    this.growth = new CachedGrowth(pages, rooms);
    this.faults = new CachedFaults(pages, rooms, growth, new PageUnion(pages, tier.united));
    this.content = new CachedContent(pages, writeback);
    this.eviction = new CachedEviction(pages);
  }

  @Override
  public boolean inPlace() {
    return false;
  }

  @Override
  public boolean allInDram() {
    return !pages.direct;
  }

  @Override
  public long delayedBlocks() {
    return pages.delayedBlocks();
  }

  @Override
  public boolean holdsAny(long firstPage, long endPage) {
    return pages.holdsAny(firstPage, endPage);
  }

  @Override
  public PageList pages() {
    return faults.list();
  }

  // ---------------------------------------------------------------- faults

  @Override
  public void find(long page, Intent intent, PageRun out) throws IOException {
    faults.find(page, intent, out);
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    faults.mkwrite(page, out);
  }

  @Override
  public void provide(long firstPage, long endPage) throws IOException {
    faults.provide(firstPage, endPage);
  }

  @Override
  public void stored(long page) {
    pages.markDirty(page);
  }

  // ---------------------------------------------------------------- read, write

  @Override
  public void read(long offset, long end, MemorySegment dst) throws IOException {
    content.read(offset, end, dst);
  }

  @Override
  public boolean write(long offset, long end, MemorySegment src) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    boolean longer = end > inode.sizeBytes(); // then it can't succeed
    if (!longer && !pages.direct && content.overwriteIfHere(this, offset, end, src)) {
      return true;
    }
    try (CachedWrite write = new CachedWrite(this, offset, end, src)) {
      return write.run();
    }
  }

  @Override
  public void settleWrite(long offset, long length) throws IOException {
    inode.addressSpace.flushDirty(offset, length);
  }

  @Override
  public void settle(long firstBlock, long endBlock) throws IOException {
    inode.addressSpace.flushDirty(
        pages.units.bytes(firstBlock),
        endBlock == Long.MAX_VALUE ? Long.MAX_VALUE : pages.units.bytes(endBlock - firstBlock));
  }

  @Override
  public void zero(long from, long to) throws IOException {
    content.zero(from, to);
  }

  /** See {@link CachedWriteback#run}. */
  @Override
  public void writeBack(long first, long end) throws IOException {
    writeback.run(first, end);
  }

  // ---------------------------------------------------------------- the file's shape

  @Override
  public void grow(long from, long to, long firstGiven) throws IOException {
    growth.grow(from, to, firstGiven);
  }

  @Override
  public void grown() {
    growth.grown();
  }

  @Override
  public void given(long from) throws IOException {
    growth.given(from);
  }

  @Override
  public void discard(long firstBlock, long endBlock) {
    pages.discard(firstBlock, endBlock);
  }

  @Override
  public void takeReserved(long block, long endBlock, long goal, BlockRun taken) {
    if (pages.shift == 0) {
      inode.direct.takeReserved(block, endBlock, goal, taken);
      return;
    }
    Units units = pages.units;
    DataSpace data = inode.volume.data;
    // Blocks for whole pages in whole frames, else for as much of a page as lies together.
    long page = units.pageOf(block);
    long count = units.pageOf(endBlock) - page;
    boolean whole = units.blocksOf(page) == block && count > 0;
    if (!whole || !data.allocatePages(pages.kept, page, count, goal, taken)) {
      long part = Math.min(endBlock, units.blocksOf(page + 1)) - block;
      long home = pages.placement.homeOf(block, new BlockExtent());
      data.allocatePart(pages.kept, block, (int) part, home, goal, taken);
    }
  }

  // ---------------------------------------------------------------- frames that are wanted
  // elsewhere

  @Override
  public boolean unmap(long[] leaving, int count) {
    return eviction.unmap(leaving, count);
  }

  @Override
  public int evict(long[] leaving, int count) {
    return eviction.evict(leaving, count);
  }

  @Override
  public void writeBack(long[] dirty, int count) throws IOException {
    eviction.writeBack(dirty, count);
  }

  @Override
  public void writeBackAll() throws IOException {
    if (!inode.tryRetain()) {
      return;
    }
    try {
      if (inode.store() == this) {
        // Also without a name: its dirty pages count, and somebody may wait for fewer.
        inode.addressSpace.flushDirty(0, Long.MAX_VALUE);
        if (!inode.unlinked()) {
          inode.commit();
        }
      }
    } catch (ReadOnlyMountException e) {
      // Whoever has made the file system read-only, or ends it, has made everything durable that
      // was stored before; what came after that is nobody's failure.
    } finally {
      inode.released();
    }
  }

  @Override
  public void failed(IOException e) {
    inode.writebackErrors.add(e);
  }

  // ---------------------------------------------------------------- the end

  @Override
  public void close() {
    boolean held = inode.addressSpace.invalidateLock().heldExclusively();
    if (!held) {
      inode.addressSpace.invalidateLock().lockExclusive();
    }
    try {
      pages.giveAllBack();
    } finally {
      if (!held) {
        inode.addressSpace.invalidateLock().unlockExclusive();
      }
    }
    tier.remove(this);
  }
}

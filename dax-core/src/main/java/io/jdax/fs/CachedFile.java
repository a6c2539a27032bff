package io.jdax.fs;

import io.jdax.cache.FrameOwner;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;

/**
 * The pages of one file in DRAM: what {@link Inode} shows instead of the blocks when the file goes
 * through the tier.
 *
 * <pre>
 *   load fault   no block: zeros, nothing is kept here; else the page is brought in
 *   store fault  no block: a frame of zeros, DELAYED; unwritten: the same, UNWRITTEN
 *   write        into the frame, which is made as above; read: from the frame, or past it from the media
 *   writeBack    DELAYED pages get blocks, neighbours together; copied, drained, then noted in the extents
 *   evict        unmapped, waited, written back, forgotten: see {@link FrameOwner}
 *   discard      truncate and punch: the page is gone, and what was set aside for it is given back
 * </pre>
 *
 * <p><b>Space.</b> A page without a block has one set aside, and the tree items that its record may
 * want: an accepted store is never dropped.
 *
 * <p><b>Locks.</b> All of it needs the file's invalidate lock shared; unmap, evict and discard have
 * it exclusively, so that whoever has found a frame keeps it. {@link #writeback} comes after it:
 * two fsyncs of the same page, and the second must not return before the first one's copy is
 * durable.
 */
final class CachedFile implements FrameOwner {
  /** Pages that are copied between two drains. */
  private static final int BATCH = 512;

  /** Tree items that the record of one page may want. */
  private static final int ITEMS = DirtyRanges.MAX_ITEMS;

  private static final long LOCK_NANOS = 10_000_000;

  private static final ThreadLocal<ExtentCursor> CURSOR =
      ThreadLocal.withInitial(ExtentCursor::new);

  private final Inode inode;
  private final Volume volume;
  private final Space space;
  private final FramePool pool;
  private final MemorySegment memory;
  private final Blocks blocks;
  private final PageIndex index = new PageIndex();
  private final AtomicLong delayed = new AtomicLong();

  /** Who copies frames to blocks, or zeroes both. */
  private final ReentrantLock writeback = new ReentrantLock();

  /** Exclusive: who zeroes bytes. Shared: who reads a page from the media and puts it in. */
  private final StampedLock zeroing = new StampedLock();

  // guarded by writeback
  private final BlockRun run = new BlockRun();
  private final ExtentCursor extent = new ExtentCursor();
  private long[] claimed = new long[16];
  private int claimedCount;

  /** Under the invalidate lock. */
  private boolean closed;

  CachedFile(Inode inode, FramePool pool) {
    this.inode = inode;
    this.volume = inode.volume;
    this.space = volume.space;
    this.pool = pool;
    this.memory = volume.frames.memory();
    this.blocks = volume.media.blocks;
  }

  /** Pages that will get a block when they are written back. */
  long delayedPages() {
    return delayed.get();
  }

  /** Pages that are in DRAM. */
  long cachedPages() {
    return index.size();
  }

  /** Whether a page of a range is in DRAM. */
  boolean any(long first, long end) {
    return index.next(first, end) < end;
  }

  // ---------------------------------------------------------------- faults

  /** See {@link io.jdax.mm.BlockMapper#map}. */
  void map(long page, ExtentCursor out) throws IOException {
    int frame = index.get(page);
    if (frame < 0) {
      inode.extents.find(page, out);
      if (out.state != ExtentState.WRITTEN) {
        clip(page, out);
        return;
      }
      frame = bringIn(page, out.pfnOf(page));
    }
    pool.touch(frame);
    out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
  }

  /** See {@link io.jdax.mm.BlockMapper#peek}. */
  void peek(long page, ExtentCursor out) {
    int frame = index.get(page);
    if (frame >= 0) {
      out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
      return;
    }
    inode.extents.find(page, out);
    clip(page, out);
    if (out.state == ExtentState.WRITTEN) {
      out.pfn = 0;
    }
  }

  /** Shortens a run around a page to what is not in DRAM. */
  private void clip(long page, ExtentCursor out) {
    long end = index.next(page, out.firstPage + out.pageCount);
    long first = Math.max(out.firstPage, index.previous(page) + 1);
    long pfn = out.state == ExtentState.HOLE ? 0 : out.pfnOf(first);
    out.set(first, end - first, pfn, out.state);
  }

  /** See {@link io.jdax.mm.BlockMapper#mkwrite}. */
  void mkwrite(long page, ExtentCursor out) throws IOException {
    inode.extents.find(page, out);
    if (index.get(page) < 0 && out.state != ExtentState.WRITTEN) {
      int state = out.state == ExtentState.HOLE ? FramePool.DELAYED : FramePool.UNWRITTEN;
      int frame = pool.allocate(true);
      boolean used = false;
      Room room = new Room();
      try {
        room.reserve(state == FramePool.DELAYED ? 1 : 0, 1);
        bytes(frame).fill((byte) 0);
        used = insert(page, frame, state, room) == frame;
      } finally {
        room.close();
        if (!used) {
          pool.free(frame);
        }
      }
    }
    map(page, out);
    markDirty(page); // by the store that is to follow
  }

  /** Puts a new page in; returns its frame, or the one that somebody else has put in meanwhile. */
  private int insert(long page, int frame, int state, Room room) throws IOException {
    room.take(state);
    pool.publish(frame, this, page, state);
    int other = index.putIfAbsent(page, frame);
    if (other >= 0) {
      room.putBack(state);
      return other;
    }
    if (state == FramePool.DELAYED) {
      delayed.incrementAndGet();
    }
    return frame;
  }

  /** A frame with what the media holds. */
  private int bringIn(long page, long pfn) throws IOException {
    int frame = pool.allocate(false);
    boolean used = false;
    long stamp = zeroing.readLock();
    try {
      blocks.read(pfn << 12, bytes(frame), 0, 4096);
      pool.publish(frame, this, page, FramePool.MAPPED);
      int other = index.putIfAbsent(page, frame);
      used = other < 0;
      return used ? frame : other;
    } finally {
      zeroing.unlockRead(stamp);
      if (!used) {
        pool.free(frame);
      }
    }
  }

  private MemorySegment bytes(int frame) {
    return memory.asSlice(pool.pfn(frame) << 12, 4096);
  }

  // ---------------------------------------------------------------- read, write

  /** Reads what lies before the end of the file. */
  void read(long offset, long end, MemorySegment dst) throws IOException {
    ExtentCursor around = CURSOR.get();
    for (long at = offset; at < end; ) {
      long page = at >>> 12;
      int frame = index.get(page);
      long to = Math.min(end, (page + 1) << 12);
      if (frame >= 0) {
        pool.touch(frame);
        MemorySegment.copy(bytes(frame), at & 4095, dst, at - offset, to - at);
      } else {
        inode.extents.find(page, around);
        clip(page, around);
        to = Math.min(end, (around.firstPage + around.pageCount) << 12);
        if (around.state == ExtentState.WRITTEN) {
          blocks.read(((around.pfn - around.firstPage) << 12) + at, dst, at - offset, to - at);
        } else {
          dst.asSlice(at - offset, to - at).fill((byte) 0);
        }
      }
      at = to;
    }
  }

  /** Sets aside what a write of the pages {@code [first, end)} may want: all, or nothing. */
  Room room(long first, long end) throws IOException {
    ExtentCursor around = CURSOR.get();
    long holes = 0;
    long pages = 0;
    for (long page = first; page < end; ) {
      if (index.get(page) >= 0) {
        page++;
        continue;
      }
      inode.extents.find(page, around);
      clip(page, around);
      long to = Math.min(end, around.firstPage + around.pageCount);
      if (around.state != ExtentState.WRITTEN) {
        pages += to - page;
        holes += around.state == ExtentState.HOLE ? to - page : 0;
      }
      page = to;
    }
    Room room = new Room();
    room.reserve(holes, pages);
    return room;
  }

  /** Writes to one page. */
  void write(long offset, MemorySegment src, long from, long length, Room room) throws IOException {
    long page = offset >>> 12;
    long in = offset & 4095;
    int frame = index.get(page);
    ExtentCursor around = CURSOR.get();
    if (frame < 0) {
      inode.extents.find(page, around);
      if (around.state == ExtentState.WRITTEN && length < 4096) {
        frame = bringIn(page, around.pfnOf(page));
      }
    }
    if (frame >= 0) {
      pool.touch(frame);
      MemorySegment.copy(src, from, bytes(frame), in, length);
      markDirty(page);
      return;
    }
    int state =
        switch (around.state) {
          case HOLE -> FramePool.DELAYED;
          case UNWRITTEN -> FramePool.UNWRITTEN;
          case WRITTEN -> FramePool.MAPPED;
        };
    int made = pool.allocate(true);
    boolean used = false;
    try {
      bytes(made).asSlice(0, in).fill((byte) 0);
      bytes(made).asSlice(in + length).fill((byte) 0);
      MemorySegment.copy(src, from, bytes(made), in, length);
      frame = insert(page, made, state, room);
      used = frame == made;
    } finally {
      if (!used) {
        pool.free(made);
      }
    }
    if (!used) {
      MemorySegment.copy(src, from, bytes(frame), in, length);
    }
    markDirty(page);
    if (inode.space.wasMapped()) {
      inode.space.published(page, pool.pfn(frame), 1);
    }
  }

  /**
   * Zeroes bytes of one page, in DRAM and, durably, on the media: what a write back may have left
   * behind the end of the file must not become content.
   */
  void zero(long from, long to) throws IOException {
    long page = from >>> 12;
    writeback.lock();
    long stamp = zeroing.writeLock(); // nobody brings in what the media held before
    try {
      int frame = index.get(page);
      if (frame >= 0) {
        bytes(frame).asSlice(from & 4095, to - from).fill((byte) 0);
        markDirty(page);
      }
      inode.extents.find(page, extent);
      if (extent.state == ExtentState.WRITTEN) {
        long block = extent.pfnOf(page) << 12;
        blocks.zero(block + (from & 4095), block + (from & 4095) + to - from);
      }
    } finally {
      zeroing.unlockWrite(stamp);
      writeback.unlock();
    }
  }

  // ---------------------------------------------------------------- write back

  /** A page was stored to. */
  void markDirty(long page) {
    if (index.markDirty(page)) {
      pool.dirtied(1);
    }
  }

  private void claim(long page) {
    if (index.claim(page)) {
      pool.dirtied(-1);
    }
    if (claimedCount == claimed.length) {
      claimed = Arrays.copyOf(claimed, claimedCount * 2);
    }
    claimed[claimedCount++] = page;
  }

  /**
   * Makes dirty pages of a range durable. That new blocks belong to the file is noted, as by a
   * write.
   *
   * @throws IOException some are dirty as before
   */
  void writeBack(long first, long end) throws IOException {
    // Also when nothing seems dirty: what another thread has claimed is not durable yet, and dirty
    // again if that fails.
    writeback.lock();
    try {
      long page = index.nextDirty(first, end);
      while (page < end) {
        page = index.nextDirty(step(page, end), end);
        if (claimedCount >= BATCH || page == end) {
          blocks.drain();
          claimedCount = 0;
        }
      }
    } finally {
      // What was claimed and did not get through is dirty as before.
      while (claimedCount > 0) {
        markDirty(claimed[--claimedCount]);
      }
      writeback.unlock();
    }
    inode.foldIfMuch();
  }

  /** Writes dirty pages back that lie together; returns where the next may begin. */
  private long step(long page, long end) throws IOException {
    int state = pool.state(index.get(page));
    inode.extents.find(page, extent);
    if (state == FramePool.MAPPED) {
      claim(page);
      copy(page, extent.pfnOf(page));
      return page + 1;
    }
    long limit = Math.min(Math.min(end, page + BATCH), extent.firstPage + extent.pageCount);
    long to = page + 1;
    while (to < limit && index.isDirty(to) && pool.state(index.get(to)) == state) {
      to++;
    }
    return state == FramePool.DELAYED ? allocate(page, to) : convert(page, to - page);
  }

  /** Delayed pages get blocks: as many as are to be had in one piece. */
  private long allocate(long page, long end) throws IOException {
    space.allocateReserved(end - page, inode.goal(page, extent.firstPage), run);
    long pfn = run.pfn();
    long count = run.count();
    boolean done = false;
    try {
      record(page, count, pfn);
      done = true;
    } finally {
      if (!done) {
        space.freeReserved(pfn, count);
      }
    }
    delayed.addAndGet(-count);
    return page + count;
  }

  private long convert(long page, long count) throws IOException {
    record(page, count, extent.pfnOf(page));
    return page + count;
  }

  /** Data first, durably; then the extents say so. */
  private void record(long page, long count, long pfn) throws IOException {
    for (long i = 0; i < count; i++) {
      claim(page + i);
      copy(page + i, pfn + i);
    }
    blocks.drain();
    long[] left = {ITEMS * count};
    inode.extents.note(page, count, pfn, ExtentState.WRITTEN, spent -> left[0] -= spent);
    space.recorded(left[0]);
    for (long i = 0; i < count; i++) {
      pool.setState(index.get(page + i), FramePool.MAPPED);
    }
    inode.touch();
  }

  private void copy(long page, long pfn) throws IOException {
    blocks.write(pfn, bytes(index.get(page)));
  }

  // ---------------------------------------------------------------- leaving

  @Override
  public boolean unmap(long[] pages, int count) {
    if (!inode.space.invalidateLock().tryLockExclusive(LOCK_NANOS)) {
      return false;
    }
    try {
      boolean shown = !closed && inode.space.wasMapped();
      for (int i = 0; i < count && !closed; i++) {
        int frame = index.get(pages[i]);
        if (frame < 0 || inode.space.isPinned(pages[i])) {
          continue;
        }
        pool.leave(frame);
        if (shown) {
          inode.space.unmapMappingRange(pages[i], 1);
        }
      }
      return shown;
    } finally {
      inode.space.invalidateLock().unlockExclusive();
    }
  }

  @Override
  public int evict(long[] pages, int count) {
    if (!inode.space.invalidateLock().tryLockExclusive(LOCK_NANOS)) {
      return 0;
    }
    int freed = 0;
    try {
      for (int i = 0; i < count && !closed; i++) {
        int frame = index.get(pages[i]);
        if (frame >= 0
            && pool.isLeaving(frame)
            && !index.isDirty(pages[i])
            && inode.space.forgetClean(pages[i])) {
          index.remove(pages[i]);
          pool.free(frame);
          freed++;
        }
      }
    } finally {
      inode.space.invalidateLock().unlockExclusive();
    }
    return freed;
  }

  @Override
  public void writeBack(long[] pages, int count) throws IOException {
    for (int i = 0; i < count; ) {
      int from = i++;
      while (i < count && pages[i] == pages[i - 1] + 1) {
        i++;
      }
      inode.space.writeback(pages[from] << 12, (pages[i - 1] + 1 - pages[from]) << 12);
    }
  }

  @Override
  public void writeBackAll() throws IOException {
    Inode used = volume.inodes.retainIfOpen(inode.number);
    if (used == null) {
      return;
    }
    try {
      if (used.cached() == this) {
        // Also without a name: its dirty pages count, and somebody may wait for fewer.
        inode.space.writeback(0, Long.MAX_VALUE);
        if (!inode.unlinked()) {
          inode.commit();
        }
      }
    } finally {
      volume.inodes.releaseQuietly(used);
    }
  }

  @Override
  public void failed(IOException e) {
    inode.writebackErrors.add(e);
  }

  /**
   * Forgets pages without writing them back, and gives back what was set aside for them. The caller
   * has the invalidate lock exclusively, and no mapping shows them any more.
   */
  void discard(long first, long end) {
    for (long page = index.next(first, end); page < end; page = index.next(page + 1, end)) {
      int frame = index.get(page);
      int state = pool.state(frame);
      if (index.remove(page)) {
        pool.dirtied(-1);
      }
      if (state == FramePool.DELAYED) {
        space.unreserve(1);
        inode.refund(1);
        delayed.decrementAndGet();
      }
      if (state != FramePool.MAPPED) {
        space.recorded(ITEMS);
      }
      if (inode.space.wasMapped()) {
        volume.frames.quarantine().add(pool.pfn(frame), 1, (pfn, n) -> pool.free(frame));
      } else {
        pool.free(frame);
      }
    }
  }

  /** The file is put away, or goes through the tier no longer. */
  void close() {
    boolean held = inode.space.invalidateLock().heldExclusively();
    if (!held) {
      inode.space.invalidateLock().lockExclusive();
    }
    try {
      closed = true;
      discard(0, Long.MAX_VALUE);
    } finally {
      if (!held) {
        inode.space.invalidateLock().unlockExclusive();
      }
    }
  }

  // ---------------------------------------------------------------- space

  /** What is set aside for pages that one call may make. */
  final class Room {
    private long blocks;
    private long items;

    /**
     * @param holes pages that have no block
     * @param pages pages that the tree must be told of
     */
    private void reserve(long holes, long pages) throws IOException {
      if (pages == 0) {
        return;
      }
      volume.promise(ITEMS * pages);
      items += ITEMS * pages;
      if (holes > 0) {
        boolean done = false;
        try {
          charge(holes);
          done = true;
        } finally {
          if (!done) {
            close();
          }
        }
      }
    }

    private void charge(long holes) throws IOException {
      inode.charge(holes);
      boolean done = false;
      try {
        volume.reserve(holes);
        blocks += holes;
        done = true;
      } finally {
        if (!done) {
          inode.refund(holes);
        }
      }
    }

    /**
     * For one page.
     *
     * @throws NoSpaceException a truncate has made more holes than there were, and there is no
     *     space
     */
    private void take(int state) throws IOException {
      long wantedBlocks = state == FramePool.DELAYED ? 1 : 0;
      long wantedPages = state == FramePool.MAPPED ? 0 : 1;
      if (blocks < wantedBlocks || items < ITEMS * wantedPages) {
        reserve(wantedBlocks, wantedPages);
      }
      blocks -= wantedBlocks;
      items -= ITEMS * wantedPages;
    }

    private void putBack(int state) {
      blocks += state == FramePool.DELAYED ? 1 : 0;
      items += state == FramePool.MAPPED ? 0 : ITEMS;
    }

    /** Gives up what no page has got. */
    void close() {
      space.unreserve(blocks);
      inode.refund(blocks);
      space.recorded(items);
      blocks = 0;
      items = 0;
    }
  }
}

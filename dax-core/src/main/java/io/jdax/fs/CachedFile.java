package io.jdax.fs;

import io.jdax.cache.BlockStates;
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
import org.jspecify.annotations.Nullable;

/**
 * The pages of one file that are in DRAM: what {@link Inode} shows instead of the blocks when the
 * file goes through the tier, and where a page does not lie in one piece.
 *
 * <pre>
 *   direct       blocks are smaller than pages: a page whose blocks lie together is shown in place, and only
 *                others are here
 *   load fault   no block: zeros, nothing is kept here; else the page is brought in
 *   store fault  what the page lacks is set aside: DELAYED, UNWRITTEN; direct, and it can become one piece: in place
 *   write        into the frame, which is made as above, with what the bytes need; read: from the frame, or past it
 *   writeBack    DELAYED blocks get storage, neighbours together; copied, drained, then noted in the extents
 *   evict        unmapped, waited, written back, forgotten: see {@link FrameOwner}
 *   discard      truncate and punch: the blocks are gone, and what was set aside for them is given back
 * </pre>
 *
 * <p><b>Space.</b> A block without storage that may be stored to has some set aside, and the tree
 * items that its record may want: an accepted store is never dropped. A page of which a block
 * before the end of the file lacks that is shown read-only ({@link ExtentCursor#partial}); blocks
 * behind the end get it when the end moves, see {@link #grow}.
 *
 * <p><b>Locks.</b> All of it needs the file's invalidate lock shared; unmap, evict and discard have
 * it exclusively, so that whoever has found a frame keeps it. {@link #writeback} comes after it:
 * two fsyncs of the same page, and the second must not return before the first one's copy is
 * durable. {@link #place} is last: whether a page is here or in place.
 */
final class CachedFile implements FrameOwner {
  /** Of {@link #home}: no block of the page has storage; some lie apart. */
  private static final long NO_HOME = -1;

  private static final long APART = -2;

  /** Pages that are copied between two drains. */
  private static final int BATCH = 512;

  /** Tree items that the record of one block may want. */
  private static final int ITEMS = DirtyRanges.MAX_ITEMS;

  private static final long LOCK_NANOS = 10_000_000;

  private static final ThreadLocal<ExtentCursor> CURSOR =
      ThreadLocal.withInitial(ExtentCursor::new);

  private final Inode inode;
  private final Volume volume;
  private final Units units;
  private final Space space;
  private final DataSpace data;
  private final KeptFrames kept;
  private final FramePool pool;
  private final MemorySegment memory;
  private final Blocks blocks;
  private final PageIndex index = new PageIndex();
  private final AtomicLong delayed = new AtomicLong();

  /** Who copies frames to blocks, or zeroes both. */
  private final ReentrantLock writeback = new ReentrantLock();

  /**
   * Exclusive: who zeroes bytes on the media, or makes a page one piece. Shared: who reads a page
   * from the media and puts it in.
   */
  private final StampedLock place = new StampedLock();

  /** Blocks per page; as a power of two. */
  private final int blocksPerPage;

  private final int shift;

  /** Whether pages that lie in one piece are shown where they lie. */
  private final boolean direct;

  /** What the size is about to become; 0: nothing. */
  private volatile long growingTo;

  // guarded by writeback
  private final BlockRun run = new BlockRun();
  private final ExtentCursor extent = new ExtentCursor();
  private long[] claimed = new long[16];
  private int claimedCount;
  private final long[] fresh; // pieces that are to be noted: first block, count, place << 1 | taken
  private int freshCount;

  /** Under the invalidate lock. */
  private boolean closed;

  /**
   * Nothing in DRAM.
   *
   * @param direct see above
   */
  CachedFile(Inode inode, FramePool pool, boolean direct) {
    this.inode = inode;
    this.volume = inode.volume;
    this.units = volume.units;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
    this.direct = direct;
    this.fresh = new long[3 * blocksPerPage];
    this.space = volume.space;
    this.data = volume.data;
    this.kept = new KeptFrames(data);
    this.pool = pool;
    this.memory = volume.frames.memory();
    this.blocks = volume.media.blocks;
  }

  /** Whether only pages that do not lie in one piece are here. */
  boolean direct() {
    return direct;
  }

  /** Blocks that will get storage when they are written back. */
  long delayedBlocks() {
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

  // ---------------------------------------------------------------- where a page is

  /**
   * What the extents say of the pages around one that has no frame here, in pages. A written page
   * that does not lie in place has pfn 0; one that is a hole in some blocks and unwritten in others
   * is a hole.
   */
  private void look(long page, ExtentCursor out) {
    long first = page << shift;
    inode.extents.find(first, out);
    long end = out.firstPage + out.pageCount;
    if (first + blocksPerPage <= end) {
      long from = (out.firstPage + blocksPerPage - 1) >> shift;
      boolean together =
          direct
              && out.state != ExtentState.HOLE
              && (out.pfn - out.firstPage & blocksPerPage - 1) == 0;
      long pfn = together ? out.pfnOf(from << shift) >> shift : 0;
      out.set(from, (end >> shift) - from, pfn, out.state);
      return;
    }
    boolean written = out.state == ExtentState.WRITTEN;
    for (long at = end; at < first + blocksPerPage && !written; ) {
      inode.extents.find(at, out);
      written = out.state == ExtentState.WRITTEN;
      at = out.firstPage + out.pageCount;
    }
    out.set(page, 1, 0, written ? ExtentState.WRITTEN : ExtentState.HOLE);
  }

  /** Frame in which a page lies in one piece; 0: it does not, or is not to be shown so. */
  private long inPlace(long page) {
    if (!direct) {
      return 0;
    }
    ExtentCursor around = CURSOR.get();
    look(page, around);
    return around.state == ExtentState.WRITTEN && around.pfn != 0 ? around.pfnOf(page) : 0;
  }

  /** Where loads and stores go, of pages that have storage. */
  PageList pages() {
    PageList list = new PageList();
    ExtentCursor around = new ExtentCursor();
    long end = units.pageOf(units.maxBlocks());
    for (long page = 0; page < end; ) {
      if (index.get(page) >= 0) {
        list.add(page++, 1, FilePages.Place.DRAM);
        continue;
      }
      look(page, around);
      boolean inPlace = around.pfn != 0;
      boolean any = around.state != ExtentState.HOLE || around.pageCount == 1 && hasBlock(page);
      clip(page, around);
      long to = around.firstPage + around.pageCount;
      if (any) {
        list.add(page, to - page, inPlace ? FilePages.Place.IN_PLACE : FilePages.Place.DRAM);
      }
      page = to;
    }
    return list;
  }

  private boolean hasBlock(long page) {
    ExtentCursor around = new ExtentCursor();
    inode.extents.find(page << shift, around);
    return around.state != ExtentState.HOLE
        || around.firstPage + around.pageCount < (page + 1) << shift;
  }

  /** Where the first block of a page lies, or would, so that all lie together. */
  private long home(long page, ExtentCursor around) {
    long first = page << shift;
    long home = NO_HOME;
    for (long at = first; at < first + blocksPerPage; at = around.firstPage + around.pageCount) {
      inode.extents.find(at, around);
      if (around.state != ExtentState.HOLE) {
        long would = around.pfnOf(at) - (at - first);
        if ((would & blocksPerPage - 1) != 0 || home != NO_HOME && home != would) {
          return APART;
        }
        home = would;
      }
    }
    return home;
  }

  /** Where a block would lie together with the rest of its page; −1: anywhere. */
  long homeOf(long block, ExtentCursor around) {
    long home = home(block >> shift, around);
    return home < 0 ? -1 : home + (block & blocksPerPage - 1);
  }

  /** For what is kept for pages of the file. */
  KeptFrames kept() {
    return kept;
  }

  // ---------------------------------------------------------------- faults

  /** See {@link io.jdax.mm.BlockMapper#map}. */
  void map(long page, ExtentCursor out) throws IOException {
    int frame = index.get(page);
    while (frame < 0) {
      look(page, out);
      if (out.state != ExtentState.WRITTEN || out.pfn != 0) {
        clip(page, out);
        return;
      }
      try (Room none = new Room()) {
        bringIn(page, 0, 0, null, 0, false, none);
      }
      frame = index.get(page);
    }
    pool.touch(frame);
    out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
    out.partial = !BlockStates.isComplete(pool.states(frame), limit(page));
  }

  /**
   * See {@link io.jdax.mm.BlockMapper#mapForStore}: a page that may become one piece is not here.
   */
  void mapForStore(long page, ExtentCursor out) throws IOException {
    if (direct && index.get(page) < 0) {
      look(page, out);
      if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
        out.set(page, 1, 0, ExtentState.WRITTEN);
        out.partial = true;
      } else {
        clip(page, out);
      }
      return;
    }
    map(page, out);
  }

  /** See {@link io.jdax.mm.BlockMapper#peek}. */
  void peek(long page, ExtentCursor out) {
    int frame = index.get(page);
    if (frame >= 0) {
      out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
      return;
    }
    look(page, out);
    clip(page, out);
  }

  /** Shortens a run around a page to what is not in DRAM. */
  private void clip(long page, ExtentCursor out) {
    long end = index.next(page, out.firstPage + out.pageCount);
    long first = Math.max(out.firstPage, index.previous(page) + 1);
    out.set(first, end - first, out.pfn == 0 ? 0 : out.pfnOf(first), out.state);
  }

  /** See {@link io.jdax.mm.BlockMapper#mkwrite}. */
  void mkwrite(long page, ExtentCursor out) throws IOException {
    boolean here;
    do {
      complete(page);
      map(page, out);
      here = pool.owns(out.pfn);
    } while (here ? out.partial : out.state != ExtentState.WRITTEN);
    if (here) {
      markDirty(page); // by the store that is to follow
    }
  }

  /** How many blocks of a page lie before the end of the file: those a store needs. */
  private int limit(long page) {
    long blocksInFile = units.blocksIn(Math.max(inode.sizeBytes(), growingTo));
    return (int) Math.min(blocksPerPage, blocksInFile - (page << shift));
  }

  /** Sees to it that every block of a page before the end has storage, or some set aside. */
  private void complete(long page) throws IOException {
    int limit = limit(page);
    int frame = index.get(page);
    if (frame >= 0 && BlockStates.isComplete(pool.states(frame), limit)
        || frame < 0 && inPlace(page) != 0) {
      return;
    }
    long first = page << shift;
    try (Room room = roomAtLast(units.bytes(first), units.bytes(first + limit))) {
      if (frame >= 0) {
        setAside(page, frame, 0, limit, room);
      } else if (limit < blocksPerPage || !direct || !unite(page, room)) {
        bringIn(page, 0, (int) units.bytes(limit), null, 0, true, room);
      }
    }
  }

  /**
   * The file is about to end at {@code to}, and no longer in the middle of the page of {@code
   * from}, of which mappings may allow stores: the blocks that it gets by that are set aside first
   * (S0.2). {@link #grown} ends it.
   *
   * @throws NoSpaceException they are not to be had: the file must not grow
   */
  void grow(long from, long to) throws IOException {
    if (shift == 0 || (from & 4095) == 0) {
      return;
    }
    long stamp = place.writeLock();
    try {
      growingTo = to; // whoever puts the page in from now on sets as much aside
    } finally {
      place.unlockWrite(stamp);
    }
    long page = from >>> 12;
    int frame = index.get(page);
    if (frame >= 0 && inode.space.wasMapped()) {
      try (Room room = room(from, Math.min(to, (page + 1) << 12))) {
        setAside(page, frame, (int) (units.blockOf(from) - (page << shift)), limit(page), room);
      }
    }
  }

  /** The size is set, or will not be. */
  void grown() {
    growingTo = 0;
  }

  /** Makes a page one piece that lies in place, if it can be; what it lacks is zeros, durably. */
  private boolean unite(long page, Room room) throws IOException {
    long stamp = place.writeLock();
    try {
      if (index.get(page) >= 0) {
        return false;
      }
      ExtentCursor around = CURSOR.get();
      long first = page << shift;
      long home = home(page, around);
      if (home == APART) {
        return false;
      }
      int lacks = 0;
      for (long at = first; at < first + blocksPerPage; at++) {
        inode.extents.find(at, around);
        lacks |= around.state == ExtentState.HOLE ? 1 << (at - first) : 0;
      }
      if (home == NO_HOME) {
        home = room.takePage(inode.goal(first, around.firstPage));
      } else if (lacks != 0 && !room.takeAtHome(page, home >> shift, lacks)) {
        return false;
      }
      if (home < 0) {
        return false;
      }
      fillAndNote(first, home, lacks, room);
      volume.tier.united.increment();
      return true;
    } finally {
      place.unlockWrite(stamp);
    }
  }

  private void fillAndNote(long first, long home, int taken, Room room) throws IOException {
    ExtentCursor around = CURSOR.get();
    long end = first + blocksPerPage;
    boolean done = false;
    try {
      for (long at = first; at < end; at = around.firstPage + around.pageCount) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.firstPage + around.pageCount);
        if (around.state != ExtentState.WRITTEN) {
          // Durably, before anybody can store to it, and before a commit tells of it.
          blocks.zero(units.bytes(home + at - first), units.bytes(home + to - first));
        }
      }
      for (long at = first; at < end; ) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.firstPage + around.pageCount);
        if (around.state != ExtentState.WRITTEN) {
          inode.extents.note(
              at, to - at, home + at - first, ExtentState.WRITTEN, spent -> room.items -= spent);
        }
        at = to;
      }
      done = true;
    } finally {
      for (int block = 0; !done && block < blocksPerPage; block++) {
        if ((taken & 1 << block) != 0) {
          data.free(home + block, 1);
          inode.refund(1);
        }
      }
    }
  }

  /**
   * Puts a page into a frame: what the media holds, and zeros.
   *
   * @param from of the bytes that may be stored to, in the page: their blocks get what they lack
   * @param src those bytes; null: they are not known yet
   * @return false: the page is here already, or in place
   */
  private boolean bringIn(
      long page,
      int from,
      int to,
      @Nullable MemorySegment src,
      long srcAt,
      boolean dirtying,
      Room room)
      throws IOException {
    int frame = pool.allocate(dirtying);
    boolean used = false;
    long stamp = place.readLock();
    try {
      if (inPlace(page) != 0) {
        return false;
      }
      int word = load(page, frame, src == null ? 0 : from, src == null ? 0 : to);
      if (src != null) {
        MemorySegment.copy(src, srcAt, bytes(frame), from, to - from);
      }
      // Under the lock: if the file is about to grow, this has to know, or be known.
      int until = src == null && to > 0 ? (int) units.bytes(limit(page)) : to;
      word = room.take(page, word, from, until);
      pool.publish(frame, this, page, word);
      used = index.putIfAbsent(page, frame) < 0;
      if (used) {
        volume.tier.broughtIn.increment();
        delayed.addAndGet(BlockStates.count(word, 0, blocksPerPage, BlockStates.DELAYED));
      } else {
        room.putBack(word);
      }
      return used;
    } finally {
      place.unlockRead(stamp);
      if (!used) {
        pool.free(frame);
      }
    }
  }

  /**
   * Reads a page, but for blocks that lie wholly in {@code [from, to)}, which is about to be
   * written.
   *
   * @return its states: of those that are written, MAPPED
   */
  private int load(long page, int frame, int from, int to) throws IOException {
    ExtentCursor around = CURSOR.get();
    MemorySegment dst = bytes(frame);
    long first = page << shift;
    int word = 0;
    for (int block = 0; block < blocksPerPage; ) {
      inode.extents.find(first + block, around);
      int end = (int) Math.min(blocksPerPage, around.firstPage + around.pageCount - first);
      boolean written = around.state == ExtentState.WRITTEN;
      for (int b = block; b < end && written; b++) {
        word = BlockStates.with(word, b, BlockStates.MAPPED);
      }
      long head = units.bytes(block);
      long tail = units.bytes(end);
      if (from <= head && to >= tail) {
        // nothing of it is wanted
      } else if (written) {
        blocks.read(units.bytes(around.pfnOf(first + block)), dst, head, tail - head);
      } else {
        dst.asSlice(head, tail - head).fill((byte) 0);
      }
      block = end;
    }
    return word;
  }

  /** Sees to it that the blocks {@code [from, to)} of a page that is here may be stored to. */
  private void setAside(long page, int frame, int from, int to, Room room) throws IOException {
    for (int block = from; block < to; block++) {
      while (BlockStates.get(pool.states(frame), block) == BlockStates.NONE) {
        int state = room.take((page << shift) + block);
        if (pool.change(frame, block, BlockStates.NONE, state)) {
          delayed.addAndGet(state == BlockStates.DELAYED ? 1 : 0);
          markDirty(
              page); // also if more is wanted, and not to be had: what is set aside is not left
        } else {
          room.putBackOne(state);
        }
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
        long block = units.blockOf(at);
        inode.extents.find(block, around);
        long runEnd = around.firstPage + around.pageCount;
        to = Math.min(end, Math.min(units.bytes(runEnd), cachedFrom(page + 1, runEnd) << 12));
        if (around.state == ExtentState.WRITTEN) {
          blocks.read(
              units.bytes(around.pfnOf(block)) + units.inBlock(at), dst, at - offset, to - at);
        } else {
          dst.asSlice(at - offset, to - at).fill((byte) 0);
        }
      }
      at = to;
    }
  }

  /** The first page from {@code page} on that is here, or the one behind a run of blocks. */
  private long cachedFrom(long page, long endBlock) {
    long end = units.pageEnd(endBlock);
    return page >= end ? end : index.next(page, end);
  }

  /** Sets aside what stores to the bytes {@code [offset, end)} may want: all, or nothing. */
  Room room(long offset, long end) throws IOException {
    ExtentCursor around = CURSOR.get();
    long last = units.blocksIn(end);
    long holes = 0;
    long records = 0;
    for (long at = units.blockOf(offset); at < last; ) {
      inode.extents.find(at, around);
      long to = Math.min(last, around.firstPage + around.pageCount);
      if (around.state != ExtentState.WRITTEN) {
        long lack = to - at - setAsideIn(at, to);
        records += lack;
        holes += around.state == ExtentState.HOLE ? lack : 0;
      }
      at = to;
    }
    Room room = new Room();
    room.reserve(holes, records);
    return room;
  }

  /** As {@link #room}; where there is none, what is only set aside is used first, and recorded. */
  Room roomAtLast(long offset, long end) throws IOException {
    try {
      return room(offset, end);
    } catch (NoSpaceException e) {
      writeBack(0, Long.MAX_VALUE);
      Fold.run(inode, false);
      volume.reclaim();
      return room(offset, end);
    }
  }

  /** Blocks of a range that have what they want. */
  private long setAsideIn(long from, long to) {
    long found = 0;
    long endPage = units.pageEnd(to);
    for (long page = index.next(from >> shift, endPage); page < endPage; ) {
      int frame = index.get(page);
      long first = page << shift;
      int b0 = (int) Math.max(0, from - first);
      int b1 = (int) Math.min(blocksPerPage, to - first);
      found += b1 - b0 - BlockStates.count(pool.states(frame), b0, b1, BlockStates.NONE);
      page = index.next(page + 1, endPage);
    }
    return found;
  }

  /** Writes to one page. */
  void write(long offset, MemorySegment src, long srcAt, long length, Room room)
      throws IOException {
    long page = offset >>> 12;
    int in = (int) (offset & 4095);
    int end = (int) (in + length);
    while (true) {
      int frame = index.get(page);
      if (frame >= 0) {
        pool.touch(frame);
        setAside(page, frame, (int) units.blockOf(in), (int) units.blocksIn(end), room);
        MemorySegment.copy(src, srcAt, bytes(frame), in, length);
        markDirty(page);
        return;
      }
      long pfn = inPlace(page);
      if (pfn != 0) {
        volume.persister.copyNoDrain((pfn << 12) + in, src, srcAt, length);
        return;
      }
      if (bringIn(page, in, end, src, srcAt, true, room)) {
        markDirty(page);
        if (inode.space.wasMapped()) {
          inode.space.published(page, pool.pfn(index.get(page)), 1);
        }
        return;
      }
    }
  }

  /** After {@link #write}s of a range. Of a direct file they are durable on return, as in place. */
  void written(long offset, long end) throws IOException {
    if (direct) {
      writeBack(offset >>> 12, Units.pagesIn(end));
      blocks.drain(); // what went past DRAM
    }
  }

  /**
   * Zeroes bytes of one page, in DRAM and, durably, on the media: what a write back may have left
   * behind the end of the file must not become content.
   */
  void zero(long from, long to) throws IOException {
    long page = from >>> 12;
    writeback.lock();
    long stamp = place.writeLock(); // nobody brings in what the media held before
    try {
      int frame = index.get(page);
      if (frame >= 0) {
        bytes(frame).asSlice(from & 4095, to - from).fill((byte) 0);
        markDirty(page);
      }
      for (long at = from; at < to; ) {
        long block = units.blockOf(at);
        inode.extents.find(block, extent);
        long end = Math.min(to, units.bytes(extent.firstPage + extent.pageCount));
        if (extent.state == ExtentState.WRITTEN) {
          long media = units.bytes(extent.pfnOf(block)) + units.inBlock(at);
          blocks.zero(media, media + end - at);
        }
        at = end;
      }
    } finally {
      place.unlockWrite(stamp);
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
    int word = pool.states(index.get(page));
    boolean holes = word == BlockStates.all(BlockStates.DELAYED, blocksPerPage);
    if (holes || word == BlockStates.all(BlockStates.UNWRITTEN, blocksPerPage)) {
      long first = page << shift;
      inode.extents.find(first, extent);
      long runEnd = (extent.firstPage + extent.pageCount) >> shift;
      long to = alike(page, Math.min(Math.min(end, page + BATCH), runEnd), word);
      if (holes) {
        if (data.allocatePages(to - page, inode.goal(first, extent.firstPage), run)) {
          return allocated(page);
        }
      } else if (runEnd > page) {
        record(page, to - page, extent.pfnOf(first));
        return to;
      }
    }
    writeParts(page);
    return page + 1;
  }

  /** The end of dirty pages with the same states. */
  private long alike(long page, long limit, int word) {
    long to = page + 1;
    while (to < limit && index.isDirty(to) && pool.states(index.get(to)) == word) {
      to++;
    }
    return to;
  }

  /** Delayed pages have got {@link #run}. */
  private long allocated(long page) throws IOException {
    long block = run.pfn();
    long count = run.count();
    boolean done = false;
    try {
      record(page, count >> shift, block);
      done = true;
    } finally {
      if (!done) {
        data.freeReserved(block, count);
      }
    }
    delayed.addAndGet(-count);
    return page + (count >> shift);
  }

  /** Data first, durably; then the extents say so. */
  private void record(long page, long count, long block) throws IOException {
    for (long i = 0; i < count; i++) {
      claim(page + i);
      blocks.write(units.bytes(block + (i << shift)), bytes(index.get(page + i)), 0, 4096);
    }
    blocks.drain();
    note(page << shift, count << shift, block);
    for (long i = 0; i < count; i++) {
      pool.setStates(index.get(page + i), 0, blocksPerPage, BlockStates.MAPPED);
    }
    inode.touch();
  }

  private void note(long first, long count, long block) {
    long[] left = {ITEMS * count};
    inode.extents.note(first, count, block, ExtentState.WRITTEN, spent -> left[0] -= spent);
    space.recorded(left[0]);
  }

  /** Writes one page back, block by block where they differ. */
  private void writeParts(long page) throws IOException {
    int frame = index.get(page);
    claim(page);
    // Not before: a block that others set aside meanwhile would be left behind on a clean page.
    int word = pool.states(frame);
    freshCount = 0;
    boolean done = false;
    try {
      for (int block = 0; block < blocksPerPage; ) {
        block = writePart(page, frame, word, block);
      }
      if (freshCount > 0) {
        blocks.drain(); // data first, durably; then the extents say so
        noteFresh(page, frame);
      }
      done = true;
    } finally {
      for (int i = 0; !done && i < freshCount; i++) {
        if ((fresh[3 * i + 2] & 1) != 0) {
          data.freeReserved(fresh[3 * i + 2] >>> 1, fresh[3 * i + 1]);
        }
      }
    }
  }

  /** Writes blocks of a page that lie together; returns the one behind them. */
  private int writePart(long page, int frame, int word, int block) throws IOException {
    long first = page << shift;
    int state = BlockStates.get(word, block);
    int end = BlockStates.runEnd(word, block, blocksPerPage);
    if (state == BlockStates.NONE) {
      return end;
    }
    long media;
    if (state == BlockStates.DELAYED) {
      long home = homeNow(first + block);
      data.allocatePart(kept, first + block, end - block, home, run);
      media = run.pfn();
      end = block + (int) run.count();
    } else {
      inode.extents.find(first + block, extent);
      media = extent.pfnOf(first + block);
      end = (int) Math.min(end, extent.firstPage + extent.pageCount - first);
    }
    if (state != BlockStates.MAPPED) {
      int i = 3 * freshCount++;
      fresh[i] = first + block;
      fresh[i + 1] = (long) end - block;
      fresh[i + 2] = media << 1 | (state == BlockStates.DELAYED ? 1 : 0);
    }
    blocks.write(
        units.bytes(media), bytes(frame), units.bytes(block), units.bytes((long) end - block));
    return end;
  }

  /** As {@link #homeOf}; blocks that were taken in this very writeback count, too. */
  private long homeNow(long block) {
    if (freshCount > 0 && (fresh[2] & 1) != 0) {
      long place = (fresh[2] >>> 1) + block - fresh[0];
      return (place - block & blocksPerPage - 1) == 0 ? place : -1;
    }
    return homeOf(block, extent);
  }

  private void noteFresh(long page, int frame) {
    long first = page << shift;
    for (int i = 0; i < freshCount; i++) {
      long at = fresh[3 * i];
      long count = fresh[3 * i + 1];
      boolean taken = (fresh[3 * i + 2] & 1) != 0;
      note(at, count, fresh[3 * i + 2] >>> 1);
      pool.setStates(frame, (int) (at - first), (int) (at - first + count), BlockStates.MAPPED);
      delayed.addAndGet(taken ? -count : 0);
    }
    freshCount = 0;
    inode.touch();
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
   * Forgets blocks without writing them back, and gives back what was set aside for them. The
   * caller has the invalidate lock exclusively, and no mapping shows their pages any more.
   */
  void discard(long first, long end) {
    long endPage = units.pageEnd(end);
    for (long page = index.next(first >> shift, endPage); page < endPage; ) {
      int frame = index.get(page);
      int from = (int) Math.max(0, first - (page << shift));
      int to = (int) Math.min(blocksPerPage, end - (page << shift));
      giveBack(pool.states(frame), from, to);
      if (from > 0 || to < blocksPerPage) {
        pool.setStates(frame, from, to, BlockStates.NONE);
        bytes(frame).asSlice(units.bytes(from), units.bytes((long) to - from)).fill((byte) 0);
      } else {
        remove(page, frame);
      }
      page = index.next(page + 1, endPage);
    }
  }

  private void giveBack(int word, int from, int to) {
    long holes = BlockStates.count(word, from, to, BlockStates.DELAYED);
    data.unreserve(holes);
    inode.refund(holes);
    delayed.addAndGet(-holes);
    space.recorded(ITEMS * (holes + BlockStates.count(word, from, to, BlockStates.UNWRITTEN)));
  }

  private void remove(long page, int frame) {
    if (index.remove(page)) {
      pool.dirtied(-1);
    }
    if (inode.space.wasMapped()) {
      volume.frames.quarantine().add(pool.pfn(frame), 1, (pfn, n) -> pool.free(frame));
    } else {
      pool.free(frame);
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
      discard(0, units.maxBlocks());
      kept.releaseAll();
    } finally {
      if (!held) {
        inode.space.invalidateLock().unlockExclusive();
      }
    }
  }

  // ---------------------------------------------------------------- space

  /** What is set aside for blocks that one call may store to. */
  final class Room implements AutoCloseable {
    private final BlockRun taken = new BlockRun();
    private long blocks;
    private long items;

    /**
     * @param holes blocks that have no storage
     * @param records blocks that the tree must be told of
     */
    private void reserve(long holes, long records) throws IOException {
      if (records == 0) {
        return;
      }
      volume.promise(ITEMS * records);
      items += ITEMS * records;
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
     * For one block of the file.
     *
     * @return the state that it has by that
     * @throws NoSpaceException a truncate has made more holes than there were, and there is no
     *     space
     */
    private int take(long block) throws IOException {
      ExtentCursor around = CURSOR.get();
      inode.extents.find(block, around);
      if (around.state == ExtentState.WRITTEN) {
        return BlockStates.MAPPED;
      }
      int wanted = around.state == ExtentState.HOLE ? 1 : 0;
      if (blocks < wanted || items < ITEMS) {
        reserve(wanted, 1);
      }
      blocks -= wanted;
      items -= ITEMS;
      return wanted == 1 ? BlockStates.DELAYED : BlockStates.UNWRITTEN;
    }

    /** For the blocks of a page in which the bytes {@code [from, to)} lie; returns the states. */
    private int take(long page, int word, int from, int to) throws IOException {
      int states = word;
      boolean done = false;
      try {
        for (int block = (int) units.blockOf(from); block < units.blocksIn(to); block++) {
          if (BlockStates.get(states, block) == BlockStates.NONE) {
            states = BlockStates.with(states, block, take((page << shift) + block));
          }
        }
        done = true;
      } finally {
        if (!done) {
          putBack(states);
        }
      }
      return states;
    }

    private void putBack(int word) {
      for (int block = 0; block < blocksPerPage; block++) {
        putBackOne(BlockStates.get(word, block));
      }
    }

    private void putBackOne(int state) {
      blocks += state == BlockStates.DELAYED ? 1 : 0;
      items += state == BlockStates.DELAYED || state == BlockStates.UNWRITTEN ? ITEMS : 0;
    }

    /** A whole frame for a page; returns its first block, −1: there is none. */
    private long takePage(long goal) {
      if (blocks < blocksPerPage || !data.allocatePages(1, goal, taken)) {
        return -1;
      }
      blocks -= blocksPerPage;
      return taken.pfn();
    }

    /** The blocks that a page lacks, where the others are; false: they are not to be had. */
    private boolean takeAtHome(long page, long pfn, int which) {
      if (blocks < Integer.bitCount(which) || !data.takeAtHome(kept, page, pfn, which)) {
        return false;
      }
      blocks -= Integer.bitCount(which);
      return true;
    }

    /** Gives up what no block has got. */
    @Override
    public void close() {
      data.unreserve(blocks);
      inode.refund(blocks);
      space.recorded(items);
      blocks = 0;
      items = 0;
    }
  }
}

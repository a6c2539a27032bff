package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FrameOwner;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageList;
import io.jdax.fs.file.PagePlacement;
import io.jdax.fs.file.PageStore;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.PageOwner;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Blocks;
import io.jdax.fs.volume.CallerMemory;
import io.jdax.fs.volume.Patience;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
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
 * before the end of the file lacks that is shown read-only ({@link PageRun#partial}); blocks behind
 * the end get it when the end moves, see {@link #grow}.
 *
 * <p><b>Locks.</b> All of it needs the file's invalidate lock shared; unmap, evict and discard have
 * it exclusively, so that whoever has found a frame keeps it. {@link #writeback} comes after it:
 * two fsyncs of the same page, and the second must not return before the first one's copy is
 * durable. {@link #place} is last: whether a page is here or in place.
 */
public final class CachedFile implements FrameOwner, PageStore {
  private static final long LOCK_NANOS = 10_000_000;

  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final Tier tier;
  private final Inode inode;
  private final Volume volume;
  private final Units units;
  private final Space space;
  private final DataSpace data;
  private final PageOwner kept = new PageOwner();
  private final FramePool pool;
  private final MemorySegment memory;
  private final Blocks blocks;
  private final PageIndex index;
  private final AtomicLong delayed = new AtomicLong();

  private final PagePlacement placement;
  private final CachedWriteback writeback;

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

  /** Under the invalidate lock. */
  private boolean closed;

  /**
   * Nothing in DRAM.
   *
   * @param direct see above
   */
  CachedFile(Tier tier, Inode inode, FramePool pool, boolean direct) {
    this.tier = tier;
    this.inode = inode;
    this.volume = inode.volume;
    this.units = volume.units;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
    this.direct = direct;
    this.index = new PageIndex(direct);
    this.space = volume.space;
    this.data = volume.data;
    this.pool = pool;
    this.memory = volume.frames.memory();
    this.blocks = volume.media.blocks;
    this.placement = new PagePlacement(inode.extents, units, direct);
    this.writeback = new CachedWriteback(tier, this, inode, index, pool);
  }

  /** Whether only pages that do not lie in one piece are here. */
  boolean direct() {
    return direct;
  }

  @Override
  public boolean inPlace() {
    return false;
  }

  @Override
  public boolean allInDram() {
    return !direct;
  }

  @Override
  public long delayedBlocks() {
    return delayed.get();
  }

  @Override
  public boolean holdsAny(long first, long end) {
    return index.next(first, end) < end;
  }

  // ---------------------------------------------------------------- where a page is

  @Override
  public PageList pages() {
    PageList list = new PageList();
    PageRun around = new PageRun();
    long end = units.pageOf(Limits.fileBlocks(units));
    for (long page = 0; page < end; ) {
      if (index.get(page) >= 0) {
        list.add(page++, 1, FilePages.Place.DRAM);
        continue;
      }
      placement.look(page, around);
      boolean inPlace = around.pfn != 0;
      boolean any =
          around.state != ExtentState.HOLE || around.pageCount == 1 && placement.hasBlock(page);
      clip(page, around);
      long to = around.endPage();
      if (any) {
        list.add(page, to - page, inPlace ? FilePages.Place.IN_PLACE : FilePages.Place.DRAM);
      }
      page = to;
    }
    return list;
  }

  /** Where a block would lie together with the rest of its page; −1: anywhere. */
  long homeOf(long block, BlockExtent around) {
    return placement.homeOf(block, around);
  }

  /** For what is kept for pages of the file. */
  PageOwner kept() {
    return kept;
  }

  // ---------------------------------------------------------------- faults

  @Override
  public void find(long page, Intent intent, PageRun out) throws IOException {
    switch (intent) {
      case LOAD -> map(page, out);
      case STORE -> mapForStore(page, out);
      case LOOK -> peek(page, out);
    }
  }

  /** A page that has content has a frame on return, or is shown where it lies. */
  void map(long page, PageRun out) throws IOException {
    while (!mapHere(page, out, true) && !mapThere(page, out)) {
      try (CachedRoom none = new CachedRoom(inode, kept)) {
        bringIn(page, 0, 0, null, 0, false, none);
      }
    }
  }

  /**
   * A page that has a frame.
   *
   * @param use somebody is about to
   */
  private boolean mapHere(long page, PageRun out, boolean use) {
    int frame = index.get(page);
    if (frame < 0) {
      return false;
    }
    if (use) {
      pool.touch(frame);
    }
    out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
    out.partial = !BlockStates.isComplete(pool.states(frame), limit(page));
    return true;
  }

  /** A page that needs none; false: it has or wants one. */
  private boolean mapThere(long page, PageRun out) {
    placement.look(page, out);
    if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
      return false;
    }
    // After the look: what has become one piece while it was here is here still.
    if (!index.isEmpty()) {
      clip(page, out);
    }
    return out.covers(page, 1);
  }

  /** As {@link #map}, but that a page which a store may make one piece is not brought in. */
  private void mapForStore(long page, PageRun out) throws IOException {
    if (!direct) {
      map(page, out);
      return;
    }
    while (!mapHere(page, out, true) && !mapThere(page, out)) {
      if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
        out.set(page, 1, 0, ExtentState.WRITTEN);
        out.partial = true;
        return;
      }
    }
  }

  private void peek(long page, PageRun out) {
    while (!mapHere(page, out, false) && !mapThere(page, out)) {
      if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
        return;
      }
    }
  }

  /** Shortens a run around a page to what is not in DRAM. */
  private void clip(long page, PageRun out) {
    long end = index.next(page, out.endPage());
    long first = Math.max(out.firstPage, index.previous(page) + 1);
    out.set(first, end - first, out.pfn == 0 ? 0 : out.pfnOf(first), out.state);
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    boolean here;
    do {
      complete(page);
      map(page, out);
      here = pool.owns(out.pfn);
    } while (here ? out.partial : out.state != ExtentState.WRITTEN);
    if (here) {
      markDirty(page); // by the store that is to follow
    } else {
      out.set(page, 1, out.pfnOf(page), ExtentState.WRITTEN); // what is new, not the run around it
    }
  }

  /** How many blocks of a page lie before the end of the file: those a store needs. */
  private int limit(long page) {
    long blocksInFile = units.blocksIn(Math.max(inode.sizeBytes(), growingTo));
    return Math.clamp(blocksInFile - (page << shift), 0, blocksPerPage);
  }

  /** Sees to it that every block of a page before the end has storage, or some set aside. */
  private void complete(long page) throws IOException {
    int limit = limit(page);
    int frame = index.get(page);
    if (frame >= 0 && BlockStates.isComplete(pool.states(frame), limit)
        || frame < 0 && placement.inPlace(page) != 0) {
      return;
    }
    long first = page << shift;
    try (CachedRoom room =
        roomAtLast(units.bytes(first), units.bytes(first + limit), new Patience())) {
      complete(page, frame, limit, room);
    }
  }

  private void complete(long page, int frame, int limit, CachedRoom room) throws IOException {
    if (frame >= 0) {
      setAside(page, frame, 0, limit, room);
      if (limit(page) < limit) {
        trim(page, page + 1); // the file was about to grow, and has not
      }
    } else if (limit < blocksPerPage || !direct || !unite(page, room)) {
      bringIn(page, 0, (int) units.bytes(limit), null, 0, true, room);
    }
  }

  /** Space for all pages of the range is set aside first. */
  @Override
  public void provide(long firstPage, long endPage) throws IOException {
    if (!direct && endPage - firstPage > pool.frames()) {
      throw pool.exhausted(); // now, and not when as much as fits has been set aside
    }
    long end = Math.min(endPage << Units.PAGE_SHIFT, inode.sizeBytes());
    try (CachedRoom room = roomAtLast(firstPage << Units.PAGE_SHIFT, end, new Patience())) {
      for (long page = firstPage; page < endPage; page++) {
        int limit = limit(page);
        int frame = index.get(page);
        boolean lacks =
            frame >= 0
                ? !BlockStates.isComplete(pool.states(frame), limit)
                : (placement.lacks(page, CURSOR.get()) & (1 << limit) - 1) != 0;
        if (lacks) {
          volume.ensureWritable();
          complete(page, frame, limit, room);
          if (inode.space.wasMapped()) {
            PageRun made = new PageRun();
            map(page, made);
            inode.space.published(page, made.pfnOf(page), 1);
          }
        }
      }
    }
  }

  @Override
  public void grow(long from, long to, long firstGiven) throws IOException {
    if (shift == 0 || Pages.within(from) == 0) {
      return;
    }
    long stamp = place.writeLock();
    try {
      growingTo = to; // whoever puts the page in from now on sets as much aside
    } finally {
      place.unlockWrite(stamp);
    }
    long page = Pages.of(from);
    int frame = index.get(page);
    long end = Math.min(Math.min(to, Pages.bytes(page + 1)), units.bytes(firstGiven));
    if (frame >= 0 && end > from && inode.space.wasMapped()) {
      try (CachedRoom room = room(from, end, new Patience())) {
        setAside(
            page, frame, blockIn(page, from), (int) (units.blocksIn(end) - (page << shift)), room);
      }
    }
  }

  /** As {@link #grow(long, long, long)}, by blocks of which the caller gives none storage. */
  public void grow(long from, long to) throws IOException {
    grow(from, to, Limits.fileBlocks(units));
  }

  @Override
  public void given(long from) throws IOException {
    long page = Pages.of(from);
    int frame = index.get(page);
    if (shift > 0 && frame >= 0 && inode.space.wasMapped()) {
      try (CachedRoom none = new CachedRoom(inode, kept)) {
        setAside(page, frame, blockIn(page, from), limit(page), none);
      }
    }
  }

  private int blockIn(long page, long offset) {
    return (int) (units.blockOf(offset) - (page << shift));
  }

  /** What was set aside behind an end that is not to be is given back. */
  @Override
  public void grown() {
    long to = growingTo;
    growingTo = 0;
    long size = inode.sizeBytes();
    if (to > size) {
      trim(Pages.of(size), Units.pagesIn(to));
    }
  }

  /**
   * Gives back what pages of a range have set aside behind the end of the file, as it is now.
   * Whoever sets more aside, for an end that is no more, looks again after that.
   */
  private void trim(long first, long end) {
    writeback.lock.lock(); // nobody gives a block storage meanwhile
    long stamp = place.writeLock(); // nor puts a page in, nor lets the file grow
    try {
      for (long page = index.next(first, end); page < end; page = index.next(page + 1, end)) {
        trim(page);
      }
    } finally {
      place.unlockWrite(stamp);
      writeback.lock.unlock();
    }
  }

  private void trim(long page) {
    int frame = index.get(page);
    for (int block = limit(page); block < blocksPerPage; block++) {
      if (pool.change(frame, block, BlockStates.DELAYED, BlockStates.NONE)) {
        giveBack(1);
      } else {
        pool.change(frame, block, BlockStates.UNWRITTEN, BlockStates.NONE);
      }
    }
  }

  /** Makes a page one piece that lies in place, if it can be; what it lacks is zeros, durably. */
  private boolean unite(long page, CachedRoom room) throws IOException {
    long stamp = place.writeLock();
    try {
      if (index.get(page) >= 0) {
        return false;
      }
      BlockExtent around = CURSOR.get();
      long first = page << shift;
      long home = placement.home(page, around);
      if (home == PagePlacement.APART) {
        return false;
      }
      int lacks = placement.lacks(page, around);
      if (home == PagePlacement.NO_HOME) {
        home = room.takePage(inode.direct.goal(first, around.firstBlock));
      } else if (lacks != 0 && !room.takeAtHome(page, home >> shift, lacks)) {
        return false;
      }
      if (home < 0) {
        return false;
      }
      fillAndNote(first, home, lacks, room);
      tier.united.increment();
      return true;
    } finally {
      place.unlockWrite(stamp);
    }
  }

  private void fillAndNote(long first, long home, int taken, CachedRoom room) throws IOException {
    BlockExtent around = CURSOR.get();
    long end = first + blocksPerPage;
    int noted = 0;
    boolean done = false;
    try {
      for (long at = first; at < end; at = around.endBlock()) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.endBlock());
        if (around.state != ExtentState.WRITTEN) {
          // Durably, before anybody can store to it, and before a commit tells of it.
          blocks.zero(units.bytes(home + at - first), units.bytes(home + to - first));
        }
      }
      for (long at = first; at < end; ) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.endBlock());
        if (around.state != ExtentState.WRITTEN) {
          inode.extents.note(at, to - at, home + at - first, ExtentState.WRITTEN, room::spend);
          noted |= (1 << to - first) - (1 << at - first);
        }
        at = to;
      }
      done = true;
    } finally {
      for (int block = 0; !done && block < blocksPerPage; block++) {
        if ((taken & ~noted & 1 << block) != 0) {
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
      CachedRoom room)
      throws IOException {
    int frame = pool.allocate(dirtying);
    boolean used = false;
    long stamp = place.readLock();
    try {
      if (placement.inPlace(page) != 0) {
        return false;
      }
      int word = load(page, frame, src == null ? 0 : from, src == null ? 0 : to);
      if (src != null) {
        take(page, src, srcAt, frame, from, to - from);
      }
      // Under the lock: if the file is about to grow, this has to know, or be known.
      int until = src == null && to > 0 ? (int) units.bytes(limit(page)) : to;
      word = room.take(page, word, from, until);
      pool.publish(frame, this, page, word);
      used = index.putIfAbsent(page, frame) < 0;
      if (used) {
        if (dirtying) {
          markDirty(page); // whatever comes: what is set aside is not left on a clean page
        }
        tier.broughtIn.increment();
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
    BlockExtent around = CURSOR.get();
    MemorySegment dst = bytes(frame);
    long first = page << shift;
    int word = 0;
    for (int block = 0; block < blocksPerPage; ) {
      inode.extents.find(first + block, around);
      int end = (int) Math.min(blocksPerPage, around.endBlock() - first);
      boolean written = around.state == ExtentState.WRITTEN;
      for (int b = block; b < end && written; b++) {
        word = BlockStates.with(word, b, BlockStates.MAPPED);
      }
      long head = units.bytes(block);
      long tail = units.bytes(end);
      if (from <= head && to >= tail) {
        // nothing of it is wanted
      } else if (written) {
        blocks.read(units.bytes(around.deviceBlockOf(first + block)), dst, head, tail - head);
      } else {
        dst.asSlice(head, tail - head).fill((byte) 0);
      }
      block = end;
    }
    return word;
  }

  /** Sees to it that the blocks {@code [from, to)} of a page that is here may be stored to. */
  private void setAside(long page, int frame, int from, int to, CachedRoom room)
      throws IOException {
    for (int block = from; block < to; block++) {
      while (BlockStates.get(pool.states(frame), block) == BlockStates.NONE) {
        int state = room.take((page << shift) + block);
        if (pool.change(frame, block, BlockStates.NONE, state)) {
          delayed.addAndGet(state == BlockStates.DELAYED ? 1 : 0);
          markDirty(page); // at once: what is set aside is not left on a clean page
        } else {
          room.putBackOne(state);
        }
      }
    }
  }

  /** Makes zeros of whole blocks; unlike a slice that is filled it allocates nothing. */
  private void zeroBlocks(long at, long bytes) {
    for (long i = at; i < at + bytes; i += 8) {
      memory.set(ValueLayout.JAVA_LONG, i, 0);
    }
  }

  /** The content of a frame. */
  MemorySegment bytes(int frame) {
    return memory.asSlice(Pages.bytes(pool.pfn(frame)), Pages.BYTES);
  }

  // ---------------------------------------------------------------- read, write

  @Override
  public void read(long offset, long end, MemorySegment dst) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    BlockExtent around = CURSOR.get();
    for (long at = offset; at < end; ) {
      long page = Pages.of(at);
      int frame = index.get(page);
      long to = Math.min(end, Pages.bytes(page + 1));
      if (frame >= 0) {
        pool.touch(frame);
        CallerMemory.give(
            inode.space.name(), at, bytes(frame), Pages.within(at), dst, at - offset, to - at);
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
          CallerMemory.giveZeros(inode.space.name(), at, dst, at - offset, to - at);
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
  private CachedRoom room(long offset, long end, Patience patience) throws IOException {
    BlockExtent around = CURSOR.get();
    long last = units.blocksIn(end);
    long holes = 0;
    for (long at = units.blockOf(offset); at < last; ) {
      inode.extents.find(at, around);
      long to = Math.min(last, around.endBlock());
      if (around.state == ExtentState.HOLE) {
        holes += to - at - setAsideIn(at, to);
      }
      at = to;
    }
    CachedRoom room = new CachedRoom(inode, kept, patience);
    room.reserve(holes);
    return room;
  }

  /** As {@link #room}; where there is none, what is only set aside is used first, and recorded. */
  public CachedRoom roomAtLast(long offset, long end, Patience patience) throws IOException {
    try {
      return room(offset, end, patience);
    } catch (NoSpaceException e) {
      writeBack(0, Long.MAX_VALUE);
      inode.fold(false);
      return volume.whenSpaceIsBack(
          patience,
          Units.pagesIn(end) - (offset >>> Units.PAGE_SHIFT),
          () -> room(offset, end, patience));
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

  @Override
  public boolean write(long offset, long end, MemorySegment src) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    boolean longer = end > inode.sizeBytes(); // then it is in vain
    if (!longer && !direct && overwriteIfHere(offset, end, src)) {
      return true;
    }
    CachedWrite write = new CachedWrite(inode, this, offset, end, src);
    try {
      return write.run();
    } finally {
      write.close();
    }
  }

  private boolean overwriteIfHere(long offset, long end, MemorySegment src) throws IOException {
    long stamp = inode.space.invalidateLock().lockSharedInside();
    try {
      volume.ensureWritable();
      boolean done =
          inode.store() == this && end <= inode.sizeBytes() && overwrite(offset, end, src);
      if (done) {
        inode.touch();
      }
      return done;
    } finally {
      inode.space.invalidateLock().unlockShared(stamp);
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
        setAside(page, frame, (int) units.blockOf(in), (int) units.blocksIn(end), room);
        store(page, src, srcAt, frame, in, length);
        return;
      }
      long pfn = placement.inPlace(page);
      if (pfn != 0 && index.get(page) < 0) { // again, for the reason in mapThere
        volume.persister.copyNoDrain(Pages.bytes(pfn) + in, src, srcAt, length);
        return;
      }
      if (bringIn(page, in, end, src, srcAt, true, room)) {
        if (inode.space.wasMapped()) {
          inode.space.published(page, pool.pfn(index.get(page)), 1);
        }
        return;
      }
    }
  }

  /**
   * Writes to pages that are here and lack nothing, so that nothing has to be set aside: what most
   * rewrites are.
   *
   * @return false: nothing was written
   */
  private boolean overwrite(long offset, long end, MemorySegment src) throws BufferFaultException {
    int first = -1;
    for (long at = offset; at < end; at = Pages.endOf(at)) {
      long page = Pages.of(at);
      int frame = index.get(page);
      int from = (int) (units.blockOf(at) - (page << shift));
      int to = (int) Math.min(blocksPerPage, units.blocksIn(end) - (page << shift));
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

  private void store(long page, MemorySegment src, long srcAt, int frame, long in, long length)
      throws BufferFaultException {
    try {
      take(page, src, srcAt, frame, in, length);
    } finally {
      markDirty(page); // also what was copied before a fault: it is there
    }
  }

  private void take(long page, MemorySegment src, long srcAt, int frame, long in, long length)
      throws BufferFaultException {
    CallerMemory.take(
        inode.space.name(), Pages.bytes(page) + in, src, srcAt, bytes(frame), in, length);
  }

  @Override
  public void settleWrite(long offset, long length) throws IOException {
    inode.space.writeback(offset, length);
  }

  @Override
  public void settle(long firstBlock, long endBlock) throws IOException {
    inode.space.writeback(
        units.bytes(firstBlock),
        endBlock == Long.MAX_VALUE ? Long.MAX_VALUE : units.bytes(endBlock - firstBlock));
  }

  /**
   * After {@link #writePage}s of a range. Of a direct file they are durable on return, as in place.
   */
  void written(long offset, long end) throws IOException {
    if (direct) {
      writeBack(Pages.of(offset), Units.pagesIn(end));
      blocks.drain(); // what went past DRAM
    }
  }

  /**
   * Zeroes bytes of one page, in DRAM and, durably, on the media: what a write back may have left
   * behind the end of the file must not become content.
   */
  @Override
  public void zero(long from, long to) throws IOException {
    long page = Pages.of(from);
    writeback.lock.lock();
    long stamp = place.writeLock(); // nobody brings in what the media held before
    try {
      int frame = index.get(page);
      if (frame >= 0) {
        bytes(frame).asSlice(Pages.within(from), to - from).fill((byte) 0);
        markDirty(page);
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
    } finally {
      place.unlockWrite(stamp);
      writeback.lock.unlock();
    }
  }

  // ---------------------------------------------------------------- write back

  @Override
  public void stored(long page) {
    markDirty(page);
  }

  /** A page was stored to. */
  void markDirty(long page) {
    if (index.markDirty(page)) {
      pool.dirtied(1);
    }
  }

  /** See {@link CachedWriteback#run}. */
  @Override
  public void writeBack(long first, long end) throws IOException {
    writeback.run(first, end);
  }

  /** Blocks have become delayed, or no longer are. */
  void delay(long change) {
    delayed.addAndGet(change);
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
      inode.space.writeback(Pages.bytes(pages[from]), Pages.bytes(pages[i - 1] + 1 - pages[from]));
    }
  }

  @Override
  public void writeBackAll() throws IOException {
    if (!inode.tryRetain()) {
      return;
    }
    try {
      if (inode.store() == this) {
        // Also without a name: its dirty pages count, and somebody may wait for fewer.
        inode.space.writeback(0, Long.MAX_VALUE);
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

  /**
   * Forgets blocks without writing them back, and gives back what was set aside for them. The
   * caller has the invalidate lock exclusively, and no mapping shows their pages any more.
   */
  @Override
  public void discard(long first, long end) {
    long endPage = units.pageEnd(end);
    for (long page = index.next(first >> shift, endPage); page < endPage; ) {
      int frame = index.get(page);
      int from = (int) Math.max(0, first - (page << shift));
      int to = (int) Math.min(blocksPerPage, end - (page << shift));
      giveBack(pool.states(frame), from, to);
      if (from > 0 || to < blocksPerPage) {
        pool.setStates(frame, from, to, BlockStates.NONE);
        zeroBlocks(Pages.bytes(pool.pfn(frame)) + units.bytes(from), units.bytes((long) to - from));
      } else {
        remove(page, frame);
      }
      page = index.next(page + 1, endPage);
    }
  }

  private void giveBack(int word, int from, int to) {
    giveBack(BlockStates.count(word, from, to, BlockStates.DELAYED));
  }

  /** What was set aside for so many blocks. */
  private void giveBack(long holes) {
    data.unreserve(holes);
    inode.refund(holes);
    delayed.addAndGet(-holes);
    space.recorded(CachedRoom.ITEMS * holes);
  }

  private void remove(long page, int frame) {
    if (index.remove(page)) {
      pool.dirtied(-1);
    }
    if (inode.space.wasMapped()) {
      tier.retire(pool, frame);
    } else {
      pool.free(frame);
    }
  }

  @Override
  public void takeReserved(long block, long endBlock, long goal, BlockRun taken) {
    if (shift == 0) {
      inode.direct.takeReserved(block, endBlock, goal, taken);
      return;
    }
    // Blocks for whole pages in whole frames, else for as much of a page as lies together.
    long page = units.pageOf(block);
    long pages = units.pageOf(endBlock) - page;
    boolean whole = units.blocksOf(page) == block && pages > 0;
    if (!whole || !data.allocatePages(pages, goal, taken)) {
      long count = Math.min(endBlock, units.blocksOf(page + 1)) - block;
      long home = placement.homeOf(block, new BlockExtent());
      data.allocatePart(kept, block, (int) count, home, goal, taken);
    }
  }

  @Override
  public void close() {
    giveAllBack();
    tier.remove(this);
  }

  private void giveAllBack() {
    boolean held = inode.space.invalidateLock().heldExclusively();
    if (!held) {
      inode.space.invalidateLock().lockExclusive();
    }
    try {
      closed = true;
      discard(0, Limits.fileBlocks(units));
      data.releaseAll(kept);
    } finally {
      if (!held) {
        inode.space.invalidateLock().unlockExclusive();
      }
    }
  }
}

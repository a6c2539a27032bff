package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FrameOwner;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PagePlacement;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.PageOwner;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Blocks;
import io.jdax.fs.volume.CallerMemory;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.os.Pages;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one file that are in frames: which they are, what their blocks have on the media,
 * and how a page comes in and goes. What is done with them, others do.
 *
 * <p>All of it needs the file's invalidate lock, shared; {@link #discard} has it exclusively, as
 * does whoever else takes a frame away, so that whoever has found a frame keeps it.
 */
final class CachedPages {
  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  final Inode inode;
  final Units units;
  final FramePool pool;
  final PageIndex index;
  final PagePlacement placement;

  /** What is kept on the device for pages of the file. */
  final PageOwner kept;

  /**
   * Exclusive for whoever zeroes bytes on the media, or makes a page one piece; shared for whoever
   * reads a page from the media and puts it in. The last of the tier's locks, though space may be
   * waited for under it.
   */
  final StampedLock place = new StampedLock();

  /** Held by whoever copies frames to blocks, or zeroes both. Comes before {@link #place}. */
  final ReentrantLock writing = new ReentrantLock();

  /** Whether pages that lie in one piece are shown where they lie, so that only others are here. */
  final boolean direct;

  final int blocksPerPage;

  /** The same as a power of two. */
  final int shift;

  /** What the size is about to become, or 0. */
  volatile long growingTo;

  /** Everything was given back; under the invalidate lock. */
  boolean closed;

  private final TierPool tier;
  private final FrameOwner owner;
  private final Volume volume;
  private final DataSpace data;
  private final MemorySegment memory;
  private final Blocks blocks;
  private final AtomicLong delayed = new AtomicLong();

  /**
   * None yet.
   *
   * @param owner of the frames
   */
  CachedPages(TierPool tier, FrameOwner owner, Inode inode, boolean direct) {
    this.tier = tier;
    this.owner = owner;
    this.inode = inode;
    this.kept = new PageOwner(inode.ahead::takeForWriteback);
    this.volume = inode.volume;
    this.units = volume.units;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
    this.direct = direct;
    this.index = new PageIndex(direct);
    this.data = volume.data;
    this.pool = tier.pool;
    this.memory = volume.frames.memory();
    this.blocks = volume.media.blocks;
    this.placement = new PagePlacement(inode.extents, units, direct);
  }

  /** Blocks that have space set aside, and get storage when they are written back. */
  long delayedBlocks() {
    return delayed.get();
  }

  /** Where a block would lie together with the rest of its page, or −1 for anywhere. */
  long homeOf(long block, BlockExtent around) {
    return placement.homeOf(block, around);
  }

  /** How many blocks of a page lie before the end of the file: those a store needs. */
  int limit(long page) {
    long blocksInFile = units.blocksIn(Math.max(inode.sizeBytes(), growingTo));
    return Math.clamp(blocksInFile - (page << shift), 0, blocksPerPage);
  }

  /** Makes sure that the blocks {@code [from, to)} of a page that is here may be stored to. */
  void setAside(long page, int frame, int from, int to, CachedRoom room) throws IOException {
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

  /** A page was stored to. */
  void markDirty(long page) {
    if (index.markDirty(page)) {
      pool.dirtied(1);
    }
  }

  /** Blocks have become delayed, or no longer are. */
  void delay(long change) {
    delayed.addAndGet(change);
  }

  /** The content of a frame. */
  MemorySegment bytes(int frame) {
    return memory.asSlice(Pages.bytes(pool.pfn(frame)), Pages.BYTES);
  }

  /**
   * Puts a page into a frame: what the media holds, and zeros.
   *
   * @param from of the bytes that may be stored to, in the page: their blocks get what they lack
   * @param src those bytes, or null if they are not known yet
   * @return false if the page is here already, or in place
   */
  boolean bringIn(
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
      pool.publish(frame, owner, page, word);
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
  int load(long page, int frame, int from, int to) throws IOException {
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

  /** Blocks of a range that have what they want. */
  long setAsideIn(long from, long to) {
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
        zeroBlocks(Pages.bytes(pool.pfn(frame)) + units.bytes(from), units.bytes((long) to - from));
      } else {
        remove(page, frame);
      }
      page = index.next(page + 1, endPage);
    }
  }

  /** Makes zeros of whole blocks; unlike a slice that is filled it allocates nothing. */
  void zeroBlocks(long at, long bytes) {
    for (long i = at; i < at + bytes; i += 8) {
      memory.set(ValueLayout.JAVA_LONG, i, 0);
    }
  }

  void giveBack(int word, int from, int to) {
    giveBack(BlockStates.count(word, from, to, BlockStates.DELAYED));
  }

  /** What was set aside for so many blocks. */
  void giveBack(long holes) {
    data.unreserve(holes);
    inode.refund(holes);
    delayed.addAndGet(-holes);
    volume.space.recorded(CachedRoom.ITEMS * holes);
  }

  void remove(long page, int frame) {
    if (index.remove(page)) {
      pool.dirtied(-1);
    }
    if (inode.addressSpace.wasMapped()) {
      tier.retire(frame);
    } else {
      pool.free(frame);
    }
  }

  boolean holdsAny(long first, long end) {
    return index.next(first, end) < end;
  }

  void take(long page, MemorySegment src, long srcAt, int frame, long in, long length)
      throws BufferFaultException {
    CallerMemory.take(
        inode.addressSpace.name(), Pages.bytes(page) + in, src, srcAt, bytes(frame), in, length);
  }

  /**
   * Gives everything back, also what is kept on the device; with the invalidate lock exclusively.
   */
  void giveAllBack() {
    closed = true;
    discard(0, Limits.fileBlocks(units));
    data.releaseAll(kept);
  }
}

package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.ExtentMap;
import io.jdax.fs.file.Inode;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Blocks;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.os.Pages;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.Arrays;

/**
 * One thread's part in a writeback of one {@link CachedFile}. Several may work at a time, on pages
 * that each of them has taken from the same {@link WritebackRange}.
 *
 * <pre>
 *   step     pages that are all delayed, or all unwritten: a run of them at once
 *            any other page: block by block, as their states say
 *   order    dirty mark cleared; storage taken; copied, drained; noted in the extents; states MAPPED
 *   failure  what was claimed is dirty as before, what was taken is reserved as before
 * </pre>
 */
final class PageWriter {
  /** Pages that are copied between two drains, at least. */
  private static final int BATCH = 512;

  private final CachedPages pages;
  private final Inode inode;
  private final Volume volume;
  private final Units units;
  private final int shift;
  private final int blocksPerPage;
  private final PageIndex index;
  private final FramePool pool;
  private final Blocks blocks;
  private final BlockRun run = new BlockRun();
  private final BlockExtent extent = new BlockExtent();
  private long[] claimed = new long[64];
  private int claimedCount;
  private final long[] fresh; // pieces that are to be noted: first block, count, place << 1 | taken
  private int freshCount;

  /** One bad frame was replaced; if the next is bad, too, it may be all of the media. */
  private boolean replaced;

  PageWriter(CachedPages pages) {
    this.pages = pages;
    this.inode = pages.inode;
    this.volume = inode.volume;
    this.units = pages.units;
    this.shift = pages.shift;
    this.blocksPerPage = pages.blocksPerPage;
    this.index = pages.index;
    this.pool = pages.pool;
    this.blocks = volume.media.blocks;
    this.fresh = new long[3 * blocksPerPage];
  }

  /**
   * Makes dirty pages durable. That new blocks belong to the file is noted, as by a write.
   *
   * @param pieces of the range to take at most
   * @throws IOException some are dirty as before
   */
  void run(WritebackRange range, int pieces) throws IOException {
    replaced = false;
    try {
      int taken = 1;
      for (long page = range.take(); page >= 0; taken++) {
        int next = claimedCount;
        claim(page, range.endOf(page));
        while (next < claimedCount) {
          next += step(next);
        }
        page = taken < pieces ? range.take() : -1;
        if (claimedCount >= BATCH || page < 0) {
          blocks.drain();
          claimedCount = 0;
        }
      }
    } finally {
      // What was claimed and did not get through is dirty as before.
      while (claimedCount > 0) {
        pages.markDirty(claimed[--claimedCount]);
      }
    }
  }

  /** All dirty pages of a piece at once: each time stops the other threads for a moment. */
  private void claim(long page, long end) throws IOException {
    long from = page;
    do {
      if (claimedCount == claimed.length) {
        claimed = Arrays.copyOf(claimed, 2 * BATCH); // what was not drained, and a piece
      }
      int before = claimedCount;
      claimedCount = index.claim(from, end, claimed, before);
      pool.dirtied(before - claimedCount);
      from = claimed[claimed.length - 1] + 1; // if there was no room for more
    } while (claimedCount == claimed.length);
  }

  /**
   * Writes the {@code i}-th claimed page back, with those after it that are alike and lie together;
   * returns how many that were, 0 if it is to be tried again.
   */
  private int step(int i) throws IOException {
    long page = claimed[i];
    // Not before the claim: a block that others set aside meanwhile would be left behind on a clean
    // page.
    int word = pool.states(index.get(page));
    boolean holes = word == BlockStates.all(BlockStates.DELAYED, blocksPerPage);
    if (holes || word == BlockStates.all(BlockStates.UNWRITTEN, blocksPerPage)) {
      long first = page << shift;
      inode.extents.find(first, extent);
      int alike = alike(i, extent.endBlock() >> shift, word);
      if (holes && alike > 0) {
        long goal = inode.direct.goal(first, extent.firstBlock);
        if (volume.data.allocatePages(pages.kept, page, alike, goal, run)) {
          return allocated(page);
        }
      } else if (alike > 0) {
        record(page, alike, extent.deviceBlockOf(first), false);
        return alike;
      }
    }
    writeParts(page, word);
    return 1;
  }

  /** How many claimed pages lie together before a page and have the same states. */
  private int alike(int i, long limit, int word) {
    int n = 0;
    while (i + n < claimedCount
        && claimed[i + n] == claimed[i] + n
        && claimed[i + n] < limit
        && pool.states(index.get(claimed[i + n])) == word) {
      n++;
    }
    return n;
  }

  /**
   * Delayed pages have got {@link #run}.
   *
   * @return how many were written, or 0 if a frame is bad, and they are to get others
   */
  private int allocated(long page) throws IOException {
    long block = run.start();
    long count = run.count();
    boolean done = false;
    try {
      record(page, count >> shift, block, true);
      done = true;
    } catch (MediaErrorException e) {
      done = !replaced && volume.badBlocks.replace(volume.data, units, block, count, e);
      if (done) {
        replaced = true;
        return 0;
      }
      throw e;
    } finally {
      if (!done) {
        volume.data.freeReserved(block, count);
      }
    }
    pages.delay(-count);
    return (int) (count >> shift);
  }

  /** Data first, durably; then the extents say so. */
  private void record(long page, long count, long block, boolean delayed) throws IOException {
    for (long i = 0; i < count; i++) {
      blocks.write(
          units.bytes(block + (i << shift)), pages.bytes(index.get(page + i)), 0, Pages.BYTES);
    }
    blocks.drain();
    note(page << shift, count << shift, block, delayed);
    for (long i = 0; i < count; i++) {
      pool.setStates(index.get(page + i), 0, blocksPerPage, BlockStates.MAPPED);
    }
  }

  /**
   * @param delayed they had no storage: items are promised for them by the block
   */
  private void note(long first, long count, long block, boolean delayed) {
    long[] left = {delayed ? CachedRoom.ITEMS * count : 0};
    inode.extents.note(
        first,
        count,
        block,
        ExtentState.WRITTEN,
        ExtentMap.SAME_SIZE,
        inode.modified(),
        spent -> left[0] -= spent);
    volume.space.recorded(left[0]);
  }

  /** Writes one page back, block by block where they differ. */
  private void writeParts(long page, int word) throws IOException {
    int frame = index.get(page);
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
          volume.data.freeReserved(fresh[3 * i + 2] >>> 1, fresh[3 * i + 1]);
        }
      }
    }
  }

  /** Writes blocks of a page that lie together, and returns the one after them. */
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
      volume.data.allocatePart(
          pages.kept, first + block, end - block, home, goal(first + block, home), run);
      media = run.start();
      end = block + (int) run.count();
    } else {
      inode.extents.find(first + block, extent);
      media = extent.deviceBlockOf(first + block);
      end = (int) Math.min(end, extent.endBlock() - first);
    }
    if (state != BlockStates.MAPPED) {
      int i = 3 * freshCount++;
      fresh[i] = first + block;
      fresh[i + 1] = (long) end - block;
      fresh[i + 2] = media << 1 | (state == BlockStates.DELAYED ? 1 : 0);
    }
    blocks.write(
        units.bytes(media),
        pages.bytes(frame),
        units.bytes(block),
        units.bytes((long) end - block));
    return end;
  }

  /** As {@link CachedPages#homeOf}; blocks that were taken in this very writeback count, too. */
  private long homeNow(long block) {
    if (freshCount > 0 && (fresh[2] & 1) != 0) {
      long place = (fresh[2] >>> 1) + block - fresh[0];
      return (place - block & blocksPerPage - 1) == 0 ? place : -1;
    }
    return pages.homeOf(block, extent);
  }

  private long goal(long block, long home) {
    if (home >= 0) {
      return -1;
    }
    inode.extents.find(block, extent);
    return inode.direct.goal(block, extent.firstBlock);
  }

  private void noteFresh(long page, int frame) {
    long first = page << shift;
    for (int i = 0; i < freshCount; i++) {
      long at = fresh[3 * i];
      long count = fresh[3 * i + 1];
      boolean taken = (fresh[3 * i + 2] & 1) != 0;
      note(at, count, fresh[3 * i + 2] >>> 1, taken);
      fresh[3 * i + 2] &= ~1L; // the file's from now on, whatever becomes of those after it
      pool.setStates(frame, (int) (at - first), (int) (at - first + count), BlockStates.MAPPED);
      pages.delay(taken ? -count : 0);
    }
    freshCount = 0;
  }
}

package io.jdax.fs.file;

import io.jdax.fs.space.BlockRun;
import io.jdax.mm.engine.BlockMapper;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Where the pages of one open file are loaded and stored, and how they come by storage.
 *
 * <pre>
 *   {@link InPlace}           on the media, where the blocks lie
 *   {@code tier.CachedFile}   in DRAM: all of them, or those whose blocks do not lie in one piece
 * </pre>
 *
 * <p>An {@link Inode} has one at any time, and may get another one with the invalidate lock held
 * exclusively. All calls need that lock, shared if nothing else is said.
 */
public interface PageStore {
  // ---------------------------------------------------------------- for the engine

  /** See {@link BlockMapper#find}. */
  void find(long page, Intent intent, PageRun out) throws IOException;

  /** See {@link BlockMapper#mkwrite}. */
  void mkwrite(long page, int storeAt, PageRun out) throws IOException;

  /** See {@link BlockMapper#provide}; the range lies before the end of the file. */
  void provide(long firstPage, long endPage) throws IOException;

  /** See {@link BlockMapper#inPlace}. */
  boolean inPlace();

  /** See {@link BlockMapper#stored}. */
  void stored(long page);

  /** See {@link BlockMapper#writeBack}. */
  void writeBack(long firstPage, long endPage) throws IOException;

  // ---------------------------------------------------------------- read, write

  /** Reads what lies before the end of the file. */
  void read(long offset, long end, MemorySegment dst) throws IOException;

  /**
   * Writes all of {@code src}, durably unless {@link #settleWrite} says otherwise. Takes the
   * invalidate lock.
   *
   * @return whether all was written; else the file has another store by now, or becomes longer by
   *     the write, and the caller needs {@link Inode#writers}
   */
  boolean write(long offset, long end, MemorySegment src) throws IOException;

  /** What was written to a range is durable on return. Takes the invalidate lock. */
  void settleWrite(long offset, long length) throws IOException;

  /** Zeroes bytes of one page, durably, as far as they have storage. */
  void zero(long from, long to) throws IOException;

  // ---------------------------------------------------------------- the file's shape

  /**
   * The file is about to end at {@code to}, and no longer in the middle of the page of {@code
   * from}, of which mappings may allow stores: the blocks that it gets then are set aside first
   * (S0.2). {@link #grown} ends it, whether the file has become longer or not.
   *
   * @param firstGiven from this block of the file on the caller gives them storage, and says so by
   *     {@link #given}
   * @throws io.jdax.fs.error.NoSpaceException there is no space for them now: the file must not
   *     grow
   */
  void grow(long from, long to, long firstGiven) throws IOException;

  /** The size is set, or will not be. */
  void grown();

  /** The file has become longer, by blocks that have storage: stores may go to these as well. */
  void given(long from) throws IOException;

  /**
   * Takes reserved blocks for the beginning of a hole.
   *
   * @param block of the file
   * @param endBlock of what is wanted
   * @param goal where they would best lie
   */
  void takeReserved(long block, long endBlock, long goal, BlockRun taken);

  /**
   * Forgets blocks that are the file's no longer. With the invalidate lock exclusively, and no
   * mapping shows their pages any more.
   */
  void discard(long firstBlock, long endBlock);

  /** Whether pages of a range are anywhere but in their blocks. */
  boolean holdsAny(long firstPage, long endPage);

  /** Every block of a range that has content has storage on return. Takes the invalidate lock. */
  void settle(long firstBlock, long endBlock) throws IOException;

  /** Blocks that will get storage when they are written back. */
  long delayedBlocks();

  // ---------------------------------------------------------------- what it is

  /** Whether all pages are loaded and stored in DRAM. */
  boolean allInDram();

  /** Where loads and stores go, of pages that have storage. */
  PageList pages();

  /** The file is put away, or has another store: what this one holds is given back. */
  void close();
}

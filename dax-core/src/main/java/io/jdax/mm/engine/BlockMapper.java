package io.jdax.mm.engine;

import io.jdax.mm.PinAccess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The seam to file systems: what lies where in one file (the kernel's iomap). One per open inode.
 *
 * <p>{@link #find} and {@link #mkwrite} are called with the address space's invalidate lock held
 * shared, and mkwrite with the page's entry locked: for one page it never runs twice at the same
 * time, for different pages it may. Neither may access the file through a mapping, or take the
 * invalidate lock.
 */
public interface BlockMapper {
  /**
   * What lies under a page. Changes nothing and allocates nothing, neither storage nor heap.
   *
   * @param page of the file, below the end of the file
   * @param intent what the answer is for
   * @param out receives a run of one state that contains {@code page}, as long as is cheap to find:
   *     the engine maps runs
   */
  void find(long page, Intent intent, PageRun out) throws IOException;

  /**
   * page_mkwrite: makes {@code page} written, by allocating a frame or converting an unwritten one.
   * Before it returns, the frame reads as zeros, durably; {@link #find} already tells of it. That
   * it belongs to the file need not be durable yet: see {@link #commit}. Also called for a page
   * that is written in part ({@link PageRun#partial}).
   *
   * @param storeAt the byte of the page that is stored to next, a hint: its cache line had better
   *     be in the cache; 0 if nobody knows
   * @param out receives a written run that contains {@code page}, of what was made: all mappings
   *     that show zeros for one of its pages are told, so a longer one costs
   * @throws IOException no space, over quota, bad media: the store fails with it, and nothing has
   *     changed
   */
  void mkwrite(long page, int storeAt, PageRun out) throws IOException;

  /**
   * Sees to it that {@link #mkwrite} of no page in a range lacks space, for a caller that wants all
   * of them or none: a pin. A range that reaches beyond the end of the file is left as it is.
   * Called with the invalidate lock held shared, and no entry locked.
   *
   * @throws IOException no space for all of it, over quota: nothing has changed
   */
  default void provide(long firstPage, long pageCount) throws IOException {}

  /**
   * Whether frames are those of the media. Otherwise stores reach the media by {@link #writeBack},
   * and {@link #find} and {@link #mkwrite} give runs of one page, of which {@link #stored} is told.
   * They may throw {@link io.jdax.mm.engine.FrameShortage} then.
   */
  default boolean inPlace() {
    return true;
  }

  /** A page whose frame is not the media's was stored to; {@link #writeBack} will follow. */
  default void stored(long page) {}

  /**
   * Stores through mappings or pins were found, as they are by every writeback and {@link
   * AddressSpace#collect}: the file was modified at some time since they were looked for last.
   * Called with the invalidate lock held, before anybody is told that they are durable.
   */
  default void storesFound() {}

  /**
   * Makes durable what was {@link #stored} to, if frames are not those of the media. Called with
   * the invalidate lock held.
   */
  default void writeBack(long firstPage, long endPage) throws IOException {}

  /** Errors of writebacks in the background; see {@link io.jdax.mm.engine.WritebackErrors}. */
  default @Nullable WritebackErrors errors() {
    return null;
  }

  /** Makes durable what mkwrite did so far. Cheap when nothing is pending. */
  void commit() throws IOException;

  /**
   * A pin is about to be made, with the invalidate lock held shared: throws if there is to be none
   * now, because the file system is about to be closed, or to become read-only. Whoever is about
   * that says so first, and then looks for pins with the invalidate lock held exclusively.
   */
  default void ensurePinnable(PinAccess access) throws IOException {}

  /**
   * A mapping or a pin is about to be made: the file is not to be forgotten until {@link
   * #released}.
   */
  default void retained() {}

  /**
   * A mapping or a pin was closed, or not made after all: the file system may forget the file when
   * nobody else has it open. Called without locks.
   */
  default void released() {}

  /** The file's size, i_size. Pages wholly beyond it can't be touched. */
  long sizeBytes();
}

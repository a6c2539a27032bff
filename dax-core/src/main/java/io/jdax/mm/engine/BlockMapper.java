package io.jdax.mm.engine;

import io.jdax.mm.PinAccess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The seam to file systems: tells what lies where in one file (the kernel's iomap). One per open
 * inode.
 *
 * <p>{@link #find} and {@link #mkwrite} are called with the address space's invalidate lock held
 * shared, and mkwrite with the page's entry locked. So for one page mkwrite never runs in two
 * threads at a time, but for different pages it may. Neither may access the file through a mapping,
 * or take the invalidate lock.
 */
public interface BlockMapper {
  /**
   * Tells what lies under a page. Changes nothing, and allocates neither storage nor objects.
   *
   * @param page of the file, before the end of the file
   * @param intent what the answer is for
   * @param out receives a run of one state that contains {@code page}, as long as is cheap to find,
   *     since the engine maps whole runs
   */
  void find(long page, Intent intent, PageRun out) throws IOException;

  /**
   * Makes {@code page} written, by allocating a frame or converting an unwritten one
   * (page_mkwrite). When it returns, the frame reads as zeros, durably, and {@link #find} tells of
   * it. That it belongs to the file need not be durable before {@link #commit}. Also called for a
   * page that is written in part ({@link PageRun#partial}).
   *
   * @param storeAt the byte of the page that is stored to next, or 0 if nobody knows; a hint to
   *     keep its cache line in the cache
   * @param out receives a written run of what was made, which contains {@code page}; a longer one
   *     costs, since all mappings that show zeros for one of its pages are told
   * @throws IOException no space, over quota, or bad media; the store fails with it, and nothing
   *     has changed
   */
  void mkwrite(long page, int storeAt, PageRun out) throws IOException;

  /**
   * Makes sure that {@link #mkwrite} has space for every page of a range, for a pin, which needs
   * all of them or none. A range that reaches beyond the end of the file is left as it is. Called
   * with the invalidate lock held shared, and no entry locked.
   *
   * @throws IOException no space for all of it, or over quota; nothing has changed
   */
  default void provide(long firstPage, long pageCount) throws IOException {}

  /**
   * Whether frames are those of the media. If not, stores reach the media by {@link #writeBack},
   * {@link #find} and {@link #mkwrite} give runs of one page, and may throw {@link FrameShortage},
   * and {@link #stored} is told of stores.
   */
  default boolean inPlace() {
    return true;
  }

  /**
   * Is told that a page whose frame is not the media's was stored to. {@link #writeBack} follows.
   */
  default void stored(long page) {}

  /**
   * Is told that stores through mappings or pins were found, by a writeback or {@link
   * AddressSpace#collect}, so that the file was modified at some time since they were last looked
   * for. Called with the invalidate lock held, before anybody is told that they are durable.
   */
  default void storesFound() {}

  /**
   * Makes durable what was {@link #stored} to, if frames are not those of the media. Called with
   * the invalidate lock held.
   */
  default void writeBack(long firstPage, long endPage) throws IOException {}

  /**
   * Makes durable what calls of the file system that failed may have stored to a range of bytes of
   * the file, and not made durable. Part of every writeback; called with the invalidate lock held.
   *
   * @throws IOException some of it may not be durable, and the next call tries again
   */
  default void settleFailedWrites(long offset, long end) throws IOException {}

  /** Whether there may be something for {@link #settleFailedWrites}; asked without a lock. */
  default boolean hasFailedWrites() {
    return false;
  }

  /** Errors of writebacks in the background, or null if there are no such writebacks. */
  default @Nullable WritebackErrors errors() {
    return null;
  }

  /** Makes durable what mkwrite has done so far. Cheap if that is nothing. */
  void commit() throws IOException;

  /**
   * Refuses a pin by throwing, if the file system is about to be closed, or to become read-only. A
   * thread that is about to do so says so first, and then looks for pins with the invalidate lock
   * held exclusively. Called with the invalidate lock held shared.
   */
  default void ensurePinnable(PinAccess access) throws IOException {}

  /**
   * Is told that a mapping or a pin is about to be made, so that the file must not be forgotten
   * until {@link #released}.
   */
  default void retained() {}

  /**
   * Is told that a mapping or a pin was closed, or not made after all, so that the file system may
   * forget the file when nobody else has it open. Called without locks, except by {@link
   * AddressSpace#close} for mappings that it ends.
   */
  default void released() {}

  /** The size of the file in bytes (i_size). Pages wholly beyond it can't be touched. */
  long sizeBytes();
}

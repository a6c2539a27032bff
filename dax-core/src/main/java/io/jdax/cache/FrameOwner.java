package io.jdax.cache;

import io.jdax.mm.engine.WritebackErrors;
import java.io.IOException;

/**
 * A file with pages in a {@link FramePool}. A page leaves in three steps, each for a batch, by the
 * flusher's thread:
 *
 * <pre>
 *   unmap      no translation leads to it any more; whoever wants the page meanwhile keeps it
 *              (then all threads are waited for that may have read a translation before)
 *   writeBack  what was stored is durable
 *   evict      still unwanted and clean: the frame is free
 * </pre>
 */
public interface FrameOwner {
  /**
   * Takes pages away from all mappings, if it gets at the file without waiting for long.
   *
   * @return whether a thread may still reach some by a translation that it has read
   */
  boolean unmap(long[] pages, int count);

  /** Makes these pages durable. */
  void writeBack(long[] pages, int count) throws IOException;

  /**
   * Frees the frames of pages that nobody has asked for since {@link #unmap}, and that are clean.
   *
   * @return how many
   */
  int evict(long[] pages, int count);

  /** Makes everything durable that is dirty. */
  void writeBackAll() throws IOException;

  /** In the background that failed; see {@link WritebackErrors}. */
  void failed(IOException e);
}

package io.jdax.mm.engine;

/**
 * Takes back frames that no thread can reach any more. Called by the quarantine's worker, in no
 * particular order.
 */
@FunctionalInterface
public interface FrameSink {
  /**
   * Takes frames that may be used for something else from now on. Must not wait for a thread that
   * may be inside {@link Quarantine#add} or hold an invalidate lock.
   *
   * @param pfn the first
   * @param count how many, one after the other
   */
  void release(long pfn, long count);
}

package io.jdax.mm.engine;

/**
 * Takes back frames that no thread can reach any more. Called by the reclaimer, in no particular
 * order.
 */
@FunctionalInterface
public interface FrameSink {
  /**
   * These frames may be used for something else. Must not wait for anyone who may be inside {@link
   * Quarantine#add} or hold an invalidate lock.
   */
  void release(long pfn, long count);
}

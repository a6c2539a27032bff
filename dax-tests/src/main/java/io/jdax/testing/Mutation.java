package io.jdax.testing;

/**
 * A bug on purpose: what of the calls to a {@link SimulatedPmem}'s persister does not happen. A
 * test that can't tell the difference has no teeth. Offsets are bytes of the region.
 */
public interface Mutation {
  /** What was called. Persist is a flush and a drain; a deep flush is too. */
  enum Call {
    FLUSH,
    COPY,
    FILL
  }

  /** Everything happens as it should. */
  Mutation NONE = new Mutation() {};

  /** Whether a copy or fill stores anything at all. */
  default boolean stores(Call call, long offset, long length) {
    return true;
  }

  /**
   * Whether a line is written back by this call; if not, it stays in the cache.
   *
   * @param line offset of the line, a multiple of 64
   */
  default boolean flushes(Call call, long offset, long length, long line) {
    return true;
  }

  /** Whether a drain waits. If not, what is pending stays so until the next one of the thread. */
  default boolean drains() {
    return true;
  }

  /** Whether a line that is pending at a drain which does wait gets there with it. */
  default boolean arrives(long line) {
    return true;
  }
}

package io.jdax.testing;

/**
 * A bug on purpose, by which some of what a {@link SimulatedPmem}'s persister is called for does
 * not happen. A test that can't tell the difference tests nothing. Offsets and lengths are in
 * bytes, from the start of the region.
 */
public interface Mutation {
  /** What was called. A persist, and a deep flush, is a flush and a drain. */
  enum Call {
    FLUSH,
    COPY,
    FILL
  }

  /** Everything happens as it should. */
  Mutation NONE = new Mutation() {};

  /** Whether a copy or fill stores its bytes. */
  default boolean stores(Call call, long offset, long length) {
    return true;
  }

  /**
   * Whether this call writes a line back. If it does not, the line stays in the cache.
   *
   * @param line offset of the line, a multiple of 64
   */
  default boolean flushes(Call call, long offset, long length, long line) {
    return true;
  }

  /**
   * Whether a drain waits. If it does not, what the thread has pending waits for its next drain.
   */
  default boolean drains() {
    return true;
  }

  /** Whether a pending line reaches the media with a drain that does wait. */
  default boolean arrives(long line) {
    return true;
  }
}

package io.jdax.mm.engine;

/**
 * Frames in a row at the beginning of a mapping. Changed under the mapping's lock, and without
 * allocating, since a run that was cut too late for lack of memory would lead to frames that are
 * another file's.
 */
final class Run {
  /** Bytes of the mapping that it spans. */
  long length;

  /** What leads from an offset in the mapping to the offset in the frame space. */
  long delta;

  /** Ends the run after at most so many bytes, since what follows is about to change. */
  void cut(long at) {
    if (at < length) {
      length = at;
      delta = at == 0 ? 0 : delta;
    }
  }

  /** Sets both. */
  void set(long newLength, long newDelta) {
    length = newLength;
    delta = newDelta;
  }
}

package io.jdax.mm.engine;

/**
 * The bytes from the beginning of a mapping up to {@link #length} are frames in a row. Changed
 * under the mapping's lock, and without allocating: a run that was cut late, for want of memory,
 * would lead to frames that are another file's.
 */
final class Run {
  /** Bytes. */
  long length;

  /** What to add to an offset in the mapping. */
  long delta;

  /** Something behind so many bytes is about to change: what of the run lies before stays. */
  void cut(long at) {
    if (at < length) {
      length = at;
      delta = at == 0 ? 0 : delta;
    }
  }

  void set(long newLength, long newDelta) {
    length = newLength;
    delta = newDelta;
  }
}

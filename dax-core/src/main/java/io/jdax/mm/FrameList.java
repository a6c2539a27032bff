package io.jdax.mm;

import java.util.Arrays;

/** Private frames to be given up, gathered under a lock and put into quarantine after it. */
final class FrameList {
  private long[] pfns = new long[8];
  private int size;

  /** Adds a frame if {@code take}; returns {@code take}. */
  boolean addIf(boolean take, long pfn) {
    if (take) {
      if (size == pfns.length) {
        pfns = Arrays.copyOf(pfns, size * 2);
      }
      pfns[size++] = pfn;
    }
    return take;
  }

  void quarantine(FrameSpace frames) {
    for (int i = 0; i < size; i++) {
      frames.quarantine().add(pfns[i], 1, frames.privateFrames()::free);
    }
  }
}

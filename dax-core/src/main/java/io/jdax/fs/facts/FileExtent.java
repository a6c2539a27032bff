package io.jdax.fs.facts;

import io.jdax.mm.ExtentState;

/**
 * A piece of a file that has storage.
 *
 * @param offset in the file, bytes
 * @param length bytes
 * @param place of its first byte on the device
 * @param state WRITTEN or UNWRITTEN
 */
public record FileExtent(long offset, long length, long place, ExtentState state) {
  private static final int FRAME_SHIFT = 12;

  /** The frame that its first byte lies in. */
  public long pfn() {
    return place >>> FRAME_SHIFT;
  }
}

package io.jdax.fs.facts;

import io.jdax.mm.ExtentState;

/**
 * A piece of a file that has storage, in one piece on the device.
 *
 * @param offset where it begins in the file, in bytes
 * @param length how many bytes it has
 * @param place where its first byte lies on the device, in bytes
 * @param state WRITTEN, or UNWRITTEN where it reads as zeros whatever the device holds
 */
public record FileExtent(long offset, long length, long place, ExtentState state) {
  private static final int FRAME_SHIFT = 12;

  /** The frame of 4096 bytes that its first byte lies in. */
  public long pfn() {
    return place >>> FRAME_SHIFT;
  }
}

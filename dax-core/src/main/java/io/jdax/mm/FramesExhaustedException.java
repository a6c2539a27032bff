package io.jdax.mm;

import io.jdax.region.RegionException;

/**
 * No frame of the DRAM tier can be freed, since all are pinned, or can't be written back. Whoever
 * wants one may close pins, or mount with a larger cache.
 */
public final class FramesExhaustedException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A tier without a frame to give.
   *
   * @param region name of the region, with which the message begins
   * @param frames how many frames of 4 KiB the tier has
   */
  public FramesExhaustedException(String region, int frames) {
    super(
        region,
        "none of the "
            + frames
            + " frames of the DRAM tier can be freed: they are pinned, or can't be written back");
  }
}

package io.jdax.mm;

import io.jdax.region.RegionException;

/** No frame of the DRAM tier can be freed, since all are pinned, or can't be written back. */
public final class FramesExhaustedException extends RegionException {
  private static final long serialVersionUID = 1L;

  public FramesExhaustedException(String region, int frames) {
    super(
        region,
        "none of the "
            + frames
            + " frames of the DRAM tier can be freed: they are pinned, or can't be written back");
  }
}

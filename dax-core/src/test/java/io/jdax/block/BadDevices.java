package io.jdax.block;

import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.IOException;

/** For tests of other packages: devices that believe some of their bytes to be bad. */
public final class BadDevices {
  private BadDevices() {}

  /** A device that knows of a bad range. */
  public static PmemBlockDevice of(Region region, BadRange bad) throws IOException {
    return TestDevices.withBadBlocks(region, 4096, BadBlockClearer.of(region), bad);
  }
}

package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 2048 bytes in a memfd. */
class PmemBlockDeviceMemfd2048Test extends PmemBlockDeviceContract {
  PmemBlockDeviceMemfd2048Test() {
    super(2048);
  }

  @Override
  Region create() throws IOException {
    return devices.memfd(SIZE);
  }
}

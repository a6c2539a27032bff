package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 4096 bytes in a memfd. */
class PmemBlockDeviceMemfd4096Test extends PmemBlockDeviceContract {
  PmemBlockDeviceMemfd4096Test() {
    super(4096);
  }

  @Override
  Region create() throws IOException {
    return devices.memfd(SIZE);
  }
}

package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 1024 bytes in a memfd. */
class PmemBlockDeviceMemfd1024Test extends PmemBlockDeviceContract {
  PmemBlockDeviceMemfd1024Test() {
    super(1024);
  }

  @Override
  Region create() throws IOException {
    return devices.memfd(SIZE);
  }
}

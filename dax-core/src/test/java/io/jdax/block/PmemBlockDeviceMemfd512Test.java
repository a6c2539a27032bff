package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 512 bytes in a memfd. */
class PmemBlockDeviceMemfd512Test extends PmemBlockDeviceContract {
  PmemBlockDeviceMemfd512Test() {
    super(512);
  }

  @Override
  Region create() throws IOException {
    return devices.memfd(SIZE);
  }
}

package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 4096 bytes in /dev/shm. */
class PmemBlockDeviceShm4096Test extends PmemBlockDeviceContract {
  PmemBlockDeviceShm4096Test() {
    super(4096);
  }

  @Override
  Region create() throws IOException {
    return devices.shm(SIZE);
  }
}

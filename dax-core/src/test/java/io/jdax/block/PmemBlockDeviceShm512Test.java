package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;

/** Sectors of 512 bytes in /dev/shm. */
class PmemBlockDeviceShm512Test extends PmemBlockDeviceContract {
  PmemBlockDeviceShm512Test() {
    super(512);
  }

  @Override
  Region create() throws IOException {
    return devices.shm(SIZE);
  }
}

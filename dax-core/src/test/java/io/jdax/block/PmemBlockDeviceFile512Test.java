package io.jdax.block;

import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Path;

/** Sectors of 512 bytes in an ordinary file, durable a page at a time. */
class PmemBlockDeviceFile512Test extends PmemBlockDeviceContract {
  PmemBlockDeviceFile512Test() {
    super(512);
  }

  @Override
  Region create() throws IOException {
    return devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE);
  }
}

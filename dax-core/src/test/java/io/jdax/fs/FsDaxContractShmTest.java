package io.jdax.fs;

import io.jdax.region.Region;
import java.io.IOException;

/** The rules, over a file in /dev/shm. */
class FsDaxContractShmTest extends FsDaxContractTest {
  @Override
  protected Region region(long sizeBytes) throws IOException {
    return regionIn("/dev/shm", sizeBytes);
  }
}

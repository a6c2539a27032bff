package io.jdax.mm.engine;

import io.jdax.region.Region;
import java.io.IOException;

/** The rules, over a file in /dev/shm. */
class TinyDaxContractShmTest extends TinyDaxContractTest {
  @Override
  protected Region region(long sizeBytes) throws IOException {
    return regionIn("/dev/shm", sizeBytes);
  }
}

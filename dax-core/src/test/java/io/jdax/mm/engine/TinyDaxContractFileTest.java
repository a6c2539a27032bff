package io.jdax.mm.engine;

import io.jdax.region.Region;
import java.io.IOException;

/** The rules, over an ordinary file. */
class TinyDaxContractFileTest extends TinyDaxContractTest {
  @Override
  protected Region region(long sizeBytes) throws IOException {
    return regionIn(System.getProperty("user.dir"), sizeBytes);
  }
}

package io.jdax.fs;

import io.jdax.region.Region;
import java.io.IOException;

/** The rules, over an ordinary file. */
class FsDaxContractFileTest extends FsDaxContractTest {
  @Override
  protected Region region(long sizeBytes) throws IOException {
    return regionIn(System.getProperty("user.dir"), sizeBytes);
  }
}

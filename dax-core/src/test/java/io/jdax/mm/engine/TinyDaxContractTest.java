package io.jdax.mm.engine;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;

/** The rules over the file system of a hundred lines. */
class TinyDaxContractTest extends DaxContract {
  @Override
  protected ContractDisk format(Region region, Persister persister) throws IOException {
    return new TinyDisk(region, persister);
  }
}

package io.jdax.persist;

import io.jdax.region.Region;
import java.io.IOException;

class MsyncPersisterShmTest extends PersisterContract {
  @Override
  Region region(long sizeBytes) throws IOException {
    return regions.create(TestRegions.MEMORY, sizeBytes);
  }

  @Override
  Persister persister(Region region) throws IOException {
    return new MsyncPersister(region, "test");
  }
}

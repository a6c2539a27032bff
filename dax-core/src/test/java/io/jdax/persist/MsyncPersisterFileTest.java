package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.jdax.region.Region;
import java.io.IOException;

class MsyncPersisterFileTest extends PersisterContract {
  @Override
  Region region(long sizeBytes) throws IOException {
    return regions.create(disk, sizeBytes);
  }

  @Override
  Persister persister(Region region) throws IOException {
    return assertInstanceOf(MsyncPersister.class, Persister.of(region));
  }
}

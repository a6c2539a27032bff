package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.jdax.region.Region;
import java.io.IOException;

class CacheLinePersisterMemfdTest extends PersisterContract {
  @Override
  Region region(long sizeBytes) throws IOException {
    return regions.add(Region.anonymous("test", sizeBytes));
  }

  @Override
  Persister persister(Region region) throws IOException {
    return assertInstanceOf(CacheLinePersister.class, Persister.of(region));
  }
}

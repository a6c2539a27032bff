package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SlowPersisterTest extends PersisterContract {
  private static final long RATE = 1L << 30;

  @Override
  Region region(long sizeBytes) throws IOException {
    return regions.create(TestRegions.MEMORY, sizeBytes);
  }

  @Override
  Persister persister(Region region) throws IOException {
    return SlowPersister.of(new FencePersister(region, DeepFlush.NONE), RATE);
  }

  @Override
  boolean flushTouches() {
    return false;
  }

  @Test
  @DisplayName("It says that it is slow, and wants a rate that can be")
  void slow() throws IOException {
    Region region = region(4096);
    Persister slow = persister(region);
    assertTrue(slow.slowToWrite());
    assertThrows(IllegalArgumentException.class, () -> SlowPersister.of(slow, 0));
  }
}

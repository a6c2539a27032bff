package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.jdax.region.PersistenceDomain;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** On a file of the DAX mount that PMEM_MNT names, by whatever its platform calls for. */
@Tag("pmem")
@EnabledIfEnvironmentVariable(named = "PMEM_MNT", matches = ".+")
class CacheLinePersisterPmemTest extends PersisterContract {
  private boolean fence;

  @Override
  Region region(long sizeBytes) throws IOException {
    return regions.create(Path.of(System.getenv("PMEM_MNT")), sizeBytes);
  }

  @Override
  Persister persister(Region region) throws IOException {
    fence =
        region.facts().persistenceDomain().orElse(PersistenceDomain.UNKNOWN)
            == PersistenceDomain.CPU_CACHE;
    Persister persister = Persister.of(region);
    Class<? extends Persister> wanted = fence ? FencePersister.class : CacheLinePersister.class;
    assertInstanceOf(wanted, persister);
    return persister;
  }

  /** An emulated CPU may take a write-back for a no-op, and then it faults on nothing. */
  @Override
  boolean flushTouches() throws IOException {
    return !fence && !Files.readString(Path.of("/proc/cpuinfo")).contains("QEMU TCG");
  }
}

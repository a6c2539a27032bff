package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.Region;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** On a file of the DAX mount that PMEM_MNT names. */
@Tag("pmem")
@EnabledIfEnvironmentVariable(named = "PMEM_MNT", matches = ".+")
class JdkSyncPersisterTest extends PersisterContract {
  @Override
  Region region(long sizeBytes) throws IOException {
    // Emulated persistent memory is small, so what tests offsets beyond 2 GiB is sparse there.
    return regions.create(Path.of(System.getenv("PMEM_MNT")), sizeBytes);
  }

  @Override
  Persister persister(Region region) throws IOException {
    assertEquals(RegionKind.FSDAX, region.kind());
    return assertInstanceOf(
        JdkSyncPersister.class,
        PersistChoice.persister(region, new PersistOverrides(PersistOverrides.Method.JDK, null)));
  }

  @Test
  @DisplayName("Says that it is the jdk")
  void saysThatItIsTheJdk() {
    assertTrue(persister.describe().startsWith("jdk"));
  }
}

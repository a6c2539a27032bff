package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.region.PersistenceDomain;
import io.jdax.region.Region;
import io.jdax.region.RegionKind;
import io.jdax.region.UnsupportedRegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * On the device-dax that PMEM_DEV names: what a file can show, the contract shows. Destroys data.
 */
@Tag("pmem")
@EnabledIfEnvironmentVariable(named = "PMEM_DEV", matches = "/dev/dax.+")
class DevdaxPersisterPmemTest {
  @Test
  @DisplayName("Bytes are persisted and deep flushed")
  void bytesArePersistedAndDeepFlushed() throws IOException {
    byte[] pattern = new byte[3 << 20];
    new Random(3).nextBytes(pattern);
    MemorySegment source = MemorySegment.ofArray(pattern);
    try (Region region = Region.open(Path.of(System.getenv("PMEM_DEV")))) {
      assertEquals(RegionKind.DEVDAX, region.kind());
      Persister persister = Persister.of(region);
      boolean fence =
          region.facts().persistenceDomain().orElse(PersistenceDomain.UNKNOWN)
              == PersistenceDomain.CPU_CACHE;
      Class<? extends Persister> wanted = fence ? FencePersister.class : CacheLinePersister.class;
      assertInstanceOf(wanted, persister);
      long end = region.sizeBytes() - pattern.length;
      for (long offset : new long[] {0, 777, end}) {
        persister.copyPersist(offset, source, 0, pattern.length);
        persister.persist(offset, pattern.length);
        persister.deepFlush(offset, pattern.length);
        assertEquals(-1, region.segment().asSlice(offset, pattern.length).mismatch(source));
      }
      persister.fillPersist(end, pattern.length, (byte) 0);
      assertEquals(0, region.segment().get(JAVA_BYTE, end));
    }
  }

  @Test
  @DisplayName("Msync is refused")
  void msyncIsRefused() throws IOException {
    try (Region region = Region.open(Path.of(System.getenv("PMEM_DEV")))) {
      PersistOverrides msync = new PersistOverrides(PersistOverrides.Method.MSYNC, null);
      assertThrows(UnsupportedRegionException.class, () -> PersistChoice.persister(region, msync));
    }
  }
}

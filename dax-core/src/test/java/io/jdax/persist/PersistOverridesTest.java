package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.os.NativeStubs;
import io.jdax.region.Region;
import io.jdax.region.UnsupportedRegionException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The properties themselves, on a region of this machine. */
class PersistOverridesTest {
  private Region region;

  @BeforeEach
  void open() throws IOException {
    region = Region.anonymous("overrides", 8192);
  }

  @AfterEach
  void restore() throws IOException {
    System.clearProperty("jdax.persist");
    System.clearProperty("jdax.copy");
    NativeStubs.select(null, null);
    region.close();
  }

  private Persister with(String property, String value) throws IOException {
    System.setProperty(property, value);
    return Persister.of(region);
  }

  private String refusal(String property, String value) {
    return Messages.of(assertThrows(UnsupportedRegionException.class, () -> with(property, value)));
  }

  @Test
  @DisplayName("Instructions are taken by name")
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void instructionsAreTakenByName() throws IOException {
    assertInstanceOf(CacheLinePersister.class, with("jdax.persist", "clflush"));
    assertEquals(StubFlushKind.CLFLUSH, NativeStubs.flushKind());
    Persister persister = with("jdax.copy", "sse2");
    assertEquals(StubCopyKind.BASELINE, NativeStubs.copyKind());
    assertEquals("clflush (native stubs, sse2 copies)", persister.describe());
    persister.persist(0, 8192);
    assertTrue(refusal("jdax.copy", "neon").contains("this JVM runs on amd64"));
  }

  @Test
  @DisplayName("Instruction of another cpu is refused")
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
  void instructionOfAnotherCpuIsRefused() {
    assertTrue(
        refusal("jdax.persist", "cvap").contains("this CPU does not have jdax.persist=cvap"));
  }

  @Test
  @DisplayName("Fence and msync are taken by name")
  void fenceAndMsyncAreTakenByName() throws IOException {
    assertInstanceOf(FencePersister.class, with("jdax.persist", "fence"));
    assertInstanceOf(MsyncPersister.class, with("jdax.persist", "msync"));
  }

  @Test
  @DisplayName("Jdk is refused off fsdax")
  void jdkIsRefusedOffFsdax() {
    assertTrue(refusal("jdax.persist", "jdk").contains("fsdax"));
  }

  @Test
  @DisplayName("Domain of persistent caches leads to a fence")
  void domainOfPersistentCachesLeadsToAFence() throws IOException {
    System.setProperty("jdax.domain", "cpu_cache");
    try (Region cached = Region.anonymous("cached", 8192)) {
      assertInstanceOf(FencePersister.class, Persister.of(cached));
    } finally {
      System.clearProperty("jdax.domain");
    }
  }

  @Test
  @DisplayName("Unknown word is refused with the known ones")
  void unknownWordIsRefusedWithTheKnownOnes() {
    String said = refusal("jdax.persist", "magic");
    assertTrue(said.contains("jdax.persist=magic"), said);
    assertTrue(said.contains("clwb, clflushopt, clflush, cvap, cvac, fence, jdk, msync"), said);
    System.clearProperty("jdax.persist");
    assertTrue(refusal("jdax.copy", "mmx").contains("sse2, neon, avx2, avx512"));
  }
}

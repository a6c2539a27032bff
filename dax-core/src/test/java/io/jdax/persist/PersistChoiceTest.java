package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.machine.StubStatus;
import io.jdax.persist.PersistOverrides.Copy;
import io.jdax.persist.PersistOverrides.Method;
import io.jdax.region.PersistenceDomain;
import io.jdax.region.RegionKind;
import io.jdax.region.UnsupportedRegionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every branch of the choice, in situations that this machine need not be in. */
class PersistChoiceTest {
  private static final StubStatus LOADED = new StubStatus.Loaded("native stubs");
  private static final StubStatus ABSENT =
      new StubStatus.NotSupported("there are no stubs for z80");
  private static final PersistenceDomain ADR = PersistenceDomain.MEMORY_CONTROLLER;
  private static final PersistenceDomain EADR = PersistenceDomain.CPU_CACHE;
  private static final long DCPOP = 1L << 32;

  private static PersistSituation at(RegionKind kind, PersistenceDomain domain, StubStatus stubs) {
    return new PersistSituation("r", kind, false, domain, stubs, 0, "amd64");
  }

  private static PersistPlan chosen(PersistSituation situation) throws Exception {
    return PersistChoice.plan(situation, PersistOverrides.NONE);
  }

  private static PersistPlan named(PersistSituation situation, Method method) throws Exception {
    return PersistChoice.plan(situation, new PersistOverrides(method, null));
  }

  private static String refusal(PersistSituation situation, Method method) {
    return Messages.of(
        assertThrows(UnsupportedRegionException.class, () -> named(situation, method)));
  }

  @ParameterizedTest
  @DisplayName("Cache lines are flushed where stores reach the media")
  @EnumSource(RegionKind.class)
  void cacheLinesAreFlushedWhereStoresReachTheMedia(RegionKind kind) throws Exception {
    PersistPlan plan = chosen(at(kind, ADR, LOADED));
    if (kind == RegionKind.FILE) {
      assertInstanceOf(PersistPlan.Msync.class, plan);
    } else {
      assertEquals(new PersistPlan.CacheLine(null, null), plan);
    }
  }

  @ParameterizedTest
  @DisplayName("Domain that is not told means flush")
  @EnumSource(
      value = PersistenceDomain.class,
      names = {"UNKNOWN", "NONE"})
  void domainThatIsNotToldMeansFlush(PersistenceDomain domain) throws Exception {
    assertEquals(
        new PersistPlan.CacheLine(null, null), chosen(at(RegionKind.DEVDAX, domain, LOADED)));
  }

  @Test
  @DisplayName("Persistent caches need only a fence with and without stubs")
  void persistentCachesNeedOnlyAFenceWithAndWithoutStubs() throws Exception {
    for (StubStatus stubs : new StubStatus[] {LOADED, ABSENT}) {
      assertEquals(new PersistPlan.Fence(null), chosen(at(RegionKind.DEVDAX, EADR, stubs)));
      assertEquals(new PersistPlan.Fence(null), chosen(at(RegionKind.FSDAX, EADR, stubs)));
      assertInstanceOf(PersistPlan.Msync.class, chosen(at(RegionKind.FILE, EADR, stubs)));
    }
  }

  @Test
  @DisplayName("Without stubs the jdk or msync take over")
  void withoutStubsTheJdkOrMsyncTakeOver() throws Exception {
    assertEquals(new PersistPlan.Jdk(true), chosen(at(RegionKind.FSDAX, ADR, ABSENT)));
    assertInstanceOf(PersistPlan.Msync.class, chosen(at(RegionKind.EMULATED, ADR, ABSENT)));
    assertInstanceOf(PersistPlan.Msync.class, chosen(at(RegionKind.ANONYMOUS, ADR, ABSENT)));
  }

  @Test
  @DisplayName("Devdax without stubs is refused with the reason")
  void devdaxWithoutStubsIsRefusedWithTheReason() {
    String said =
        Messages.of(
            assertThrows(
                UnsupportedRegionException.class,
                () -> chosen(at(RegionKind.DEVDAX, ADR, ABSENT))));
    assertTrue(said.startsWith("r: "), said);
    assertTrue(said.contains("no stubs for z80"), said);
  }

  @Test
  @DisplayName("Read only region needs nothing whatever is asked for")
  void readOnlyRegionNeedsNothingWhateverIsAskedFor() throws Exception {
    PersistSituation s =
        new PersistSituation("r", RegionKind.DEVDAX, true, ADR, ABSENT, 0, "amd64");
    assertEquals(new PersistPlan.ReadOnly(), chosen(s));
    assertEquals(new PersistPlan.ReadOnly(), named(s, Method.FENCE));
  }

  @ParameterizedTest
  @DisplayName("Cache line override")
  @EnumSource(
      value = Method.class,
      names = {"CLWB", "CLFLUSHOPT", "CLFLUSH", "CVAP", "CVAC"})
  void cacheLineOverride(Method method) throws Exception {
    StubFlushKind kind = StubFlushKind.valueOf(method.name());
    assertEquals(
        new PersistPlan.CacheLine(kind, null), named(at(RegionKind.DEVDAX, ADR, LOADED), method));
    assertTrue(refusal(at(RegionKind.FILE, ADR, LOADED), method).contains("page cache"));
    assertTrue(refusal(at(RegionKind.EMULATED, ADR, ABSENT), method).contains("z80"));
  }

  @Test
  @DisplayName("Cvac is refused where cvap is there unless the memory is emulated")
  void cvacIsRefusedWhereCvapIsThereUnlessTheMemoryIsEmulated() throws Exception {
    PersistSituation real =
        new PersistSituation("r", RegionKind.DEVDAX, false, ADR, LOADED, DCPOP, "aarch64");
    assertTrue(refusal(real, Method.CVAC).contains("point of coherency"));
    PersistSituation emulated =
        new PersistSituation("r", RegionKind.EMULATED, false, ADR, LOADED, DCPOP, "aarch64");
    assertEquals(new PersistPlan.CacheLine(StubFlushKind.CVAC, null), named(emulated, Method.CVAC));
  }

  @Test
  @DisplayName("Fence override is refused where stores would be lost")
  void fenceOverrideIsRefusedWhereStoresWouldBeLost() throws Exception {
    assertEquals(
        new PersistPlan.Fence(null), named(at(RegionKind.EMULATED, ADR, ABSENT), Method.FENCE));
    assertEquals(
        new PersistPlan.Fence(null), named(at(RegionKind.ANONYMOUS, ADR, LOADED), Method.FENCE));
    assertEquals(
        new PersistPlan.Fence(null), named(at(RegionKind.DEVDAX, EADR, LOADED), Method.FENCE));
    assertTrue(
        refusal(at(RegionKind.DEVDAX, ADR, LOADED), Method.FENCE).contains("MEMORY_CONTROLLER"));
    refusal(at(RegionKind.FSDAX, PersistenceDomain.UNKNOWN, LOADED), Method.FENCE);
    refusal(at(RegionKind.FILE, EADR, LOADED), Method.FENCE);
  }

  @Test
  @DisplayName("Jdk override is for fsdax and does not fall back")
  void jdkOverrideIsForFsdaxAndDoesNotFallBack() throws Exception {
    assertEquals(new PersistPlan.Jdk(false), named(at(RegionKind.FSDAX, ADR, LOADED), Method.JDK));
    for (RegionKind kind :
        new RegionKind[] {RegionKind.DEVDAX, RegionKind.FILE, RegionKind.EMULATED}) {
      assertTrue(refusal(at(kind, ADR, LOADED), Method.JDK).contains("jdax.persist=jdk"));
    }
  }

  @Test
  @DisplayName("Msync override is for all but devdax")
  void msyncOverrideIsForAllButDevdax() throws Exception {
    assertInstanceOf(
        PersistPlan.Msync.class, named(at(RegionKind.FSDAX, ADR, LOADED), Method.MSYNC));
    assertInstanceOf(
        PersistPlan.Msync.class, named(at(RegionKind.EMULATED, ADR, LOADED), Method.MSYNC));
    assertTrue(refusal(at(RegionKind.DEVDAX, ADR, LOADED), Method.MSYNC).contains("no msync"));
  }

  @Test
  @DisplayName("Copy override needs stubs and the right architecture")
  void copyOverrideNeedsStubsAndTheRightArchitecture() throws Exception {
    PersistOverrides avx2 = new PersistOverrides(null, Copy.AVX2);
    assertEquals(
        new PersistPlan.CacheLine(null, StubCopyKind.AVX2),
        PersistChoice.plan(at(RegionKind.EMULATED, ADR, LOADED), avx2));
    assertEquals(
        new PersistPlan.Fence(StubCopyKind.AVX2),
        PersistChoice.plan(at(RegionKind.DEVDAX, EADR, LOADED), avx2));
    assertThrows(
        UnsupportedRegionException.class,
        () -> PersistChoice.plan(at(RegionKind.EMULATED, ADR, ABSENT), avx2));
    assertThrows(
        UnsupportedRegionException.class,
        () ->
            PersistChoice.plan(
                at(RegionKind.EMULATED, ADR, LOADED), new PersistOverrides(null, Copy.NEON)));
    assertInstanceOf(
        PersistPlan.Msync.class, PersistChoice.plan(at(RegionKind.FILE, ADR, ABSENT), avx2));
  }

  @Test
  @DisplayName("Jdk is not trusted without its optimising compiler")
  void jdkIsNotTrustedWithoutItsOptimisingCompiler() {
    assertTrue(JdkSyncPersister.writesBack("mixed mode, sharing"));
    assertFalse(JdkSyncPersister.writesBack("mixed mode, emulated-client, sharing"));
    assertFalse(JdkSyncPersister.writesBack("interpreted mode, sharing"));
  }
}

package io.jdax.persist;

import io.jdax.machine.Reading;
import io.jdax.machine.StubStatus;
import io.jdax.os.NativeStubs;
import io.jdax.region.PersistenceDomain;
import io.jdax.region.Region;
import io.jdax.region.RegionKind;

/**
 * All that the choice of a persister depends on, so that tests can pose situations that this
 * machine is not in.
 *
 * @param region the name, for messages
 * @param domain as the platform tells it, or UNKNOWN if it does not
 * @param stubs whether the native stubs are there
 * @param cpuFeatures {@code JDAX_CPU_} bits of {@code jdax.h}
 * @param arch the system property os.arch
 */
record PersistSituation(
    String region,
    RegionKind kind,
    boolean readOnly,
    PersistenceDomain domain,
    StubStatus stubs,
    long cpuFeatures,
    String arch) {
  private static final long CPU_DCPOP = 1L << 32;

  static PersistSituation of(Region region, Reading<PersistenceDomain> domain) {
    return new PersistSituation(
        region.name(),
        region.kind(),
        region.readOnly(),
        domain.orElse(PersistenceDomain.UNKNOWN),
        NativeStubs.status(),
        NativeStubs.cpuFeatures(),
        System.getProperty("os.arch", ""));
  }

  boolean stubsLoaded() {
    return stubs instanceof StubStatus.Loaded;
  }

  /** Whether this is memory that does not survive power loss, whatever is done. */
  boolean emulated() {
    return kind == RegionKind.EMULATED || kind == RegionKind.ANONYMOUS;
  }

  /** Whether a store that has left the CPU's caches has reached the media. */
  boolean directAccess() {
    return kind != RegionKind.FILE;
  }

  boolean cachesPersist() {
    return domain == PersistenceDomain.CPU_CACHE;
  }

  /** Whether the CPU can write lines back to the point of persistence. */
  boolean hasCvap() {
    return (cpuFeatures & CPU_DCPOP) != 0;
  }
}

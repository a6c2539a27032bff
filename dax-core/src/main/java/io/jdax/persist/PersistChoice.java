package io.jdax.persist;

import static io.jdax.persist.PersistOverrides.word;

import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.os.NativeStubs;
import io.jdax.persist.PersistOverrides.Copy;
import io.jdax.persist.PersistOverrides.Method;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import io.jdax.region.UnsupportedRegionException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides how the stores to a region become durable, by what the platform is and
 * what the user wants.
 *
 * <pre>
 *   kind                 caches persist   with stubs      without
 *   device-dax           fence            cache lines     refused, since the JVM can't flush it
 *   fsdax                fence            cache lines     jdk, else msync
 *   /dev/shm, memfd      fence            cache lines     msync
 *   ordinary file        msync            msync           msync
 * </pre>
 */
final class PersistChoice {
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private PersistChoice() {}

  static Persister persister(Region region, PersistOverrides overrides) throws IOException {
    RegionFacts facts = region.facts();
    PersistSituation situation = PersistSituation.of(region, facts.persistenceDomain());
    PersistPlan plan = plan(situation, overrides);
    if (overrides.method() == null) { // whoever asks for a method knows what it costs
      MissingStubs.tell(situation, plan);
    }
    DeepFlush deeper = DeepFlush.of(region.kind(), facts);
    return switch (plan) {
      case PersistPlan.ReadOnly readOnly -> new ReadOnlyPersister(region);
      case PersistPlan.Msync(String why) -> new MsyncPersister(region, why);
      case PersistPlan.Jdk(boolean orMsync) -> jdk(region, deeper, orMsync);
      case PersistPlan.Fence(StubCopyKind copy) -> {
        if (copy != null) {
          select(region, null, copy);
        }
        yield new FencePersister(region, deeper);
      }
      case PersistPlan.CacheLine(StubFlushKind flush, StubCopyKind copy) -> {
        select(region, flush, copy);
        if (!situation.emulated() && NativeStubs.flushKind() == StubFlushKind.CVAC) {
          warnOfCvac(region);
        }
        yield new CacheLinePersister(region, deeper);
      }
    };
  }

  static PersistPlan plan(PersistSituation s, PersistOverrides overrides)
      throws UnsupportedRegionException {
    if (s.readOnly()) {
      return new PersistPlan.ReadOnly();
    }
    StubCopyKind copy = copy(s, overrides.copy());
    Method method = overrides.method();
    return method == null ? byPlatform(s, copy) : byName(s, method, copy);
  }

  private static PersistPlan byPlatform(PersistSituation s, @Nullable StubCopyKind copy)
      throws UnsupportedRegionException {
    if (!s.directAccess()) {
      return new PersistPlan.Msync("an ordinary file, in the page cache");
    }
    if (s.cachesPersist()) {
      return new PersistPlan.Fence(copy);
    }
    if (s.stubsLoaded()) {
      return new PersistPlan.CacheLine(null, copy);
    }
    return switch (s.kind()) {
      case DEVDAX ->
          throw new UnsupportedRegionException(
              s.region(),
              "stores can't be made durable: device-dax needs cache lines written back, which only"
                  + " the native stubs can do, and "
                  + s.stubs().sentence());
      case FSDAX -> new PersistPlan.Jdk(true);
      case EMULATED, ANONYMOUS, FILE -> new PersistPlan.Msync(s.stubs().sentence());
    };
  }

  private static PersistPlan byName(PersistSituation s, Method method, @Nullable StubCopyKind copy)
      throws UnsupportedRegionException {
    return switch (method) {
      case CLWB, CLFLUSHOPT, CLFLUSH, CVAP, CVAC -> {
        check(
            s,
            method,
            s.directAccess(),
            "an ordinary file lies in the page cache, and its stores need msync");
        check(s, method, s.stubsLoaded(), s.stubs().sentence());
        check(
            s,
            method,
            method != Method.CVAC || s.emulated() || !s.hasCvap(),
            "cvac cleans to the point of coherency, and this CPU can clean to the point of"
                + " persistence (cvap)");
        yield new PersistPlan.CacheLine(method.flush(), copy);
      }
      case FENCE -> {
        check(
            s,
            method,
            s.emulated() || (s.directAccess() && s.cachesPersist()),
            "the persistence domain is "
                + s.domain()
                + ", not CPU_CACHE, so that stores would be lost with the caches");
        yield new PersistPlan.Fence(copy);
      }
      case JDK -> {
        check(
            s,
            method,
            s.kind() == RegionKind.FSDAX,
            "only a file on fsdax can be mapped with READ_WRITE_SYNC");
        yield new PersistPlan.Jdk(false);
      }
      case MSYNC -> {
        check(s, method, s.kind() != RegionKind.DEVDAX, "device-dax has no msync");
        yield new PersistPlan.Msync(PersistOverrides.METHOD_PROPERTY + "=msync");
      }
    };
  }

  private static @Nullable StubCopyKind copy(PersistSituation s, @Nullable Copy copy)
      throws UnsupportedRegionException {
    if (copy == null || !s.directAccess()) {
      return null;
    }
    if (!s.stubsLoaded()) {
      throw refused(s, PersistOverrides.COPY_PROPERTY, copy, s.stubs().sentence());
    }
    if (!s.arch().equals(copy.arch())) {
      throw refused(s, PersistOverrides.COPY_PROPERTY, copy, "this JVM runs on " + s.arch());
    }
    return copy.kind();
  }

  private static void check(PersistSituation s, Method method, boolean sound, String unless)
      throws UnsupportedRegionException {
    if (!sound) {
      throw refused(s, PersistOverrides.METHOD_PROPERTY, method, unless);
    }
  }

  private static UnsupportedRegionException refused(
      PersistSituation s, String property, Enum<?> value, String why) {
    return new UnsupportedRegionException(
        s.region(), property + "=" + word(value) + " is refused: " + why);
  }

  private static void select(
      Region region, @Nullable StubFlushKind flush, @Nullable StubCopyKind copy)
      throws UnsupportedRegionException {
    if (NativeStubs.select(flush, copy) != 0) {
      throw new UnsupportedRegionException(
          region.name(),
          "this CPU does not have "
              + (flush == null ? "" : PersistOverrides.METHOD_PROPERTY + "=" + flush.instruction())
              + (flush == null || copy == null ? "" : " or ")
              + (copy == null
                  ? ""
                  : PersistOverrides.COPY_PROPERTY + "=" + PersistOverrides.nameOf(copy)));
    }
  }

  private static Persister jdk(Region region, DeepFlush deeper, boolean orMsync)
      throws IOException {
    try {
      return new JdkSyncPersister(region, deeper);
    } catch (UnsupportedOperationException | IOException e) {
      String why = "this JVM can't make a SYNC mapping of it: " + e.getMessage();
      if (orMsync) {
        return new MsyncPersister(region, why);
      }
      UnsupportedRegionException refused =
          new UnsupportedRegionException(
              region.name(), PersistOverrides.METHOD_PROPERTY + "=jdk is refused: " + why);
      refused.initCause(e);
      throw refused;
    }
  }

  private static void warnOfCvac(Region region) {
    if (WARNED.compareAndSet(false, true)) {
      System.getLogger(PersistChoice.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "{0}: this CPU has no DC CVAP, so stores are cleaned to the point of coherency only,"
                  + " which persistent memory may lie beyond",
              region.name());
    }
  }
}

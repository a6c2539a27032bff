package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.mm.engine.Quarantine;
import io.jdax.os.OwedError;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What the JVM owes to an earlier access of the caller is delivered before anything is held. */
@Timeout(120)
class EntriesDeliverTest {
  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;
  private AddressSpace space;
  private DaxMapping mapping;
  private final MemorySegment page = MemorySegment.ofArray(new byte[4096]);

  @BeforeEach
  void open() throws Exception {
    fixture = new FsFixture(16 << 20);
    fs = fixture.fs;
    file = fs.open("/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    file.truncate(64 * PAGE);
    fs.createDirectory("/d");
    fs.symlink("f", "/l");
    space = file.addressSpace();
    mapping = file.map(0, 64 * PAGE);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private Map<String, Executable> files() {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("read", () -> file.read(0, page));
    calls.put("write", () -> file.write(0, page));
    calls.put("append", () -> file.append(ByteBuffer.allocate(10)));
    calls.put("fsync", () -> file.fsync());
    calls.put("sizeBytes", () -> file.sizeBytes());
    calls.put("truncate", () -> file.truncate(PAGE, Duration.ZERO));
    calls.put("allocate", () -> file.allocate(0, PAGE, true));
    calls.put("punchHole", () -> file.punchHole(0, PAGE));
    calls.put("zeroRange", () -> file.zeroRange(0, PAGE, true));
    calls.put("setExtentSizeHint", () -> file.setExtentSizeHint(2 << 20));
    calls.put("extentSizeHint", () -> file.extentSizeHint());
    calls.put("setTier", () -> file.setTier(TierMode.DIRECT));
    calls.put("tier", () -> file.tier());
    calls.put("isCached", () -> file.isCached());
    calls.put("nextData", () -> file.nextData(0));
    calls.put("nextHole", () -> file.nextHole(0));
    calls.put("extents", () -> file.extents());
    calls.put("pages", () -> file.pages());
    calls.put("map", () -> file.map(0, PAGE, Sharing.SHARED, false, HolePolicy.ZERO));
    calls.put("pin", () -> file.pin(0, PAGE, PinAccess.READ, false));
    calls.put("pinHere", () -> file.pinHere(0, PAGE, PinAccess.READ));
    calls.put("stat", () -> file.stat());
    calls.put("statistics", () -> file.statistics());
    return calls;
  }

  private Map<String, Executable> names() {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("sync", () -> fs.sync());
    calls.put("setReadOnly", () -> fs.setReadOnly(false));
    calls.put("open", () -> fs.open("/f", OpenMode.READ).close());
    calls.put("createDirectory", () -> fs.createDirectory("/e"));
    calls.put("removeDirectory", () -> fs.removeDirectory("/d"));
    calls.put("unlink", () -> fs.unlink("/f"));
    calls.put("rename", () -> fs.rename("/f", "/g"));
    calls.put("link", () -> fs.link("/f", "/h"));
    calls.put("symlink", () -> fs.symlink("f", "/m"));
    calls.put("readSymlink", () -> fs.readSymlink("/l"));
    calls.put("list", () -> fs.list("/"));
    calls.put("exists", () -> fs.exists("/f"));
    calls.put("stat", () -> fs.stat("/f"));
    calls.put("lstat", () -> fs.lstat("/l"));
    calls.put("setTimes", () -> fs.setTimes("/f", Instant.EPOCH, null));
    calls.put("setPermissions", () -> fs.setPermissions("/f", 0600));
    calls.put("setOwner", () -> fs.setOwner("/f", 1, 1));
    calls.put("setAttribute", () -> fs.setAttribute("/f", "user.a", new byte[1]));
    calls.put("attribute", () -> fs.attribute("/f", "user.a"));
    calls.put("attributes", () -> fs.attributes("/f"));
    calls.put("removeAttribute", () -> fs.removeAttribute("/f", "user.a"));
    calls.put("setQuota", () -> fs.setQuota("/d", new Quota(1 << 20, 10)));
    calls.put("clearQuota", () -> fs.clearQuota("/d"));
    calls.put("quota", () -> fs.quota("/d"));
    calls.put("quotas", () -> fs.quotas());
    calls.put("statfs", () -> fs.statfs());
    calls.put("reclaim", () -> fs.reclaim());
    return calls;
  }

  private Map<String, Executable> mappings() {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("persist", () -> mapping.persist(0, PAGE));
    calls.put("force", () -> mapping.force());
    calls.put("populate", () -> mapping.populate(0, PAGE, true));
    calls.put("nextData", () -> mapping.nextData(0));
    calls.put("nextHole", () -> mapping.nextHole(0));
    calls.put("copyTo", () -> mapping.copyTo(0, page, 0, PAGE));
    calls.put("copyFrom", () -> mapping.copyFrom(0, page, 0, PAGE));
    calls.put("fill", () -> mapping.fill(0, PAGE, (byte) 1));
    // A fault; what is there already is an access, and no way in.
    for (Method method : DaxMapping.class.getMethods()) {
      if (method.getName().matches("(get|put)(Byte|Short|Int|Long)\\w*|compareAndSet\\w+")) {
        calls.put(method.getName(), () -> invoke(method));
      }
    }
    return calls;
  }

  private static Object argument(Class<?> type) {
    if (type == long.class) {
      return 32 * PAGE; // also for an offset: a page that nobody has touched
    }
    if (type == int.class) {
      return 0;
    }
    return type == short.class ? (Object) (short) 0 : (Object) (byte) 0;
  }

  private void invoke(Method method) throws Throwable {
    Object[] args =
        Stream.of(method.getParameterTypes()).map(EntriesDeliverTest::argument).toArray();
    method.setAccessible(true); // it belongs to a class of the package
    try {
      method.invoke(mapping, args);
    } catch (java.lang.reflect.InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Map<String, Executable> spaces() {
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("map", () -> space.map(0, PAGE));
    calls.put("flushDirty", () -> space.flushDirty(0, PAGE));
    calls.put("isQuiet", () -> space.isQuiet());
    calls.put("sweep", () -> space.sweep());
    calls.put("pin", () -> space.pin(0, PAGE, PinAccess.WRITE, true));
    calls.put("pinHere", () -> space.pinHere(0, PAGE, PinAccess.WRITE));
    calls.put("lockForInvalidation", () -> space.lockForInvalidation(0, 1, 0));
    calls.put("setReadOnly", () -> space.setReadOnly(false));
    calls.put("refuseStores", () -> space.refuseStores());
    calls.put("seek", () -> space.seek(0, PAGE, true));
    calls.put("close", () -> space.close());
    return calls;
  }

  private Map<String, Executable> quarantines() {
    Quarantine quarantine = fs.volume.frames.quarantine();
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("add", () -> quarantine.add(0, 1, (pfn, count) -> {}));
    calls.put("drainNow", () -> quarantine.drainNow());
    calls.put("turnOver", () -> quarantine.turnOver());
    calls.put("turnOverSoon", () -> quarantine.turnOverSoon());
    return calls;
  }

  @Test
  @DisplayName("Every public call delivers what is owed before it does anything")
  void deliverFirst() throws Throwable {
    check(DaxFile.class, files(), Set.of("addressSpace", "isOpen", "close", "toString"));
    check(
        DaxFileSystem.class,
        names(),
        Set.of("tier", "logStatistics", "quarantine", "close", "abandon", "toString"));
    check(
        DaxMapping.class,
        mappings(),
        Set.of(
            "sizeBytes",
            "firstPage",
            "pageCount",
            "sharing",
            "sync",
            "holes",
            "addressSpace",
            "isOpen",
            "statistics",
            "close",
            "toString"));
    check(
        AddressSpace.class,
        spaces(),
        Set.of(
            "hasMappings",
            "wasMapped",
            "isPinned",
            "readOnly",
            "invalidateLock",
            "frames",
            "name",
            "statistics",
            "toString",
            // with the invalidate lock held, whose owner delivered:
            "unmapMappingRange",
            "invalidation",
            "published",
            "forgetClean",
            "closeHeld",
            // called by the file system, whose entries deliver, and again by the lock they take:
            "collect",
            "ensureNotPinned",
            "revoke"));
    check(Quarantine.class, quarantines(), Set.of("limitPages", "statistics"));
  }

  /** Each call throws the owed error itself, at the first delivery, and leaves nothing locked. */
  private void check(Class<?> type, Map<String, Executable> calls, Set<String> others)
      throws Throwable {
    Set<String> missing =
        Stream.of(type.getDeclaredMethods())
            .filter(
                m -> Modifier.isPublic(m.getModifiers()) && !Modifier.isStatic(m.getModifiers()))
            .filter(m -> !m.isSynthetic())
            .map(Method::getName)
            .filter(name -> !calls.containsKey(name) && !others.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(missing.isEmpty(), "does it deliver? " + type.getSimpleName() + "." + missing);
    for (Map.Entry<String, Executable> call : calls.entrySet()) {
      String what = type.getSimpleName() + "." + call.getKey();
      try (OwedError owed = new OwedError(1)) {
        InternalError thrown = assertThrows(InternalError.class, call.getValue(), what);
        assertSame(owed.thrown(), thrown, what);
      }
      assertTrue(space.invalidateLock().tryLockExclusive(0), what);
      space.invalidateLock().unlockExclusive();
    }
    // Nothing has happened, nothing is held, and everything works.
    assertEquals(64 * PAGE, file.sizeBytes());
    assertTrue(fs.exists("/d") && fs.exists("/f") && !fs.exists("/e"));
    mapping.putLong(0, 1);
    mapping.persist(0, PAGE);
    fs.volume.frames.quarantine().turnOver();
    fs.createDirectory("/works");
    fs.removeDirectory("/works");
  }

  @Test
  @DisplayName("A close delivers what is owed, and has closed all the same")
  void closes() throws Exception {
    Pin pin = file.pin(0, PAGE, PinAccess.READ, false);
    DaxFile second = fs.open("/second", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    for (AutoCloseable closing : new AutoCloseable[] {pin, mapping, second}) {
      try (OwedError owed = new OwedError(1)) {
        InternalError thrown = assertThrows(InternalError.class, closing::close);
        assertSame(owed.thrown(), thrown);
      }
      closing.close();
    }
    assertEquals(false, pin.isOpen() || mapping.isOpen() || second.isOpen());
    FrameSpace frames = fs.volume.frames;
    try (OwedError owed = new OwedError(1)) {
      assertThrows(InternalError.class, fs::close);
      assertNotNull(owed.thrown());
    }
    frames.quarantine().drainNow();
    fixture.remount();
  }
}

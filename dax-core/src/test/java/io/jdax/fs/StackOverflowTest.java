package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Callers whose stack ends somewhere in the middle of a call. */
class StackOverflowTest {
  private static final long PAGES = 512;
  private static final long SIZE = PAGES * PAGE;
  private static final long STACK_BYTES = 256 << 10;
  private static final long PATIENCE_MILLIS = 60_000;

  /** So many calls in a row have had all the stack that they wanted. */
  private static final int ENOUGH = 20;

  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;
  private DaxFile other;
  private DaxMapping mapping;
  private DaxMapping loads;
  private boolean hangs;

  /** Counts calls, so that each meets other pages. */
  private long calls;

  private final Set<Pin> pins = new HashSet<>();
  private final Set<DaxFile> files = new HashSet<>();

  @BeforeEach
  void open() throws IOException {
    fixture = new FsFixture(16 << 20);
    fs = fixture.fs;
    file = fs.open("/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    file.truncate(SIZE);
    other = fs.open("/other", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    mapping = file.map(0, SIZE);
    loads = file.map(0, SIZE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
  }

  @AfterEach
  void close() throws IOException {
    if (!hangs) {
      fixture.close();
    }
  }

  private long somePage() {
    return calls * 7 % (PAGES - 16) * PAGE;
  }

  private Map<String, Executable> calls() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[5 * 4096]);
    Map<String, Executable> all = new LinkedHashMap<>();
    all.put("load", () -> loads.getLong(somePage()));
    all.put("store", () -> mapping.putLong(somePage(), 1));
    all.put("ordered store", () -> mapping.putLongVolatile(somePage(), 1));
    all.put("compare and set", () -> mapping.compareAndSetLong(somePage(), 0, 1));
    all.put("copyTo", () -> mapping.copyTo(somePage() + 5, bytes, 0, bytes.byteSize()));
    all.put("copyFrom", () -> mapping.copyFrom(somePage() + 5, bytes, 0, bytes.byteSize()));
    all.put("fill", () -> mapping.fill(somePage() + 5, 5 * PAGE, (byte) 0));
    all.put("persist", () -> mapping.persist(somePage(), 16 * PAGE));
    all.put("fsync", () -> file.fsync());
    all.put("write", () -> other.write(somePage() + 5, bytes));
    all.put("read", () -> file.read(somePage() + 5, bytes));
    all.put("punch", () -> file.punchHole(somePage(), 2 * PAGE));
    all.put("truncate", () -> other.truncate(somePage()));
    all.put("map", () -> mapAndClose(Sharing.SHARED));
    all.put("map privately", () -> mapAndClose(Sharing.PRIVATE));
    all.put("pin", () -> pinAndClose(PinAccess.WRITE));
    all.put("pin for reading", () -> pinAndClose(PinAccess.READ));
    all.put("open", this::openAndClose);
    all.put("turn over", () -> fs.volume.frames.quarantine().turnOver());
    all.put("sync", () -> fs.sync());
    return all;
  }

  private void mapAndClose(Sharing sharing) throws IOException {
    try (DaxMapping made = file.map(0, 16 * PAGE, sharing, false, HolePolicy.ZERO)) {
      made.putLong(0, 1);
    }
  }

  private void pinAndClose(PinAccess access) throws IOException {
    Pin pin = file.pin(somePage(), PAGE, access, false);
    pins.add(pin);
    pin.close();
    pins.remove(pin);
  }

  private void openAndClose() throws IOException {
    DaxFile opened = fs.open("/f", OpenMode.READ);
    files.add(opened);
    opened.close();
    files.remove(opened);
  }

  @Test
  @DisplayName("Wherever a caller's stack ends, the error leaves nothing locked, and others go on")
  void everyDepth() throws Exception {
    for (Map.Entry<String, Executable> call : calls().entrySet()) {
      warmUp(call.getValue());
      for (int round = 0; round < 2; round++) {
        file.punchHole(0, SIZE);
        String what = call.getKey() + ", round " + round;
        Map<Class<?>, Integer> ends = new HashMap<>();
        inThread(what, STACK_BYTES, () -> deep(call.getValue(), ends));
        assertTrue(ends.getOrDefault(StackOverflowError.class, 0) > 0, what + ends);
        assertEquals(Set.of(StackOverflowError.class, Void.class), ends.keySet(), what);
        for (Pin pin : pins) {
          pin.close();
        }
        pins.clear();
        for (DaxFile opened : files) {
          opened.close();
        }
        files.clear();
        inThread("others after " + what, 0, this::works);
      }
    }
    fixture.assertSound();
  }

  /** Classes are there before the stack gets scarce: one whose initialisation fails is lost. */
  private void warmUp(Executable call) throws Exception {
    count(new HashMap<>(), Void.class); // linking it the first time takes more stack than a claim
    for (int i = 0; i < 5; i++) {
      calls++;
      inThread("warming up", 0, call);
    }
    inThread("warming up", 0, this::works);
  }

  /** Calls it at the end of the stack, and again from each frame on the way back. */
  @SuppressWarnings("InfiniteRecursion") // it is to end in an overflow
  private void deep(Executable call, Map<Class<?>, Integer> ends) {
    try {
      deep(call, ends);
    } catch (StackOverflowError e) {
      // As deep as it goes: now back.
    }
    if (ends.getOrDefault(Void.class, 0) == ENOUGH) {
      return;
    }
    Class<?> end = Void.class;
    try {
      calls++;
      call.execute();
    } catch (Throwable t) {
      end = t.getClass();
    }
    count(ends, end);
  }

  private static void count(Map<Class<?>, Integer> ends, Class<?> end) {
    ends.merge(end, 1, Integer::sum);
  }

  private void works() throws IOException {
    assertTrue(file.addressSpace().invalidateLock().tryLockExclusive(0));
    file.addressSpace().invalidateLock().unlockExclusive();
    fs.volume.frames.quarantine().turnOver();
    for (long at = 0; at < SIZE; at += PAGE) {
      mapping.putLong(at, at);
      assertEquals(at, loads.getLong(at));
    }
    mapping.force();
    other.truncate(0);
    other.write(0, MemorySegment.ofArray(new byte[4096]));
    other.fsync();
    file.fsync();
    assertEquals(0, file.addressSpace().statistics().pins());
  }

  private void inThread(String what, long stackBytes, Executable work) throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                work.execute();
              } catch (Throwable t) {
                thrown.set(t);
              }
            },
            what,
            stackBytes);
    thread.setDaemon(true);
    thread.start();
    thread.join(PATIENCE_MILLIS);
    hangs = thread.isAlive();
    assertFalse(hangs, () -> what + " hangs at " + thread.getStackTrace()[0]);
    if (thrown.get() != null) {
      throw new AssertionError(what, thrown.get());
    }
  }
}

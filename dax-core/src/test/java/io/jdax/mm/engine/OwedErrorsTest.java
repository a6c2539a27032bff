package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import io.jdax.os.LinuxFiles;
import io.jdax.os.NativeStubs;
import io.jdax.os.OwedError;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** An InternalError comes at each place where one can come. */
@Timeout(120)
class OwedErrorsTest {
  private TinyDisk disk;
  private TinyFile file;
  private AddressSpace space;
  private FileMapping mapping;
  private final MemorySegment bytes = MemorySegment.ofArray(new byte[3 * 4096]);

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("owed", 4 << 20);
    disk = new TinyDisk(region, Persister.of(region));
    file = (TinyFile) disk.create("f");
    file.truncate(64 * PAGE, 0);
    space = file.space();
    mapping = space.map(0, 64 * PAGE);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  /** Calls that know an error in the middle for their own, and those whose fault copies a page. */
  private static final Set<String> OWN_WORDS =
      Set.of("ordered", "byte", "compare", "compare 4", "copyFrom", "fill", "private");

  @Test
  @DisplayName(
      "Wherever an error comes in the middle of a call, nothing is held and the next works; one"
          + " that comes at the entry is thrown as it is")
  void everyDelivery() throws Throwable {
    FileMapping copy = space.map(0, 64 * PAGE, Sharing.PRIVATE, false, HolePolicy.ZERO);
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("load fault", () -> mapping.getLong(PAGE));
    calls.put("store fault", () -> mapping.putLong(PAGE, 1));
    calls.put("private", () -> copy.putLong(PAGE, 1));
    calls.put("ordered", () -> mapping.putLongVolatile(PAGE, 1));
    calls.put("byte", () -> mapping.putByteRelease(PAGE, (byte) 1));
    calls.put("compare", () -> mapping.compareAndSetLong(PAGE, mapping.getLongVolatile(PAGE), 1));
    calls.put("compare 4", () -> mapping.compareAndSetInt(PAGE, mapping.getIntVolatile(PAGE), 1));
    calls.put("copyTo", () -> mapping.copyTo(100, bytes, 0, 3 * PAGE));
    calls.put("copyFrom", () -> mapping.copyFrom(100, bytes, 0, 3 * PAGE));
    calls.put("fill", () -> mapping.fill(100, 3 * PAGE, (byte) 1));
    calls.put("persist", () -> mapping.persist(0, 64 * PAGE));
    calls.put("pin", () -> closeTwice(space.pin(0, 2 * PAGE, PinAccess.WRITE, true)));
    calls.put("map", () -> space.map(0, PAGE).close());
    calls.put("turnOver", () -> disk.frames().quarantine().turnOver());
    for (Map.Entry<String, Executable> call : calls.entrySet()) {
      for (boolean again : new boolean[] {false, true}) {
        int delivery = 0;
        for (boolean came = true; came; ) {
          delivery++;
          if (!again) {
            space.unmapMappingRange(0, 64);
          }
          came = comes(call.getKey(), call.getValue(), delivery);
          works(call.getKey() + " at " + delivery);
        }
        assertTrue(again || delivery > 1, call.getKey());
      }
    }
  }

  private static void closeTwice(FilePin pin) throws IOException {
    try {
      pin.close();
    } catch (InternalError e) {
      pin.close();
      throw e;
    }
  }

  private boolean comes(String call, Executable body, int delivery) throws Throwable {
    String what = call + " at " + delivery;
    try (OwedError owed = new OwedError(delivery)) {
      Throwable seen = null;
      try {
        body.execute();
      } catch (InternalError | MediaErrorException e) {
        seen = e;
      }
      if (owed.thrown() == null) {
        assertNull(seen, what);
        return false;
      }
      assertNotNull(seen, what + ": swallowed");
      boolean own = delivery > 1 && OWN_WORDS.contains(call) && seen instanceof MediaErrorException;
      assertSame(owed.thrown(), own ? seen.getCause() : seen, what);
      return true;
    }
  }

  private void works(String what) throws IOException {
    assertTrue(space.invalidateLock().tryLockExclusive(0), what);
    space.invalidateLock().unlockExclusive();
    disk.frames().quarantine().turnOver();
    mapping.putLong(PAGE + 8, 7);
    mapping.putLongVolatile(2 * PAGE, 8);
    mapping.persist(0, 4 * PAGE);
    assertEquals(7, mapping.getLong(PAGE + 8), what);
    assertTrue(space.writeback().isClean(mapping.area(), 1), what);
  }

  @Test
  @DisplayName(
      "An error that is owed to other memory passes an ordered store and a compare-and-set as it"
          + " is, and nothing has been stored")
  void nothingStored() throws IOException {
    Map<String, Executable> stores = new LinkedHashMap<>();
    stores.put("putByteOpaque", () -> mapping.putByteOpaque(PAGE, (byte) 1));
    stores.put("putShortRelease", () -> mapping.putShortRelease(PAGE, (short) 1));
    stores.put("putIntVolatile", () -> mapping.putIntVolatile(PAGE, 1));
    stores.put("putLongRelease", () -> mapping.putLongRelease(PAGE, 1));
    stores.put("compareAndSetInt", () -> mapping.compareAndSetInt(PAGE, 7, 1));
    stores.put("compareAndSetLong", () -> mapping.compareAndSetLong(PAGE, 7, 1));
    mapping.putLong(PAGE, 7);
    stores.forEach(
        (name, store) -> {
          try (OwedError owed = new OwedError(1)) {
            InternalError thrown = assertThrows(InternalError.class, store, name);
            assertSame(owed.thrown(), thrown, name);
          }
          assertEquals(7, assertDoesNotThrow(() -> mapping.getLong(PAGE)), name);
        });
  }

  @Test
  @DisplayName("A plain store's error is the region's only if the page can't be stored to")
  void whoseStore() throws IOException {
    assumeTrue(NativeStubs.loaded());
    mapping.putLong(PAGE, 7);
    InternalError error = new InternalError("of a plain store");
    Executable failed = () -> mapping.failed(error, mapping.current(), PAGE + 3, 1, true);
    assertSame(error, assertThrows(InternalError.class, failed), "any other memory's");
    assertEquals(7, mapping.getLong(PAGE));
    try (OwedError owed = new OwedError(4)) { // after two looks and an entry: the store of nothing
      MediaErrorException e = assertThrows(MediaErrorException.class, failed);
      assertSame(owed.thrown(), e.getCause());
    }
    LinuxFiles.ftruncate(disk.frames().region().fd(), 4096, "owed");
    assertSame(error, assertThrows(MediaErrorException.class, failed).getCause());
    LinuxFiles.ftruncate(disk.frames().region().fd(), 4 << 20, "owed");
  }

  @Test
  @DisplayName("A load's error is the region's only if the region's page is at fault")
  void whoseError() throws IOException {
    mapping.fill(0, 64 * PAGE, (byte) 1);
    Region other = Region.anonymous("other", 1 << 20);
    LinuxFiles.ftruncate(other.fd(), 4096, "other");
    MemorySegment unbacked = other.segment();
    assertThrows(
        InternalError.class, () -> mapping.copyTo(0, unbacked, 8192, 100), "the other side's");
    assertThrows(
        InternalError.class, () -> mapping.copyFrom(0, unbacked, 8192, 100), "the other side's");
    try (OwedError owed = new OwedError(2)) { // the first is at the entry
      InternalError thrown =
          assertThrows(InternalError.class, () -> mapping.copyTo(0, bytes, 0, 100));
      assertSame(owed.thrown(), thrown);
    }
    LinuxFiles.ftruncate(disk.frames().region().fd(), 4096, "owed");
    MediaErrorException ours =
        assertThrows(MediaErrorException.class, () -> mapping.copyTo(5 * PAGE + 10, bytes, 0, 100));
    assertEquals((file.pfn(5) << 12) + 10, ours.offset());
    assertEquals(100, ours.length());
    LinuxFiles.ftruncate(disk.frames().region().fd(), 4 << 20, "owed");
    disk.frames().quarantine().turnOver();
    other.close();
  }
}

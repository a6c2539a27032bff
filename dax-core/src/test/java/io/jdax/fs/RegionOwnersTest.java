package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionBusyException;
import io.jdax.region.RegionLockedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What lies on a region, and a region that is closed below it. */
class RegionOwnersTest {

  private Path path;
  private Region region;
  private PmemBlockDevice device;

  @BeforeEach
  void format() throws IOException {
    path = Files.createTempFile(Path.of("/dev/shm"), "jdax-owners-", "");
    Files.delete(path);
    Region.at(path).size(16 << 20).create().close();
    open();
    DaxFileSystem.format(device, "scratch");
  }

  private void open() throws IOException {
    region = Region.open(path);
    device = PmemBlockDevice.of(region, Persister.of(region), 4096);
  }

  @AfterEach
  void delete() throws IOException {
    device.close();
    Files.delete(path);
  }

  private static final class Unwinding extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private @Nullable Pin leaked;

  /** As the README has it, left by an exception while a pin is open. */
  private void leavePinOpen() throws IOException {
    try (PmemBlockDevice closed = device) {
      try (DaxFileSystem fs = DaxFileSystem.mount(closed)) {
        this.mounted = fs;
        try (DaxFile file = fs.open("/a", RW)) {
          file.truncate(1 << 20);
          Pin pin = file.pin(0, 4096, PinAccess.WRITE, true);
          leaked = pin;
          pin.segments().getFirst().set(JAVA_LONG, 0, 42);
          throw new Unwinding();
        }
      }
    }
  }

  private @Nullable DaxFileSystem mounted;

  @Test
  @DisplayName(
      "An exception that leaves a pin open leaves its region open: the pin is good, and says why")
  void openPin() throws IOException {
    Unwinding thrown = assertThrows(Unwinding.class, this::leavePinOpen);
    List<Throwable> suppressed = List.of(thrown.getSuppressed());
    assertEquals(
        List.of(PinnedException.class, RegionBusyException.class),
        suppressed.stream().map(Object::getClass).toList());
    assertEquals(
        path
            + ": can't be closed while in use by the mounted file system 'scratch'; a frame space,"
            + " 1 pin",
        suppressed.get(1).getMessage());
    Pin pin = requireNonNull(leaked);
    MemorySegment segment = pin.segments().getFirst();
    System.gc();
    assertEquals(42, segment.get(JAVA_LONG, 0));
    segment.set(JAVA_LONG, 0, 43);
    assertThrows(RegionLockedException.class, () -> Region.open(path));
    pin.close();
    assertThrows(IllegalStateException.class, () -> segment.get(JAVA_LONG, 0));
    requireNonNull(mounted).close();
    device.close();
    assertFalse(region.isOpen());
    open();
    try (DaxFileSystem fs = DaxFileSystem.mount(device);
        DaxFile file = fs.open("/a", OpenMode.READ)) {
      byte[] bytes = new byte[8];
      file.read(0, MemorySegment.ofArray(bytes));
      assertEquals(43, bytes[0], "what was stored through the pin afterwards is in the file");
    }
  }

  @Test
  @DisplayName("A device below a mounted file system does not close, and all goes on")
  void deviceUnderFileSystem() throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device);
        DaxFile file = fs.open("/a", RW)) {
      file.truncate(1 << 20);
      DaxMapping mapping = file.map(0, 1 << 20);
      mapping.putLong(0, 42);
      mapping.persist(0, 8);
      RegionBusyException busy = assertThrows(RegionBusyException.class, device::close);
      assertEquals(
          List.of("the mounted file system 'scratch'", "a frame space, 1 mapping"), busy.holders());
      assertThrows(RegionBusyException.class, region::close);
      assertEquals(42, mapping.getLong(0));
      mapping.putLongVolatile(8, 43);
      mapping.persist(8, 8);
      assertTrue(mapping.compareAndSetLong(8, 43, 44));
      device.read(0, MemorySegment.ofArray(new byte[4096]));
      device.flush();
    }
    device.close();
    assertFalse(region.isOpen());
  }

  @Test
  @DisplayName("A mount or a format that fails holds nothing")
  void failedMount() throws IOException {
    device.writeZeroes(0, 2);
    assertThrows(NotFormattedException.class, () -> DaxFileSystem.mount(device));
    region.close();
    open();
    DaxFileSystem.format(device, "scratch");
    try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
      fs.open("/a", RW).close();
    }
    // The frame space is made last, and here it is somebody else's.
    FrameSpace other = FrameSpace.over(region, device.persister());
    assertThrows(RegionBusyException.class, () -> DaxFileSystem.mount(device));
    other.close();
    region.close();
    open();
    device.write(2, MemorySegment.ofArray(new byte[4096 * 64])); // all nodes
    assertThrows(CorruptMetadataException.class, () -> DaxFileSystem.mount(device));
  }

  @Test
  @DisplayName(
      "The tier's file system on sectors closes its region of DRAM, and a failed mount too")
  void sectors() throws IOException {
    VolatileSectors sectors = new VolatileSectors(8 << 20);
    DaxFileSystem.format(sectors, "s");
    long before = maps();
    for (int i = 0; i < 3; i++) {
      DaxFileSystem.mount(sectors).close();
      sectors.fail(true);
      VolatileSectors empty = new VolatileSectors(8 << 20);
      assertThrows(NotFormattedException.class, () -> DaxFileSystem.mount(empty));
      sectors.fail(false);
    }
    assertEquals(before, maps(), "regions of DRAM that are open");
  }

  private static long maps() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("memfd:sectors")).count();
    }
  }

  @Test
  @DisplayName("What a cache may have at most is accepted at the mount, and there when it is used")
  void largestCache() throws IOException {
    long largest = 15L << 30;
    MountOptions options = MountOptions.DEFAULTS.withTier(TierMode.CACHED).withCacheBytes(largest);
    try (DaxFileSystem fs = DaxFileSystem.mount(device, options);
        DaxFile file = fs.open("/a", RW)) {
      file.write(0, MemorySegment.ofArray(new byte[] {1, 2, 3}));
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> MountOptions.DEFAULTS.withCacheBytes(largest + 4096));
    assertEquals(
        "cache of 16106131456 bytes: must be 65536 to 16106127360 (15 GiB)", e.getMessage());
  }
}

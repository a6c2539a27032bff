package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A file system on a device that has no direct access. */
class SectorMountTest {
  private static final MountOptions SMALL = MountOptions.DEFAULTS.withCacheBytes(32 * 4096);

  private final VolatileSectors device = new VolatileSectors(2 << 20);

  @Test
  @DisplayName("S3.5 a device without direct access is mapped through DRAM")
  void mappedThroughDram() throws IOException {
    DaxFileSystem.format(device, "sectors");
    try (DaxFileSystem fs = DaxFileSystem.mount(device, SMALL);
        DaxFile file = fs.open("/f", RW)) {
      file.truncate(400 * 4096);
      assertTrue(file.isCached());
      DaxMapping m = file.map(0, 400 * 4096);
      for (int page = 0; page < 400; page += 2) {
        m.putLong(page * 4096L, page + 1);
      }
      m.force();
      byte[] got = new byte[8];
      assertEquals(8, file.read(398 * 4096, MemorySegment.ofArray(got)));
      assertEquals((byte) 143, got[0]); // 399
      m.close();
      file.setTier(TierMode.DIRECT);
      assertTrue(file.isCached(), "there is no other way");
      assertThrows(
          NotInPlaceException.class,
          () -> file.map(0, 4096, Sharing.SHARED, true, HolePolicy.ZERO));
    }
  }

  @Test
  @DisplayName("One mount of a device at a time")
  void oneMountAtATime() throws IOException {
    DaxFileSystem.format(device, "sectors");
    DaxFileSystem fs = DaxFileSystem.mount(device, SMALL);
    assertThrows(DeviceBusyException.class, () -> DaxFileSystem.mount(device, SMALL));
    assertThrows(DeviceBusyException.class, () -> DaxFileSystem.format(device, "again"));
    fs.close();
    DaxFileSystem.mount(device, SMALL).close();
  }

  @Test
  @DisplayName("A read-only device is mounted read-only, and read")
  void readOnlyDevice() throws IOException {
    DaxFileSystem.format(device, "sectors");
    try (DaxFileSystem fs = DaxFileSystem.mount(device, SMALL);
        DaxFile file = fs.open("/f", RW)) {
      file.write(5000, FsFixture.bytes(6000, 7));
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(device.asReadOnly(), SMALL)) {
      assertTrue(fs.statfs().readOnly());
      assertThrows(ReadOnlyMountException.class, () -> fs.createDirectory("/d"));
      try (DaxFile file = fs.open("/f")) {
        DaxMapping m = file.map(0, 12_000);
        assertEquals(0, m.getByte(4999));
        assertEquals(7, m.getByte(10_999));
        byte[] got = new byte[6000];
        assertEquals(6000, file.read(5000, MemorySegment.ofArray(got)));
        assertArrayEquals(
            FsFixture.bytes(6000, 7).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE), got);
      }
    }
  }

  @Test
  @DisplayName("A device that fails makes fsync fail; when it works again nothing is lost")
  void failingDevice() throws IOException {
    DaxFileSystem.format(device, "sectors");
    try (DaxFileSystem fs = DaxFileSystem.mount(device, SMALL);
        DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(4096, 1));
      file.fsync();
      file.write(0, FsFixture.bytes(4096, 2));
      device.fail(true);
      assertThrows(IOException.class, file::fsync);
      device.fail(false);
      file.fsync();
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(device.powerLoss(new Random(1)), SMALL);
        DaxFile file = fs.open("/f")) {
      byte[] got = new byte[4096];
      file.read(0, MemorySegment.ofArray(got));
      assertEquals(2, got[4095]);
    }
  }

  @Test
  @DisplayName(
      "After a flush of the device failed no fsync succeeds, of data or of names, and what was"
          + " acknowledged is there")
  void lostFlush() throws IOException {
    for (boolean names : new boolean[] {false, true}) {
      VolatileSectors device = new VolatileSectors(2 << 20);
      DaxFileSystem.format(device, "sectors");
      DaxFileSystem fs = DaxFileSystem.mount(device, SMALL);
      DaxFile file = fs.open("/f", RW);
      DaxFile other = fs.open("/g", RW);
      file.write(0, FsFixture.bytes(8192, 1));
      file.fsync();
      other.write(0, FsFixture.bytes(8192, 1));
      other.fsync();
      // In place, so that nothing but data is written.
      file.write(0, FsFixture.bytes(8192, 2));
      device.loseNextFlush();
      if (names) {
        assertThrows(IOException.class, () -> fs.createDirectory("/d"));
      } else {
        assertThrows(IOException.class, file::fsync);
      }
      if (names) { // the tree knows by now that nothing can be kept, and a file of data does not
        assertThrows(TreeFailedException.class, () -> other.write(4096, FsFixture.bytes(4096, 3)));
      } else {
        other.write(4096, FsFixture.bytes(4096, 3));
      }
      assertThrows(IOException.class, other::fsync);
      assertThrows(IOException.class, other::fsync);
      assertThrows(IOException.class, file::fsync);
      assertThrows(IOException.class, () -> fs.createDirectory("/e"));
      try (DaxFileSystem again = DaxFileSystem.mount(device.powerLoss(new Random(1)), SMALL);
          DaxFile found = again.open("/g")) {
        byte[] got = new byte[4096];
        found.read(0, MemorySegment.ofArray(got));
        assertEquals(1, got[4095]);
      }
    }
  }

  @Test
  @DisplayName("What was fsynced survives power loss, whichever sectors arrived of the rest")
  void powerLoss() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    for (int round = 0; round < 40; round++) {
      try {
        powerLoss(new Random(seed + round));
      } catch (Throwable t) {
        throw new AssertionError("-Djdax.test.seed=" + (seed + round), t);
      }
    }
  }

  private static void powerLoss(Random random) throws IOException {
    VolatileSectors sectors = new VolatileSectors(2 << 20);
    DaxFileSystem.format(sectors, "sectors");
    Map<String, byte[]> synced = new HashMap<>();
    VolatileSectors left;
    try (DaxFileSystem fs = DaxFileSystem.mount(sectors, SMALL)) {
      int operations = 5 + random.nextInt(60);
      for (int i = 0; i < operations; i++) {
        String path = "/f" + random.nextInt(4);
        try (DaxFile file = fs.open(path, RW)) {
          // Until its next fsync anything may be there of the file: it is written anew each time.
          synced.remove(path);
          file.truncate(0);
          byte[] bytes = new byte[1 + random.nextInt(60_000)];
          random.nextBytes(bytes);
          if (random.nextBoolean()) {
            file.write(0, MemorySegment.ofArray(bytes));
          } else {
            file.truncate(bytes.length);
            try (DaxMapping m = file.map(0, bytes.length)) {
              m.copyFrom(0, MemorySegment.ofArray(bytes), 0, bytes.length);
            }
          }
          if (random.nextInt(3) > 0) {
            file.fsync();
            synced.put(path, bytes);
          }
        }
        if (random.nextInt(8) == 0 && synced.size() > 1) {
          String gone = synced.keySet().iterator().next();
          fs.unlink(gone);
          synced.remove(gone);
        }
      }
      left = sectors.powerLoss(random);
    }
    try (DaxFileSystem fs = DaxFileSystem.mount(left, SMALL)) {
      for (Map.Entry<String, byte[]> e : synced.entrySet()) {
        try (DaxFile file = fs.open(e.getKey())) {
          byte[] got = new byte[(int) file.sizeBytes()];
          file.read(0, MemorySegment.ofArray(got));
          assertFalse(
              Arrays.mismatch(e.getValue(), got) >= 0,
              () -> e.getKey() + " at " + Arrays.mismatch(e.getValue(), got));
        }
      }
    }
  }
}

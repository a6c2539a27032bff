package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.Sharing;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files go through DRAM, and the calls that are refused then, or fail. */
@Timeout(180)
class TierModeTest extends SmallTier {
  @Test
  @DisplayName("I9 S3.5 a SYNC mapping of a cached file is refused")
  void syncIsRefused() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(PAGE);
      NotInPlaceException e =
          assertThrows(
              NotInPlaceException.class,
              () -> file.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO));
      assertTrue(Messages.of(e).contains("DRAM"), Messages.of(e));
      file.setTier(TierMode.DIRECT);
      file.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO).close();
    }
  }

  @Test
  @DisplayName(
      "S3.5 a file's tier is changed while nobody maps or pins it, kept, and loses nothing")
  void setTier() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(9000, 1));
      DaxMapping m = file.map(0, 4 * PAGE);
      m.putByte(1, (byte) 2);
      assertThrows(FileSystemException.class, () -> file.setTier(TierMode.DIRECT));
      assertTrue(file.isCached());
      m.close();
      try (Pin pin = file.pin(0, 1, PinAccess.READ, true)) {
        assertEquals(1, pin.segments().size());
        assertThrows(PinnedException.class, () -> file.setTier(TierMode.DIRECT));
      }
      file.setTier(TierMode.DIRECT);
      assertFalse(file.isCached());
      assertEquals(2, at(file, 1));
      assertEquals(1, at(file, 8999));
      file.write(0, FsFixture.bytes(1, 3));
      file.setTier(TierMode.CACHED);
      assertEquals(3, at(file, 0));
      assertEquals(2, at(file, 1));
      file.setTier(TierMode.DIRECT);
    }
    remount(TierMode.CACHED);
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      assertFalse(file.isCached());
      assertEquals(TierMode.DIRECT, file.tier());
      assertTrue(other.isCached());
      assertEquals(3, at(file, 0));
      assertEquals(2, at(file, 1));
    }
  }

  @Test
  @DisplayName("S3.5 when nothing can be written nothing goes through DRAM")
  void readOnly() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(5000, 4));
    }
    fs.close();
    Path copy = Files.createTempFile("jdax-tier-", "");
    try {
      Files.write(copy, region.segment().toArray(ValueLayout.JAVA_BYTE));
      try (Region loads = Region.at(copy).readOnly(true).open();
          PmemBlockDevice only = PmemBlockDevice.of(loads, Persister.of(loads), 4096);
          DaxFileSystem mounted =
              DaxFileSystem.mount(only, MountOptions.DEFAULTS.withTier(TierMode.CACHED));
          DaxFile file = mounted.open("/f")) {
        assertFalse(file.isCached());
        assertEquals(4, at(file, 4999));
        try (DaxMapping m = file.map(0, PAGE)) {
          assertEquals(4, m.getByte(0));
        }
      }
    } finally {
      Files.delete(copy);
    }
    remount(TierMode.CACHED);
  }

  @Test
  @DisplayName("A write from, or a read into, memory that is not backed fails with a typed error")
  void bufferFault(@TempDir Path folder) throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        Arena arena = Arena.ofShared()) {
      file.write(0, FsFixture.bytes(2 * 4096, 3));
      MemorySegment buffer = ShortFile.map(folder, 2 * 4096, 0, 4096, arena);
      for (int time = 0; time < 2; time++) { // the pages are in DRAM; then they are not
        BufferFaultException e =
            assertThrows(BufferFaultException.class, () -> file.write(0, buffer));
        assertEquals(4096, e.bufferByte());
        assertThrows(BufferFaultException.class, () -> file.read(0, buffer));
        file.fsync();
        assertEquals(3, at(file, 4096), "what was not copied is as before");
        assertArrayEquals(new byte[4096], read(file, 0, 4096));
        evictAll(file);
      }
      file.setTier(TierMode.DIRECT);
      assertThrows(BufferFaultException.class, () -> file.read(0, buffer));
    }
  }
}

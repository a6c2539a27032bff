package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName(
    "Memory of the caller that can't be read is the caller's fault, wherever the file lies")
class BufferFaultTest {
  private static final int GOOD = 4 * PAGE;

  @TempDir Path folder;

  /** What of the file is there before, and where the write begins. */
  @ParameterizedTest
  @CsvSource({
    "DIRECT, 4096, WRITTEN, 0",
    "DIRECT, 4096, WRITTEN, 100",
    "DIRECT, 4096, HOLE, 0",
    "DIRECT, 4096, HOLE, 100",
    "DIRECT, 4096, UNWRITTEN, 0",
    "DIRECT, 4096, NOTHING, 0",
    "DIRECT, 4096, NOTHING, 100",
    "DIRECT, 512, WRITTEN, 100",
    "DIRECT, 512, HOLE, 100",
    "DIRECT, 512, NOTHING, 0",
    "CACHED, 4096, WRITTEN, 0",
    "CACHED, 4096, HOLE, 100",
    "CACHED, 4096, NOTHING, 100",
  })
  @DisplayName(
      "A write says at which byte of the memory it failed; what comes after is as before, and"
          + " nothing leaks")
  void write(TierMode tier, int blockBytes, String before, int offset) throws IOException {
    int size = 2 * GOOD;
    try (Region region = Region.anonymous("fault", 512L * PAGE);
        Arena arena = Arena.ofShared();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), blockBytes)) {
      DaxFileSystem.format(device, "fault", blockBytes);
      MemorySegment src = halfThere(size, arena);
      try (DaxFileSystem fs = DaxFileSystem.mount(device, MountOptions.DEFAULTS.withTier(tier));
          DaxFile file = fs.open("/f", RW)) {
        switch (before) {
          case "WRITTEN" -> file.write(0, FsFixture.bytes(size + PAGE, 3));
          case "HOLE" -> file.truncate(size + PAGE);
          case "UNWRITTEN" -> file.allocate(0, size + PAGE, false);
          default -> {}
        }
        long sizeBefore = file.sizeBytes();
        for (int time = 0; time < 2; time++) {
          BufferFaultException e =
              assertThrows(BufferFaultException.class, () -> file.write(offset, src));
          assertEquals(GOOD, e.bufferByte());
        }

        long grown = file.sizeBytes();
        assertTrue(grown == sizeBefore || sizeBefore == 0 && grown <= offset + GOOD, "" + grown);
        byte[] now = new byte[(int) grown];
        file.read(0, MemorySegment.ofArray(now));
        byte then = (byte) (before.equals("WRITTEN") ? 3 : 0);
        for (int i = 0; i < now.length; i++) {
          boolean inReach = i >= offset && i < offset + GOOD;
          assertTrue(now[i] == then || inReach && now[i] == 7, "byte " + i + ": " + now[i]);
        }

        file.write(offset, MemorySegment.ofArray(filled(size, 9)));
        byte[] after = new byte[size];
        file.read(offset, MemorySegment.ofArray(after));
        assertArrayEquals(filled(size, 9), after, "the next write is as if nothing had happened");
      }
      assertEquals(List.of(), FileSystemCheck.check(device).defects());
    }
  }

  @Test
  @DisplayName("An append that fails leaves a file to which the next one goes on")
  void append() throws IOException {
    try (Region region = Region.anonymous("fault", 512L * PAGE);
        Arena arena = Arena.ofShared();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), PAGE)) {
      DaxFileSystem.format(device, "fault");
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile file = fs.open("/f", RW)) {
        file.append(MemorySegment.ofArray(filled(100, 1)));
        MemorySegment src = halfThere(2 * GOOD, arena);
        assertThrows(BufferFaultException.class, () -> file.append(src));
        long end = file.sizeBytes();
        assertTrue(end >= 100 && end <= 100 + GOOD, "" + end);
        assertEquals(end, file.append(MemorySegment.ofArray(filled(100, 2))));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"DIRECT, 4096", "DIRECT, 512", "CACHED, 4096"})
  @DisplayName("What a write that failed has not used counts for no quota")
  void quota(TierMode tier, int blockBytes) throws IOException {
    try (Region region = Region.anonymous("fault", 512L * PAGE);
        Arena arena = Arena.ofShared();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), blockBytes)) {
      DaxFileSystem.format(device, "fault", blockBytes);
      MemorySegment src = halfThere(2 * GOOD, arena);
      try (DaxFileSystem fs = DaxFileSystem.mount(device, MountOptions.DEFAULTS.withTier(tier))) {
        fs.createDirectory("/d");
        fs.setQuota("/d", new Quota(8L << 20, 0));
        try (DaxFile file = fs.open("/d/f", RW)) {
          file.truncate(16 * GOOD);
          for (int i = 0; i < 4; i++) {
            long at = (long) i * 2 * GOOD + 100;
            assertThrows(BufferFaultException.class, () -> file.write(at, src));
          }
          file.fsync();
          assertEquals(file.stat().allocatedBytes(), requireNonNull(fs.quota("/d")).usedBytes());
          file.truncate(0);
          assertEquals(0, requireNonNull(fs.quota("/d")).usedBytes());
        }
      }
    }
  }

  /** Memory of which only the first {@link #GOOD} bytes can be read, which are 7. */
  private MemorySegment halfThere(int size, Arena arena) throws IOException {
    return ShortFile.map(folder, size, 7, GOOD, arena);
  }

  private static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}

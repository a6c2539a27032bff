package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.region.BadRange;
import io.jdax.region.Region;
import io.jdax.region.RegionLockedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Clearing through the kernel, on a file that is not bad: what it writes, and what it leaves alone.
 */
class BadBlockClearerFileTest {
  private static final int SIZE = 64 << 10;
  private final TestDevices devices = new TestDevices();

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  private Region file() throws IOException {
    Region region = devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE);
    region.segment().copyFrom(MemorySegment.ofArray(noise(SIZE, 1)));
    return region;
  }

  @Test
  @DisplayName("Zeroes its pages only")
  void zeroesItsPagesOnly() throws IOException {
    Region region = file();
    BadBlockClearer clearer =
        assertInstanceOf(BadBlockClearerFile.class, BadBlockClearer.of(region));
    assertEquals(4096, clearer.unitBytes());
    byte[] model = noise(SIZE, 1);
    clearer.clear(8192, 8192);
    Arrays.fill(model, 8192, 16384, (byte) 0);
    assertArrayEquals(model, region.segment().toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  @DisplayName("Leaves the lock of the region")
  void leavesTheLockOfTheRegion() throws IOException {
    Region region = file();
    BadBlockClearer.of(region).clear(0, 4096);
    assertThrows(RegionLockedException.class, () -> Region.open(region.path()));
  }

  @Test
  @DisplayName("Device heals through it")
  void deviceHealsThroughIt() throws IOException {
    Region region = file();
    BlockDevice device =
        TestDevices.withBadBlocks(
            region, 512, BadBlockClearer.of(region), new BadRange(4096 + 512, 512));
    MemorySegment page = MemorySegment.ofArray(noise(4096, 2));
    device.write(8, page);
    MemorySegment back = MemorySegment.ofArray(new byte[4096]);
    device.read(8, back);
    assertEquals(-1, page.mismatch(back));
  }
}

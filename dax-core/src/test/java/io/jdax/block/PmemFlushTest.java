package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.persist.RecordingPersister.Call;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Durable when write returns, and not by flushing more than was written: the raw device over a
 * persister that records.
 */
class PmemFlushTest {
  private static final int SIZE = 64 << 10;
  private final TestDevices devices = new TestDevices();

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  private static long drains(RecordingPersister persister) {
    return persister.events().stream().filter(e -> e.call() == Call.DRAIN).count();
  }

  private static void assertDurable(RecordingPersister persister, String where) {
    assertEquals(List.of(), persister.dirtyLines(), where);
    assertEquals(List.of(), persister.cleanFlushes(), where);
    assertArrayEquals(
        persister.region().segment().toArray(ValueLayout.JAVA_BYTE), persister.image(), where);
  }

  @Test
  @DisplayName("Every write is durable by one drain and no wasted flush")
  void everyWriteIsDurableByOneDrainAndNoWastedFlush() throws IOException {
    for (int sectorSize : new int[] {512, 4096}) {
      everyWriteIsDurable(devices.memfd(SIZE), sectorSize);
    }
  }

  @Test
  @DisplayName("Every write to an ordinary file is durable by one drain")
  void everyWriteToAnOrdinaryFileIsDurableByOneDrain() throws IOException {
    everyWriteIsDurable(devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE), 512);
  }

  private static void everyWriteIsDurable(Region region, int sectorSize) throws IOException {
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    RecordingPersister persister = RecordingPersister.around(Persister.of(region));
    PmemBlockDevice device = PmemBlockDevice.of(region, persister, sectorSize);
    int sectors = SIZE / sectorSize;
    for (int round = 0; round < 200; round++) {
      String where = "seed " + seed + ", round " + round;
      int count = 1 + random.nextInt(4);
      int first = random.nextInt(sectors - count);
      MemorySegment bytes = MemorySegment.ofArray(noise(count * sectorSize, random.nextLong()));
      switch (random.nextInt(3)) {
        case 0 -> device.write(first, bytes);
        case 1 -> {
          int cut = random.nextInt(count * sectorSize);
          device.write(first, bytes.asSlice(0, cut), bytes.asSlice(cut));
        }
        default -> device.writeZeroes(first, count);
      }
      assertDurable(persister, where);
      assertEquals(1, drains(persister), where);
      persister.reset();
    }
  }

  @Test
  @DisplayName("Vectored write to a file flushes once")
  void vectoredWriteToAFileFlushesOnce() throws IOException {
    Region region = devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE);
    RecordingPersister persister = RecordingPersister.around(Persister.of(region));
    PmemBlockDevice device = PmemBlockDevice.of(region, persister, 512);
    MemorySegment bytes = MemorySegment.ofArray(noise(1024, 1));
    device.write(1, bytes.asSlice(0, 100), bytes.asSlice(100, 700), bytes.asSlice(800));
    assertEquals(
        List.of(
            new RecordingPersister.Event(Call.FLUSH, 512, 1024),
            new RecordingPersister.Event(Call.DRAIN, 0, 0)),
        persister.events());
  }

  @Test
  @DisplayName("Reads and discards flush nothing")
  void readsAndDiscardsFlushNothing() throws IOException {
    Region region = devices.memfd(SIZE);
    RecordingPersister persister = RecordingPersister.around(Persister.of(region));
    PmemBlockDevice device = PmemBlockDevice.of(region, persister, 512);
    device.read(0, MemorySegment.ofArray(new byte[1024]));
    device.discard(0, 4);
    device.directAccess(0, 8);
    device.write(0, MemorySegment.ofArray(new byte[0]));
    device.writeZeroes(0, 0);
    assertEquals(List.of(), persister.events());
  }

  @Test
  @DisplayName("Flush goes deep")
  void flushGoesDeep() throws IOException {
    Region region = devices.memfd(SIZE);
    RecordingPersister persister = RecordingPersister.around(Persister.of(region));
    PmemBlockDevice.of(region, persister, 512).flush();
    assertEquals(List.of(new RecordingPersister.Event(Call.DEEP_FLUSH, 0, 1)), persister.events());
  }
}

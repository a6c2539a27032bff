package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every block device does. A subclass says which device; it is 256 KiB large and full of
 * zeros.
 */
abstract class BlockDeviceContract {
  static final int SIZE = 256 << 10;

  final TestDevices devices = new TestDevices();
  final int sectorSize;
  BlockDevice device;
  int sectors;

  BlockDeviceContract(int sectorSize) {
    this.sectorSize = sectorSize;
  }

  abstract BlockDevice open() throws IOException;

  /** Closes the device, and opens the same bytes for loads only. */
  abstract BlockDevice reopenReadOnly() throws IOException;

  @BeforeEach
  void openDevice() throws IOException {
    device = open();
    sectors = SIZE / sectorSize;
  }

  @AfterEach
  void closeDevices() throws IOException {
    device.close();
    devices.close();
  }

  byte[] contents() throws IOException {
    byte[] bytes = new byte[SIZE];
    device.read(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  byte[] fillWithNoise(long seed) throws IOException {
    byte[] bytes = noise(SIZE, seed);
    device.write(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  // ---------------------------------------------------------------- shape

  @Test
  @DisplayName("Has its sector size and count")
  void hasItsSectorSizeAndCount() {
    assertEquals(sectorSize, device.sectorSize());
    assertEquals(sectors, device.sectorCount());
    assertFalse(device.readOnly());
  }

  @Test
  @DisplayName("Reads back what was written")
  void readsBackWhatWasWritten() throws IOException {
    byte[] model = new byte[SIZE];
    byte[] bytes = noise(3 * sectorSize, 1);
    device.write(5, MemorySegment.ofArray(bytes));
    System.arraycopy(bytes, 0, model, 5 * sectorSize, bytes.length);
    device.write(sectors - 1, MemorySegment.ofArray(Arrays.copyOf(bytes, sectorSize)));
    System.arraycopy(bytes, 0, model, SIZE - sectorSize, sectorSize);
    assertArrayEquals(model, contents());
  }

  @Test
  @DisplayName("Request of no bytes moves nothing")
  void requestOfNoBytesMovesNothing() throws IOException {
    device.read(sectors, MemorySegment.ofArray(new byte[0]));
    device.write(sectors, MemorySegment.ofArray(new byte[0]));
    device.read(0, new MemorySegment[0]);
    device.write(0, new ByteBuffer[0]);
    device.writeZeroes(sectors, 0);
    device.discard(sectors, 0);
    assertArrayEquals(new byte[SIZE], contents());
  }

  @Test
  @DisplayName("Writes zeroes")
  void writesZeroes() throws IOException {
    byte[] model = fillWithNoise(2);
    device.writeZeroes(3, 4);
    Arrays.fill(model, 3 * sectorSize, 7 * sectorSize, (byte) 0);
    assertArrayEquals(model, contents());
  }

  @Test
  @DisplayName("Discard touches only its sectors")
  void discardTouchesOnlyItsSectors() throws IOException {
    byte[] model = fillWithNoise(3);
    device.discard(3, 4);
    byte[] now = contents();
    assertEquals(
        -1,
        Arrays.mismatch(Arrays.copyOf(model, 3 * sectorSize), Arrays.copyOf(now, 3 * sectorSize)));
    assertArrayEquals(
        Arrays.copyOfRange(model, 7 * sectorSize, SIZE),
        Arrays.copyOfRange(now, 7 * sectorSize, SIZE));
  }

  @Test
  @DisplayName("Counts requests and sectors")
  void countsRequestsAndSectors() throws IOException {
    MemorySegment two = MemorySegment.ofArray(new byte[2 * sectorSize]);
    device.write(0, two);
    device.write(0, two, two);
    device.writeZeroes(4, 3);
    device.read(0, two);
    device.read(0, ByteBuffer.allocate(sectorSize));
    device.flush();
    device.discard(1, 5);
    assertThrows(SectorRangeException.class, () -> device.read(sectors, two));
    assertThrows(SectorRangeException.class, () -> device.discard(sectors, 1));
    assertEquals(new BlockStatistics(2, 3, 3, 9, 1, 1, 5, 2), device.statistics());
  }

  // ---------------------------------------------------------------- refused on sight

  private interface Request {
    void run() throws IOException;
  }

  private <E extends IOException> void refused(Class<E> type, String message, Request... requests)
      throws IOException {
    byte[] model = fillWithNoise(4);
    for (Request request : requests) {
      E e = assertThrows(type, request::run);
      assertEquals(device.name() + ": " + message, e.getMessage());
    }
    assertArrayEquals(model, contents());
  }

  @Test
  @DisplayName("Range behind the end is refused")
  void rangeBehindTheEndIsRefused() throws IOException {
    MemorySegment two = MemorySegment.ofArray(new byte[2 * sectorSize]);
    ByteBuffer buffer = ByteBuffer.allocate(2 * sectorSize);
    int last = sectors - 1;
    refused(
        SectorRangeException.class,
        "sectors [" + last + ", +2) are out of range: the device has " + sectors,
        () -> device.read(last, two),
        () -> device.write(last, two),
        () -> device.read(last, new MemorySegment[] {two}),
        () -> device.write(last, new MemorySegment[] {two}),
        () -> device.read(last, buffer),
        () -> device.write(last, buffer),
        () -> device.read(last, new ByteBuffer[] {buffer}),
        () -> device.write(last, new ByteBuffer[] {buffer}),
        () -> device.writeZeroes(last, 2),
        () -> device.discard(last, 2));
    assertEquals(0, buffer.position());
  }

  @Test
  @DisplayName("Range that overflows is refused")
  void rangeThatOverflowsIsRefused() throws IOException {
    MemorySegment one = MemorySegment.ofArray(new byte[sectorSize]);
    refused(
        SectorRangeException.class,
        "sectors [-1, +1) are out of range: the device has " + sectors,
        () -> device.read(-1, one),
        () -> device.write(-1, one),
        () -> device.writeZeroes(-1, 1));
    refused(
        SectorRangeException.class,
        "sectors [9223372036854775807, +1) are out of range: the device has " + sectors,
        () -> device.read(Long.MAX_VALUE, one),
        () -> device.write(Long.MAX_VALUE, one));
    refused(
        SectorRangeException.class,
        "sectors [1, +9223372036854775807) are out of range: the device has " + sectors,
        () -> device.writeZeroes(1, Long.MAX_VALUE),
        () -> device.discard(1, Long.MAX_VALUE));
    refused(
        SectorRangeException.class,
        "sectors [1, +-1) are out of range: the device has " + sectors,
        () -> device.writeZeroes(1, -1));
  }

  @Test
  @DisplayName("Range exception tells its numbers")
  void rangeExceptionTellsItsNumbers() {
    SectorRangeException e =
        assertThrows(SectorRangeException.class, () -> device.writeZeroes(7, sectors));
    assertEquals(7, e.firstSector());
    assertEquals(sectors, e.sectorCount());
    assertEquals(sectors, e.deviceSectorCount());
  }

  @Test
  @DisplayName("Parts of sectors are refused")
  void partsOfSectorsAreRefused() throws IOException {
    int odd = sectorSize + 1;
    MemorySegment segment = MemorySegment.ofArray(new byte[odd]);
    ByteBuffer buffer = ByteBuffer.allocate(odd);
    refused(
        MisalignedRequestException.class,
        odd + " bytes at sector 2 are not whole sectors of " + sectorSize + " bytes",
        () -> device.read(2, segment),
        () -> device.write(2, segment),
        () -> device.read(2, segment.asSlice(0, 1), segment.asSlice(1)),
        () -> device.write(2, segment.asSlice(0, 1), segment.asSlice(1)),
        () -> device.read(2, buffer),
        () -> device.write(2, buffer),
        () -> device.read(2, new ByteBuffer[] {buffer}),
        () -> device.write(2, new ByteBuffer[] {buffer}));
    assertEquals(0, buffer.position());
  }

  @Test
  @DisplayName("Read only device refuses changes")
  void readOnlyDeviceRefusesChanges() throws IOException {
    byte[] model = fillWithNoise(5);
    device = reopenReadOnly();
    MemorySegment two = MemorySegment.ofArray(new byte[2 * sectorSize]);
    List<Request> requests =
        List.of(
            () -> device.write(3, two),
            () -> device.write(3, new MemorySegment[] {two}),
            () -> device.write(3, ByteBuffer.allocate(2 * sectorSize)),
            () -> device.writeZeroes(3, 2),
            () -> device.discard(3, 2));
    for (Request request : requests) {
      ReadOnlyDeviceException e = assertThrows(ReadOnlyDeviceException.class, request::run);
      assertEquals(
          device.name() + ": sectors [3, +2) can't be changed: the device is read-only",
          e.getMessage());
    }
    device.flush();
    assertEquals(true, device.readOnly());
    assertArrayEquals(model, contents());
  }

  @Test
  @DisplayName("Read only destination is refused")
  void readOnlyDestinationIsRefused() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(sectorSize).asReadOnlyBuffer();
    MemorySegment segment = MemorySegment.ofArray(new byte[sectorSize]).asReadOnly();
    MemorySegment good = MemorySegment.ofArray(noise(sectorSize, 6));
    byte[] before = good.toArray(ValueLayout.JAVA_BYTE);
    assertThrows(IllegalArgumentException.class, () -> device.read(0, buffer));
    assertThrows(IllegalArgumentException.class, () -> device.read(0, new ByteBuffer[] {buffer}));
    assertThrows(IllegalArgumentException.class, () -> device.read(0, segment));
    assertThrows(IllegalArgumentException.class, () -> device.read(0, good, segment));
    assertArrayEquals(before, good.toArray(ValueLayout.JAVA_BYTE));
    assertEquals(0, buffer.position());
  }

  @Test
  @DisplayName("Closed device refuses everything")
  void closedDeviceRefusesEverything() throws IOException {
    MemorySegment one = MemorySegment.ofArray(new byte[sectorSize]);
    device.close();
    device.close();
    assertThrows(IllegalStateException.class, () -> device.read(0, one));
    assertThrows(IllegalStateException.class, () -> device.write(0, one));
    assertThrows(IllegalStateException.class, () -> device.read(0, one, one));
    assertThrows(IllegalStateException.class, () -> device.write(0, one, one));
    assertThrows(IllegalStateException.class, () -> device.read(0, ByteBuffer.allocate(0)));
    assertThrows(IllegalStateException.class, () -> device.write(0, ByteBuffer.allocate(0)));
    assertThrows(IllegalStateException.class, () -> device.writeZeroes(0, 1));
    assertThrows(IllegalStateException.class, () -> device.discard(0, 1));
    assertThrows(IllegalStateException.class, device::flush);
    assertEquals(0, device.statistics().errors());
  }

  // ---------------------------------------------------------------- buffers

  @Test
  @DisplayName("Buffers are consumed between position and limit")
  void buffersAreConsumedBetweenPositionAndLimit() throws IOException {
    byte[] model = fillWithNoise(7);
    for (boolean direct : new boolean[] {true, false}) {
      int capacity = 2 * sectorSize + 100;
      ByteBuffer buffer =
          direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
      buffer.position(33).limit(33 + 2 * sectorSize);
      device.read(1, buffer);
      assertEquals(33 + 2 * sectorSize, buffer.position());
      assertEquals(33 + 2 * sectorSize, buffer.limit());
      byte[] got = new byte[2 * sectorSize];
      buffer.get(33, got);
      assertArrayEquals(Arrays.copyOfRange(model, sectorSize, 3 * sectorSize), got);
      buffer.clear();
      for (int i = 0; i < 33; i++) {
        assertEquals(0, buffer.get(i));
        assertEquals(0, buffer.get(33 + 2 * sectorSize + i));
      }

      ByteBuffer source = buffer.position(33).limit(33 + 2 * sectorSize).asReadOnlyBuffer();
      device.write(9, source);
      assertEquals(33 + 2 * sectorSize, source.position());
      System.arraycopy(got, 0, model, 9 * sectorSize, got.length);
      assertArrayEquals(model, contents());
    }
  }

  @Test
  @DisplayName("Slice of a heap array is its own bytes")
  void sliceOfAHeapArrayIsItsOwnBytes() throws IOException {
    byte[] model = fillWithNoise(8);
    byte[] array = new byte[3 * sectorSize];
    ByteBuffer slice = ByteBuffer.wrap(array, 7, sectorSize).slice();
    device.read(4, slice);
    assertEquals(sectorSize, slice.position());
    assertArrayEquals(
        Arrays.copyOfRange(model, 4 * sectorSize, 5 * sectorSize),
        Arrays.copyOfRange(array, 7, 7 + sectorSize));
  }

  @Test
  @DisplayName("Vectored requests split anywhere")
  void vectoredRequestsSplitAnywhere() throws IOException {
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    for (int round = 0; round < 50 * TestDevices.multiplier(); round++) {
      int first = random.nextInt(sectors - 8);
      byte[] bytes = noise((1 + random.nextInt(8)) * sectorSize, random.nextLong());
      byte[] model = contents();
      System.arraycopy(bytes, 0, model, first * sectorSize, bytes.length);
      int[] cuts = cuts(random, bytes.length);
      boolean buffers = random.nextBoolean();
      if (buffers) {
        ByteBuffer[] srcs = buffers(random, cuts);
        for (int i = 0; i < srcs.length; i++) {
          srcs[i].put(0, bytes, cuts[i], cuts[i + 1] - cuts[i]);
        }
        device.write(first, srcs);
        assertConsumed(seed, srcs);
      } else {
        device.write(first, segments(bytes, cuts));
      }
      assertArrayEquals(model, contents(), "seed " + seed);

      byte[] got = new byte[bytes.length];
      int[] otherCuts = cuts(random, bytes.length);
      if (buffers) {
        ByteBuffer[] dsts = buffers(random, otherCuts);
        device.read(first, dsts);
        assertConsumed(seed, dsts);
        for (int i = 0; i < dsts.length; i++) {
          dsts[i].get(0, got, otherCuts[i], otherCuts[i + 1] - otherCuts[i]);
        }
      } else {
        device.read(first, segments(got, otherCuts));
      }
      assertArrayEquals(bytes, got, "seed " + seed);
    }
  }

  /** Ascending, from 0 to {@code length}; neighbours may be equal, which makes an empty element. */
  private static int[] cuts(Random random, int length) {
    int[] cuts = random.ints(1 + random.nextInt(6), 0, length + 1).sorted().toArray();
    int[] all = new int[cuts.length + 2];
    System.arraycopy(cuts, 0, all, 1, cuts.length);
    all[all.length - 1] = length;
    return all;
  }

  private static MemorySegment[] segments(byte[] bytes, int[] cuts) {
    MemorySegment[] segments = new MemorySegment[cuts.length - 1];
    for (int i = 0; i < segments.length; i++) {
      segments[i] = MemorySegment.ofArray(bytes).asSlice(cuts[i], cuts[i + 1] - cuts[i]);
    }
    return segments;
  }

  private static ByteBuffer[] buffers(Random random, int[] cuts) {
    ByteBuffer[] buffers = new ByteBuffer[cuts.length - 1];
    for (int i = 0; i < buffers.length; i++) {
      int length = cuts[i + 1] - cuts[i];
      buffers[i] =
          random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
    }
    return buffers;
  }

  private static void assertConsumed(long seed, ByteBuffer[] buffers) {
    for (ByteBuffer buffer : buffers) {
      assertEquals(0, buffer.remaining(), "seed " + seed);
    }
  }

  // ---------------------------------------------------------------- random

  @Test
  @DisplayName("Agrees with a byte array under random requests")
  void agreesWithAByteArrayUnderRandomRequests() throws IOException {
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    byte[] model = new byte[SIZE];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment native16 = arena.allocate(16L * sectorSize);
      for (int step = 0; step < 3_000 * TestDevices.multiplier(); step++) {
        String where = "seed " + seed + ", step " + step;
        int count = random.nextInt(16) + 1;
        int first = random.nextInt(sectors + 2) - 1;
        int length = count * sectorSize;
        int offset = first * sectorSize;
        boolean inRange = first >= 0 && first + count <= sectors;
        MemorySegment segment =
            random.nextBoolean()
                ? native16.asSlice(0, length)
                : MemorySegment.ofArray(new byte[length]);
        switch (random.nextInt(4)) {
          case 0 -> {
            if (inRange) {
              device.read(first, segment);
              assertArrayEquals(
                  Arrays.copyOfRange(model, offset, offset + length),
                  segment.toArray(ValueLayout.JAVA_BYTE),
                  where);
            } else {
              assertThrows(SectorRangeException.class, () -> device.read(first, segment), where);
            }
          }
          case 1 -> {
            byte[] bytes = noise(length, random.nextLong());
            segment.copyFrom(MemorySegment.ofArray(bytes));
            if (inRange) {
              device.write(first, segment);
              System.arraycopy(bytes, 0, model, offset, length);
            } else {
              assertThrows(SectorRangeException.class, () -> device.write(first, segment), where);
            }
          }
          case 2 -> {
            if (inRange) {
              device.writeZeroes(first, count);
              Arrays.fill(model, offset, offset + length, (byte) 0);
            } else {
              assertThrows(
                  SectorRangeException.class, () -> device.writeZeroes(first, count), where);
            }
          }
          default -> {
            device.flush();
            if (step % 50 == 0) {
              assertArrayEquals(model, contents(), where);
            }
          }
        }
      }
    }
    assertArrayEquals(model, contents(), "seed " + seed);
  }

  @Test
  @DisplayName("Threads on disjoint sectors do not disturb each other")
  void threadsOnDisjointSectorsDoNotDisturbEachOther() throws Exception {
    long seed = TestDevices.seed();
    int threads = 4;
    int share = sectors / threads;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<byte[]>> models = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int low = t * share;
        Random random = new Random(seed + t);
        Callable<byte[]> work = () -> exercise(random, low, share, "seed " + seed);
        models.add(pool.submit(work));
      }
      byte[] now = contents();
      for (int t = 0; t < threads; t++) {
        byte[] model = models.get(t).get();
        now = contents();
        assertArrayEquals(
            model,
            Arrays.copyOfRange(now, t * share * sectorSize, (t + 1) * share * sectorSize),
            "seed " + seed);
      }
    }
  }

  /**
   * Random requests within [low, low + share); returns what these sectors must contain afterwards.
   */
  private byte[] exercise(Random random, int low, int share, String where) throws IOException {
    byte[] model = new byte[share * sectorSize];
    for (int step = 0; step < 2_000 * TestDevices.multiplier(); step++) {
      int first = random.nextInt(share);
      int count = 1 + random.nextInt(Math.min(4, share - first));
      byte[] bytes = new byte[count * sectorSize];
      if (random.nextBoolean()) {
        random.nextBytes(bytes);
        device.write(low + first, MemorySegment.ofArray(bytes));
        System.arraycopy(bytes, 0, model, first * sectorSize, bytes.length);
      } else {
        device.read(low + first, MemorySegment.ofArray(bytes));
        assertArrayEquals(
            Arrays.copyOfRange(model, first * sectorSize, (first + count) * sectorSize),
            bytes,
            where);
      }
    }
    return model;
  }
}

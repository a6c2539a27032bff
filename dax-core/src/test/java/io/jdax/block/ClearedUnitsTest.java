package io.jdax.block;

import static io.jdax.Sizes.PAGE;
import static io.jdax.Sizes.SECTOR;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.os.LinuxFiles;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** K12: good sectors of 512 bytes in units of 4096 that are cleared because of bad ones. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClearedUnitsTest {
  private static final int SIZE = 64 << 10;
  private static final byte OLD = 0x0d;
  private static final byte NEW = 0x22;
  private static final int PER_UNIT = PAGE / SECTOR;

  private final TestDevices devices = new TestDevices();
  private final List<BadRange> cleared = new ArrayList<>();
  private Region region;
  private int unit = PAGE;

  /** Runs after the contents of a unit are gone. */
  private Step then = () -> {};

  private interface Step {
    void run() throws IOException;
  }

  private final class Clearer implements BadBlockClearer {
    @Override
    public int unitBytes() {
      return unit;
    }

    @Override
    public void clear(long offset, long length) throws IOException {
      cleared.add(new BadRange(offset, length));
      region.segment().asSlice(offset, length).fill((byte) 0xEE);
      then.run();
    }
  }

  @BeforeEach
  void open() throws IOException {
    region = devices.memfd(SIZE);
    region.segment().fill(OLD);
  }

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  /** A device over the region, some sectors of which are bad. */
  private PmemBlockDevice device(Persister persister, int... badSectors) {
    List<BadRange> bad =
        Arrays.stream(badSectors).mapToObj(s -> new BadRange(s * 512L, SECTOR)).toList();
    return new PmemBlockDevice(region, persister, SECTOR, BadBlocks.of(bad), new Clearer());
  }

  private PmemBlockDevice device(int... badSectors) throws IOException {
    return device(Persister.of(region), badSectors);
  }

  private static MemorySegment sectors(int count) {
    return MemorySegment.ofArray(new byte[count * SECTOR]).fill(NEW);
  }

  /** What a sector holds, all of whose bytes are the same. */
  private static int contents(BlockDevice device, int sector) throws IOException {
    byte[] bytes = new byte[SECTOR];
    device.read(sector, MemorySegment.ofArray(bytes));
    byte[] same = new byte[SECTOR];
    Arrays.fill(same, bytes[0]);
    assertArrayEquals(same, bytes, "sector " + sector);
    return bytes[0];
  }

  private static void bad(BlockDevice device, int sector) {
    assertThrows(MediaErrorException.class, () -> contents(device, sector), "sector " + sector);
  }

  private static void unchanged(BlockDevice device, int from, int to, int... bad)
      throws IOException {
    for (int sector = from; sector < to; sector++) {
      int here = sector;
      if (Arrays.stream(bad).anyMatch(b -> b == here)) {
        bad(device, sector);
      } else {
        assertEquals(OLD, contents(device, sector), "sector " + sector);
      }
    }
  }

  @Test
  @DisplayName("A write that fails after its clearing has changed no good sector, durably")
  void writeFails() throws IOException {
    RecordingPersister persister = RecordingPersister.alone(region);
    BlockDevice device = device(persister, 9, 12);
    Arena arena = Arena.ofShared();
    MemorySegment src = arena.allocate(4096);
    then = arena::close;
    assertThrows(IllegalStateException.class, () -> device.write(8, src));
    assertEquals(List.of(new BadRange(4096, 4096)), cleared, "a unit is cleared once");
    unchanged(device, 0, 24, 9, 12);
    byte[] image = persister.image();
    for (int sector : new int[] {8, 10, 11, 13, 14, 15}) {
      assertEquals(OLD, image[sector * SECTOR], "on the media: sector " + sector);
    }
    then = () -> {};
    device.write(8, sectors(PER_UNIT));
    assertEquals(NEW, contents(device, 9));
    assertEquals(NEW, contents(device, 12));
  }

  @Test
  @DisplayName("If the second of two clearings is refused nothing has been written")
  void secondRefused() throws IOException {
    BlockDevice device = device(9, 25);
    then =
        () -> {
          if (cleared.size() == 2) {
            throw new IOException("the double refuses");
          }
        };
    MediaErrorException e =
        assertThrows(MediaErrorException.class, () -> device.write(0, sectors(4 * PER_UNIT)));
    assertEquals(
        "memfd:block-test: bytes [12800, +512): sectors [25, +1) are bad and can't be cleared: the"
            + " double refuses",
        e.getMessage());
    unchanged(device, 0, 40, 9, 25);
  }

  @Test
  @DisplayName("An error in the middle of a clearing has changed no good sector")
  void errorInTheMiddle() throws IOException {
    BlockDevice device = device(9);
    then =
        () -> {
          throw new OutOfMemoryError("made up");
        };
    assertThrows(OutOfMemoryError.class, () -> device.writeZeroes(8, PER_UNIT));
    unchanged(device, 0, 24, 9);
  }

  @Test
  @DisplayName("Good sectors that can't be stored again are bad, and the exception names them")
  void lost() throws IOException {
    GatedPersister persister = new GatedPersister(region);
    PmemBlockDevice device = device(persister, 9);
    then = () -> persister.fail = true;
    MediaErrorException e =
        assertThrows(MediaErrorException.class, () -> device.write(8, sectors(PER_UNIT)));
    assertEquals(
        "memfd:block-test: bytes [4096, +512): sectors [8, +1) were good, and are lost, since bad"
            + " ones beside them were cleared, and they could not be stored again: sectors [8, +1),"
            + " [10, +6); memfd:block-test: bytes [7680, +512): the test refuses",
        e.getMessage());
    assertEquals(List.of(new BadRange(4096, 4096)), device.badRanges());
    unchanged(device, 0, 8);
    then =
        () -> {
          throw new IOException("the double refuses");
        };
    persister.fail = false;
    device.write(0, sectors(PER_UNIT));
    assertThrows(MediaErrorException.class, () -> device.write(8, sectors(PER_UNIT)));
    then = () -> {};
    device.write(8, sectors(PER_UNIT));
    assertEquals(List.of(), device.badRanges());
  }

  @Test
  @DisplayName("A clearing that is refused, and has cost good sectors, names both")
  void refusedAndLost() throws IOException {
    GatedPersister persister = new GatedPersister(region);
    PmemBlockDevice device = device(persister, 9);
    then =
        () -> {
          persister.fail = true;
          throw new IOException("the double refuses");
        };
    MediaErrorException e =
        assertThrows(MediaErrorException.class, () -> device.write(8, sectors(PER_UNIT)));
    assertEquals(
        "memfd:block-test: bytes [4608, +512): sectors [9, +1) are bad and can't be cleared: the"
            + " double refuses; good ones beside them are lost: sectors [8, +1), [10, +6)",
        e.getMessage());
    assertEquals(List.of(new BadRange(4096, 4096)), device.badRanges());
  }

  @Test
  @DisplayName("What has gone bad unnoticed does not read as good after a clearing")
  void unreadable() throws IOException {
    unit = 2 * PAGE;
    PmemBlockDevice device = device(1);
    LinuxFiles.ftruncate(region.fd(), PAGE, "cleared");
    BadBlockClearer kernel =
        new BadBlockClearer() {
          @Override
          public int unitBytes() {
            return unit;
          }

          @Override
          public void clear(long offset, long length) throws IOException {
            LinuxFiles.ftruncate(region.fd(), SIZE, "cleared");
          }
        };
    PmemBlockDevice known =
        new PmemBlockDevice(
            region,
            device.persister(),
            SECTOR,
            BadBlocks.of(List.of(new BadRange(SECTOR, SECTOR))),
            kernel);
    Arena arena = Arena.ofShared();
    MemorySegment src = arena.allocate(2 * PAGE);
    arena.close();
    assertThrows(IllegalStateException.class, () -> known.write(0, src));
    unchanged(known, 0, 8, 1);
    for (int sector = 8; sector < 16; sector++) {
      bad(known, sector);
    }
    known.write(0, sectors(2 * PER_UNIT));
    assertEquals(List.of(), known.badRanges());
  }

  @Test
  @DisplayName("A clearing in parts leaves the good sectors of all of them")
  void inParts() throws IOException {
    int megabyte = 1 << 20;
    region = devices.memfd(4L * megabyte);
    region.segment().fill(OLD);
    int[] firsts = new int[3 * megabyte / PAGE];
    Arrays.setAll(firsts, i -> i * PER_UNIT);
    PmemBlockDevice device = device(firsts);
    then =
        () -> {
          if (cleared.size() == 3) {
            throw new IOException("the double refuses");
          }
        };
    MemorySegment src = sectors(3 * megabyte / SECTOR);
    assertThrows(MediaErrorException.class, () -> device.write(0, src));
    assertEquals(new BadRange(2L * megabyte, megabyte), cleared.getLast());
    for (int sector : new int[] {1, 2047, 2049, 4095, 4097, 6143, 6144}) {
      assertEquals(OLD, contents(device, sector), "sector " + sector);
    }
    assertEquals(firsts.length, device.badRanges().size());
  }

  @Test
  @DisplayName("A read from the middle of a clearing is refused for all of the unit")
  void readInTheMiddle() throws IOException {
    BlockDevice device = device(9);
    then =
        () -> {
          for (int sector = 8; sector < 16; sector++) {
            bad(device, sector);
          }
          assertEquals(OLD, contents(device, 7));
        };
    device.write(8, sectors(PER_UNIT));
    assertEquals(1, cleared.size());
  }

  @Test
  @DisplayName("Reads, writes and direct access wait while sectors are cleared and stored to")
  void othersWait() throws Exception {
    PmemBlockDevice device = device(9);
    List<FutureTask<?>> others = new ArrayList<>();
    then =
        () -> {
          others.add(waiting(() -> contents(device, 15)));
          others.add(waiting(() -> contents(device, 9)));
          others.add(waiting(() -> device.directAccess(8, PER_UNIT)));
          others.add(
              waiting(
                  () -> {
                    device.write(14, MemorySegment.ofArray(new byte[SECTOR]));
                    return 0;
                  }));
        };
    device.write(8, sectors(PER_UNIT));
    assertEquals((int) NEW, others.get(0).get());
    assertEquals((int) NEW, others.get(1).get());
    assertNotNull(others.get(2).get());
    assertEquals(0, others.get(3).get());
    assertEquals(0, contents(device, 14), "its write came after the one that cleared");
  }

  @Test
  @DisplayName("A clearing waits for the writes that are under way")
  void clearingWaits() throws Exception {
    GatedPersister persister = new GatedPersister(region);
    PmemBlockDevice device = device(persister, 9);
    CountDownLatch storing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    persister.atStore =
        () -> {
          persister.atStore = () -> {};
          storing.countDown();
          await(go);
        };
    FutureTask<Integer> beside =
        start(
            () -> {
              device.write(10, MemorySegment.ofArray(new byte[SECTOR]));
              return 0;
            });
    await(storing);
    then =
        () -> {
          throw new IOException("the double refuses");
        };
    FutureTask<Integer> healing =
        waiting(
            () -> {
              device.write(8, sectors(PER_UNIT));
              return 0;
            });
    assertEquals(List.of(), cleared, "while somebody stores to a sector of the unit");
    go.countDown();
    beside.get();
    assertThrows(Exception.class, healing::get);
    assertEquals(0, contents(device, 10), "what was acknowledged is there");
  }

  @Test
  @DisplayName("A write of other sectors fails and succeeds as if none were bad")
  void besideBad() throws IOException {
    GatedPersister persister = new GatedPersister(region);
    PmemBlockDevice device = device(persister, 9);
    device.write(10, sectors(3));
    assertEquals(NEW, contents(device, 12));
    persister.fail = true;
    assertThrows(RegionException.class, () -> device.write(10, sectors(3)));
    assertEquals(List.of(), cleared);
    assertArrayEquals(
        sectors(3).toArray(JAVA_BYTE),
        region.segment().asSlice(10 * 512, 3 * 512).toArray(JAVA_BYTE));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> FutureTask<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    return task;
  }

  /** Starts a call, and returns when it waits for the lock. */
  private static <T> FutureTask<T> waiting(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "it did not wait");
      Thread.onSpinWait();
    }
    return task;
  }
}

package io.jdax.block;

import static io.jdax.Sizes.SECTOR;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.persist.LostWritebackException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SectorPersisterTest {
  private static final int SIZE = 64 << 10;

  private final Device device = new Device();
  private Region region;
  private SectorPersister persister;

  @BeforeEach
  void open() throws IOException {
    region = Region.anonymous("sectors", SIZE);
    persister = new SectorPersister(region, device);
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  @Test
  @DisplayName(
      "A drain returns only after a flush that began after its writes, of whichever thread")
  void drainWaitsForAFlushOfItsOwnWrites() throws Exception {
    Gate first = device.gateNextFlush();
    persister.fillNoDrain(0, SECTOR, (byte) 1);
    FutureTask<@Nullable Throwable> one = drainElsewhere();
    first.entered.await();
    // While the first flush is under way: one that wrote before it, and one that writes now.
    FutureTask<@Nullable Throwable> same = drainElsewhere();
    untilWaiting(same);
    Gate second = device.gateNextFlush();
    persister.fillNoDrain(SECTOR, SECTOR, (byte) 2);
    FutureTask<@Nullable Throwable> later = drainElsewhere();
    untilWaiting(later);
    first.open.countDown();
    second.entered.await();
    assertNull(one.get());
    assertNull(same.get(), "its write was there before the first flush began");
    assertTrue(!later.isDone(), "its write came after the first flush had begun");
    second.open.countDown();
    assertNull(later.get());
    assertEquals(2, device.flushes);
  }

  @Test
  @DisplayName(
      "Who waits for another thread's flush hears that it failed, and so does everyone later")
  void failureIsHeardByAll() throws Exception {
    Gate gate = device.gateNextFlush();
    IOException lost = new IOException("the cache of the device is lost");
    gate.failure = lost;
    persister.fillNoDrain(0, SECTOR, (byte) 1);
    FutureTask<@Nullable Throwable> one = drainElsewhere();
    gate.entered.await();
    FutureTask<@Nullable Throwable> two = drainElsewhere();
    untilWaiting(two);
    gate.open.countDown();
    assertEquals(lost, one.get());
    LostWritebackException heard = assertInstanceOf(LostWritebackException.class, two.get());
    assertEquals(lost, heard.getCause());
    MemorySegment sector = Arena.ofAuto().allocate(SECTOR);
    List<Executable> calls =
        List.of(
            () -> persister.drain(),
            () -> persister.flush(0, 8),
            () -> persister.persist(0, 8),
            () -> persister.copyNoDrain(0, sector, 0, SECTOR),
            () -> persister.copyPersist(0, sector, 0, SECTOR),
            () -> persister.fillNoDrain(0, 8, (byte) 2),
            () -> persister.fillPersist(0, 8, (byte) 2),
            () -> persister.deepFlush(0, 8),
            () -> persister.writeThrough(0, sector));
    int writes = device.writes.get();
    for (Executable call : calls) {
      assertThrows(LostWritebackException.class, call);
    }
    assertEquals(1, device.flushes, "the device must not be asked again: it would say yes");
    assertEquals(writes, device.writes.get());
  }

  @Test
  @DisplayName("An Error in a flush leaves nobody waiting, and no drain that succeeds after it")
  void errorInAFlush() {
    Gate gate = device.gateNextFlush();
    gate.failure = new OutOfMemoryError("made up");
    gate.open.countDown();
    assertThrows(OutOfMemoryError.class, () -> persister.fillPersist(0, SECTOR, (byte) 1));
    assertThrows(LostWritebackException.class, () -> persister.drain());
  }

  @Test
  @DisplayName("A write that failed is written again by the next flush, and a drain then succeeds")
  void failedWritesAreRepeated() throws IOException {
    device.failWrites = true;
    assertThrows(IOException.class, () -> persister.fillPersist(0, 4096, (byte) 3));
    device.failWrites = false;
    persister.drain();
    assertEquals(0, device.flushes, "nothing has been written");
    persister.persist(0, 4096);
    assertEquals(3, device.media[4095]);
    assertEquals(1, device.flushes);
  }

  @Test
  @DisplayName("A drain without writes asks the device for nothing")
  void drainOfNothing() throws IOException {
    persister.drain();
    persister.fillPersist(0, SECTOR, (byte) 1);
    persister.drain();
    assertEquals(1, device.flushes);
  }

  @Test
  @DisplayName("A copy that fails leaves a page to be fetched as the device has it")
  void failedCopyIsNotFetched() throws IOException {
    device.fill(9);
    Arena gone = Arena.ofShared();
    MemorySegment source = gone.allocate(8192);
    gone.close();
    assertThrows(IllegalStateException.class, () -> persister.copyPersist(0, source, 0, 8192));
    assertThrows(IllegalStateException.class, () -> persister.copyPersist(100, source, 0, 8000));
    persister.fetch(0, 8192);
    for (int at = 0; at < 8192; at += 511) {
      assertEquals(9, region.segment().get(JAVA_BYTE, at), "byte " + at);
    }
  }

  @Test
  @DisplayName("A page that could not be fetched is fetched by the next thread that wants it")
  void failedFetchIsRepeated() throws IOException {
    device.fill(9);
    device.failReads = true;
    assertThrows(IOException.class, () -> persister.fetch(0, 4096));
    assertThrows(IOException.class, () -> persister.copyPersist(100, region.segment(), 0, 10));
    device.failReads = false;
    persister.fetch(0, 4096);
    assertEquals(9, region.segment().get(JAVA_BYTE, 0));
    assertEquals(9, region.segment().get(JAVA_BYTE, 100));
  }

  @Test
  @DisplayName(
      "Parts of pages are completed from the device, and what is replaced is never fetched over")
  void completesParts() throws Exception {
    device.fill(9);
    persister.fillPersist(100, 10_000, (byte) 4);
    assertEquals(9, device.media[99]);
    assertEquals(4, device.media[100]);
    assertEquals(4, device.media[10_099]);
    assertEquals(9, device.media[10_100]);
    device.fill(1); // what is in memory is newer
    persister.fetch(0, 16_384);
    assertEquals(4, region.segment().get(JAVA_BYTE, 5000));
    assertEquals(1, region.segment().get(JAVA_BYTE, 16_000));
  }

  @Test
  @DisplayName("A flush writes what was fetched or stored, and leaves the rest of the device alone")
  void flushOfWhatIsNotInMemory() throws Exception {
    device.fill(9);
    persister.persist(0, SIZE);
    assertEquals(0, device.writes.get());
    persister.fetch(8192, 4096);
    region.segment().set(JAVA_BYTE, 8192, (byte) 1);
    persister.fillNoDrain(5 * 4096, 2 * 4096, (byte) 2);
    persister.persist(100, SIZE - 200);
    for (int at = 0; at < SIZE; at += 512) {
      int expected = at == 8192 ? 1 : at / 4096 == 5 || at / 4096 == 6 ? 2 : 9;
      assertEquals(expected, device.media[at], "byte " + at);
    }
  }

  @Test
  @DisplayName("A flush writes the sectors that its bytes lie in, and a fetch reads pages, once")
  void wholeSectors() throws Exception {
    persister.fetch(4096 + 4095, 2);
    assertEquals(List.of("8+8", "16+8"), device.readSectors);
    persister.fetch(4096, 8192);
    assertEquals(2, device.readSectors.size());
    persister.flush(4096 + 1100, 1000);
    persister.flush(4096 + 512, 512);
    persister.flush(4096 + 511, 2);
    persister.flush(4096 + 8191, 0);
    assertEquals(List.of("10+3", "9+1", "8+2"), device.writtenSectors);
    device.writtenSectors.clear();
    MemorySegment two = Arena.ofAuto().allocate(2 * SECTOR);
    persister.writeThrough(40, two.fill((byte) 6));
    assertEquals(List.of("40+2"), device.writtenSectors);
    persister.drain();
    assertEquals(1, device.flushes);
    region.close();
    assertThrows(IllegalStateException.class, () -> persister.writeThrough(40, two));
    assertThrows(IllegalStateException.class, () -> persister.drain());
    assertThrows(IllegalStateException.class, () -> persister.flush(4096, 1));
  }

  @Test
  @DisplayName("A persister can store where its device can be written")
  void asReadOnlyAsTheDevice() {
    assertTrue(!persister.readOnly());
    device.readOnly = true;
    assertTrue(persister.readOnly());
  }

  @Test
  @DisplayName("Of two writes of one sector the one that has seen more arrives last")
  void sectorsArriveInOrder() throws Exception {
    persister.fetch(0, SECTOR);
    CountDownLatch snapshot = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    device.slowWrite =
        () -> {
          snapshot.countDown();
          await(go);
        };
    FutureTask<@Nullable Throwable> left = elsewhere(() -> persister.fillPersist(0, 256, (byte) 1));
    snapshot.await();
    FutureTask<@Nullable Throwable> right =
        elsewhere(() -> persister.fillPersist(256, 256, (byte) 2));
    untilWaiting(right);
    go.countDown();
    assertNull(left.get());
    assertNull(right.get());
    assertEquals(1, device.media[0]);
    assertEquals(2, device.media[511]);
  }

  // ---------------------------------------------------------------- threads

  private final List<Thread> threads = new ArrayList<>();
  private final List<FutureTask<?>> tasks = new ArrayList<>();

  private FutureTask<@Nullable Throwable> drainElsewhere() {
    return elsewhere(() -> persister.drain());
  }

  private FutureTask<@Nullable Throwable> elsewhere(Executable call) {
    FutureTask<@Nullable Throwable> task =
        new FutureTask<>(
            () -> {
              try {
                call.execute();
                return null;
              } catch (Throwable t) {
                return t;
              }
            });
    tasks.add(task);
    threads.add(Thread.ofPlatform().start(task));
    return task;
  }

  /** Returns when each of them waits for another thread, or has ended. */
  private void untilWaiting(FutureTask<?>... some) {
    for (FutureTask<?> task : some) {
      Thread thread = threads.get(tasks.indexOf(task));
      while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
        Thread.onSpinWait();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A flush that waits until it is let go. */
  private static final class Gate {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    volatile @Nullable Throwable failure;
  }

  /** Writes arrive at once; flushes are counted, and held up by gates. */
  private static final class Device implements BlockDevice {
    final byte[] media = new byte[SIZE];
    volatile int flushes;
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean failReads;
    volatile boolean failWrites;
    volatile @Nullable Runnable slowWrite;
    volatile boolean readOnly;

    /** Of all requests: first sector + count. */
    final List<String> readSectors = new ArrayList<>();

    final List<String> writtenSectors = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();

    synchronized Gate gateNextFlush() {
      Gate gate = new Gate();
      gates.add(gate);
      return gate;
    }

    void fill(int value) {
      java.util.Arrays.fill(media, (byte) value);
    }

    @Override
    public String name() {
      return "sectors";
    }

    @Override
    public int sectorSize() {
      return SECTOR;
    }

    @Override
    public long sectorCount() {
      return SIZE / SECTOR;
    }

    @Override
    public boolean readOnly() {
      return readOnly;
    }

    @Override
    public BlockStatistics statistics() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void read(long sector, MemorySegment dst) throws IOException {
      if (failReads) {
        throw new IOException("no");
      }
      readSectors.add(sector + "+" + dst.byteSize() / SECTOR);
      MemorySegment.copy(MemorySegment.ofArray(media), sector * SECTOR, dst, 0, dst.byteSize());
    }

    @Override
    public void read(long sector, MemorySegment... dsts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(long sector, MemorySegment src) throws IOException {
      if (failWrites) {
        throw new IOException("no");
      }
      byte[] taken = src.toArray(JAVA_BYTE);
      Runnable slow = slowWrite;
      slowWrite = null;
      if (slow != null) {
        slow.run();
      }
      System.arraycopy(taken, 0, media, (int) sector * SECTOR, taken.length);
      synchronized (writtenSectors) {
        writtenSectors.add(sector + "+" + src.byteSize() / SECTOR);
      }
      writes.incrementAndGet();
    }

    @Override
    public void write(long sector, MemorySegment... srcs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void flush() throws IOException {
      Gate gate;
      synchronized (this) {
        flushes++;
        gate = gates.isEmpty() ? null : gates.removeFirst();
      }
      if (gate == null) {
        return;
      }
      gate.entered.countDown();
      await(gate.open);
      switch (gate.failure) {
        case null -> {}
        case IOException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError();
      }
    }

    @Override
    public void discard(long sector, long sectorCount) {}

    @Override
    public void writeZeroes(long sector, long sectorCount) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}

package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.mm.DaxMapping;
import io.jdax.os.Writebacks;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that fails to write pages back, says so once, and has thrown their bytes away. */
@Timeout(30)
class LostWritebackTest {
  private static final long SIZE = 4 << 20;

  @TempDir Path disk;
  private final TestRegions regions = new TestRegions();
  private final Kernel kernel = new Kernel();
  private Region region;
  private Persister persister;

  /** msync(2), by a double that keeps what the disk has. */
  private final class Kernel implements MsyncPersister.Msync {
    private final MemorySegment onDisk = Arena.ofAuto().allocate(SIZE, 4096);
    private @Nullable Throwable next;
    private int calls;
    private int failAt = -1;

    void failNext(Throwable failure) {
      next = failure;
    }

    @Override
    public synchronized void run(long address, long length, String subject)
        throws SystemCallException {
      Throwable failure =
          calls++ == failAt ? new SystemCallException("msync", subject, Errno.EIO) : next;
      next = null;
      if (failure instanceof SystemCallException refused) {
        throw refused; // and the pages are clean: nobody will write them again
      }
      if (failure instanceof Error error) {
        throw error;
      }
      long from = address - region.address();
      long whole = Math.min(length + 4095 & -4096, SIZE - from);
      MemorySegment.copy(region.segment(), from, onDisk, from, whole);
    }
  }

  @BeforeEach
  void open() throws IOException {
    region = regions.create(TestRegions.MEMORY, SIZE);
    persister = new MsyncPersister(region, "test", kernel);
  }

  @AfterEach
  void close() {
    regions.close();
  }

  private static SystemCallException eio() {
    return new SystemCallException("msync", "region", Errno.EIO);
  }

  private List<Executable> everyCall(Persister its) {
    MemorySegment source = MemorySegment.ofArray(new byte[64]);
    return List.of(
        () -> its.flush(4096, 8),
        () -> its.drain(),
        () -> its.persist(4096, 8),
        () -> its.copyNoDrain(4096, source, 0, 64),
        () -> its.copyPersist(4096, source, 0, 64),
        () -> its.fillNoDrain(4096, 8, (byte) 1),
        () -> its.fillPersist(4096, 8, (byte) 1),
        () -> its.fillPersistKeeping(4096, 8, (byte) 1, 4096),
        () -> its.deepFlush(4096, 8),
        () -> its.ensureNothingLost());
  }

  @Test
  @DisplayName(
      "After one write-back failed, by whichever call, every call of every persister of the region"
          + " refuses")
  void everyCallRefuses() throws IOException {
    for (int first = 0; first < everyCall(persister).size(); first++) {
      for (Throwable failure : new Throwable[] {eio(), new OutOfMemoryError("made up")}) {
        region = regions.create(TestRegions.MEMORY, SIZE);
        persister = new MsyncPersister(region, "test", kernel);
        kernel.failNext(failure);
        Throwable told = thrownBy(everyCall(persister).get(first));
        if (told == null) { // a drain asks the kernel for nothing
          kernel.failNext(failure);
          told = thrownBy(() -> persister.flush(0, 1));
        }
        assertNotNull(told, "the caller hears of it itself");
        assertTrue(
            failure.equals(told) || failure.equals(told.getCause()),
            "the caller hears of it itself");
        assertFalse(told instanceof LostWritebackException, "the first one is told what failed");
        for (Persister its : List.of(persister, Persister.of(region))) {
          for (Executable call : everyCall(its)) {
            LostWritebackException refused = assertThrows(LostWritebackException.class, call);
            assertSame(failure, refused.getCause());
            assertTrue(Messages.of(refused).startsWith(region.name()), Messages.of(refused));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("What is refused stores nothing that the kernel could write back later")
  void refusedCopiesStoreNothing() throws IOException {
    kernel.failNext(eio());
    assertThrows(PersistException.class, () -> persister.flush(0, 8));
    MemorySegment source = MemorySegment.ofArray(new byte[64]).fill((byte) 7);
    assertThrows(LostWritebackException.class, () -> persister.copyPersist(64, source, 0, 64));
    assertThrows(LostWritebackException.class, () -> persister.fillPersist(64, 64, (byte) 7));
    assertEquals(0, region.segment().get(JAVA_LONG, 64));
  }

  @Test
  @DisplayName("Opened again, a region whose write-back failed can be made durable")
  void openedAgain() throws IOException {
    Path file = disk.resolve("region");
    try (Region first = regions.add(Region.at(file).size(SIZE).create())) {
      Persister its = new MsyncPersister(first, "test", kernel);
      kernel.failNext(eio());
      assertThrows(PersistException.class, () -> its.flush(0, 8));
    }
    try (Region second = Region.open(file)) {
      Persister.of(second).persist(0, 8);
    }
  }

  @Test
  @DisplayName(
      "Of two write-backs at once neither returns before it is known whether the other failed")
  void overlappingCalls() throws Exception {
    CountDownLatch bothIn = new CountDownLatch(2);
    CountDownLatch toldOfBoth = new CountDownLatch(1);
    CountDownLatch twoIsTold = new CountDownLatch(1);
    // The kernel tells the call of page 1 what happened to page 2, and the call of page 2 nothing.
    Persister its =
        new MsyncPersister(
            region,
            "test",
            (address, length, subject) -> {
              bothIn.countDown();
              await(bothIn);
              if (address == region.address() + 65_536) {
                await(toldOfBoth);
                throw eio();
              }
              twoIsTold.countDown();
            });
    AtomicReference<@Nullable Throwable> one = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> two = new AtomicReference<>();
    Thread pageOne =
        Thread.ofPlatform().start(() -> one.set(thrownBy(() -> its.persist(65_536, 8))));
    Thread pageTwo =
        Thread.ofPlatform().start(() -> two.set(thrownBy(() -> its.deepFlush(2 * 65_536, 8))));
    await(twoIsTold);
    while (pageTwo.getState() != Thread.State.WAITING && pageTwo.isAlive()) {
      Thread.onSpinWait();
    }
    assertTrue(pageTwo.isAlive(), "it returned while the other could still be told of its page");
    pageTwo.interrupt();
    toldOfBoth.countDown();
    pageOne.join();
    pageTwo.join();
    assertInstanceOf(PersistException.class, one.get());
    assertInstanceOf(LostWritebackException.class, two.get());
  }

  @Test
  @DisplayName(
      "Who waits for write-backs that were under way does not wait for those that began later")
  void laterCallsAreNotWaitedFor() throws Exception {
    Writebacks writebacks = region.writebacks();
    long first = writebacks.begin();
    long second = writebacks.begin();
    Thread waiting = Thread.ofPlatform().start(() -> writebacks.end(first));
    while (waiting.getState() != Thread.State.WAITING && waiting.isAlive()) {
      Thread.onSpinWait();
    }
    assertTrue(waiting.isAlive(), "it did not wait for one that was under way");
    long later = writebacks.begin();
    Thread last = Thread.ofPlatform().start(() -> writebacks.end(second));
    waiting.join();
    writebacks.end(later);
    last.join();
  }

  @Test
  @DisplayName("A force on a SYNC mapping that failed is the last of the region, too")
  void forceThatFailed() throws IOException {
    Persister its =
        new JdkSyncPersister(
            region,
            region.segment(),
            lines -> {
              throw new UncheckedIOException(new IOException("made up"));
            });
    assertThrows(PersistException.class, () -> its.persist(0, 64));
    for (Executable call : everyCall(its)) {
      assertThrows(LostWritebackException.class, call);
    }
  }

  @Test
  @DisplayName(
      "After a write-back failed fsync and force refuse, also where nothing is dirty, and what was"
          + " acknowledged is on the disk")
  void fileSystemRefuses() throws IOException {
    PmemBlockDevice device = PmemBlockDevice.of(region, persister, 4096);
    DaxFileSystem.format(device, "lost");
    DaxFileSystem fs = DaxFileSystem.mount(device);
    DaxFile clean = fs.open("/clean", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    DaxFile file = fs.open("/file", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    DaxFile unmapped = fs.open("/unmapped", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    clean.truncate(4096);
    unmapped.write(0, MemorySegment.ofArray(new byte[8]));
    unmapped.fsync();
    file.truncate(1 << 16);
    DaxMapping cleanMapping = clean.map(0, 4096);
    DaxMapping mapping = file.map(0, 1 << 16);
    mapping.putLong(0, 1);
    mapping.force();
    clean.fsync();
    mapping.putLong(0, 2);
    mapping.putLong(8192, 2);
    kernel.failNext(eio());
    assertThrows(PersistException.class, mapping::force);
    List<Executable> refused =
        List.of(
            mapping::force,
            mapping::force,
            file::fsync,
            clean::fsync,
            unmapped::fsync,
            cleanMapping::force,
            () -> cleanMapping.persist(0, 8),
            fs::sync,
            () -> fs.createDirectory("/directory"),
            () -> file.write(0, MemorySegment.ofArray(new byte[8])));
    for (Executable call : refused) {
      assertThrows(IOException.class, call);
    }
    assertThrows(LostWritebackException.class, clean::fsync);
    assertThrows(LostWritebackException.class, unmapped::fsync);
    assertThrows(LostWritebackException.class, cleanMapping::force);
    assertThrows(LostWritebackException.class, fs::close, "tells of it once more, and is closed");
    region.close(); // is not held any more, so that it can be opened anew
    try (Region left = regions.add(Region.anonymous("left", SIZE))) {
      left.segment().copyFrom(kernel.onDisk);
      DaxFileSystem again = DaxFileSystem.mount(PmemBlockDevice.of(left, Persister.of(left), 4096));
      try (DaxFile found = again.open("/file", OpenMode.READ)) {
        long[] got = new long[1];
        found.read(0, MemorySegment.ofArray(got));
        assertTrue(got[0] == 1 || got[0] == 2, "acknowledged as 1");
      }
      again.close();
    }
  }

  @Test
  @DisplayName(
      "Whichever write-back fails: what was acknowledged before is on the disk, and nothing is"
          + " acknowledged after it")
  void everyPointOfFailure() throws IOException {
    boolean failed = true;
    for (int at = 0; failed; at++) {
      region = regions.create(TestRegions.MEMORY, SIZE);
      persister = new MsyncPersister(region, "test", kernel);
      PmemBlockDevice device = PmemBlockDevice.of(region, persister, 4096);
      DaxFileSystem.format(device, "lost");
      DaxFileSystem fs = DaxFileSystem.mount(device);
      kernel.failAt = kernel.calls + at;
      List<Integer> acknowledged = new ArrayList<>();
      failed = false;
      for (int i = 0; i < 2; i++) {
        try (DaxFile file = fs.open("/f" + i, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
          file.truncate(8192);
          DaxMapping m = file.map(0, 8192);
          m.putLong(0, i + 1);
          file.write(4096, MemorySegment.ofArray(new long[] {i + 1}));
          file.fsync();
          assertFalse(failed, "acknowledged after a failure, at msync " + at);
          acknowledged.add(i);
        } catch (IOException e) {
          failed = true;
        }
      }
      kernel.failAt = -1;
      check(acknowledged, at);
      Throwable atClose = thrownBy(fs::close);
      assertTrue(atClose == null || failed, "closed without a failure");
      region.close();
    }
  }

  private void check(List<Integer> acknowledged, int at) throws IOException {
    try (Region left = Region.anonymous("left", SIZE)) {
      left.segment().copyFrom(kernel.onDisk);
      DaxFileSystem again = DaxFileSystem.mount(PmemBlockDevice.of(left, Persister.of(left), 4096));
      for (int i : acknowledged) {
        try (DaxFile found = again.open("/f" + i, OpenMode.READ)) {
          long[] got = new long[1];
          found.read(0, MemorySegment.ofArray(got));
          assertEquals(i + 1, got[0], "file " + i + ", msync " + at);
          found.read(4096, MemorySegment.ofArray(got));
          assertEquals(i + 1, got[0], "file " + i + ", msync " + at);
        }
      }
      again.close();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Throwable thrownBy(Executable call) {
    try {
      call.execute();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  @Test
  @DisplayName("Of several failures the first is told, and none makes good for another")
  void severalFailures() {
    Writebacks writebacks = region.writebacks();
    Throwable first = eio();
    writebacks.fail(first);
    writebacks.fail(eio());
    assertSame(first, writebacks.failure());
    writebacks.fail(eio());
    assertSame(first, writebacks.failure());
  }
}

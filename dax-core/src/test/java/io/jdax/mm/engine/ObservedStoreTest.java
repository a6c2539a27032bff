package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.os.LinuxFiles;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who has seen an ordered store makes it durable by a persist of its own. */
class ObservedStoreTest {
  /** A store that is stopped on its way, as a thread may be at any instruction. */
  private static final class Stopped {
    private final Generation g;
    private final long offset;
    private final int ticket;

    /** Up to the first mark. */
    Stopped(FileMapping mapping, long offset) {
      this.g = mapping.current();
      this.offset = offset;
      this.ticket = g.epoch.enterStoring(g.dirty(offset));
      assertTrue(ticket != Epoch.NONE);
      DirtyBytes.announce(g.memory, g.dirty(offset));
    }

    void data(long value) {
      g.memory.set(ValueLayout.JAVA_LONG, g.writable(offset), value);
    }

    void end() {
      DirtyBytes.mark(g.memory, g.dirty(offset));
      g.epoch.exit(ticket);
    }
  }

  private interface Body {
    void run(TinyDisk disk, RecordingPersister persister, TinyFile file) throws IOException;
  }

  private static void withFile(Body body) throws IOException {
    Region region = Region.anonymous("observed", 4 << 20);
    RecordingPersister persister = RecordingPersister.alone(region);
    TinyDisk disk = new TinyDisk(region, persister);
    TinyFile file = (TinyFile) disk.create("f");
    file.truncate(4 * PAGE, 0);
    body.run(disk, persister, file);
    file.close();
    disk.close();
  }

  private static long durable(RecordingPersister persister, TinyFile file, long offset) {
    return MemorySegment.ofArray(persister.image())
        .get(
            ValueLayout.JAVA_LONG_UNALIGNED, (file.pfn(offset >>> 12) << 12) + (offset & PAGE - 1));
  }

  @Test
  @DisplayName("A flush between the first mark and the data does not make the page clean")
  void flushBetweenMarkAndData() throws IOException {
    for (boolean whole : new boolean[] {true, false}) {
      withFile(
          (disk, persister, file) -> {
            FileMapping m = file.space().map(0, 4 * PAGE);
            FileMapping other = file.space().map(0, 4 * PAGE);
            m.putLongVolatile(PAGE, 1);
            other.getLong(PAGE);
            m.persist(0, 4 * PAGE);
            Stopped store = new Stopped(m, PAGE);
            other.persist(0, 4 * PAGE);
            store.data(2);
            assertEquals(2, other.getLongVolatile(PAGE));
            other.persist(whole ? 0 : PAGE, whole ? 4 * PAGE : 8);
            assertEquals(2, durable(persister, file, PAGE));
            store.end();
          });
    }
  }

  @Test
  @DisplayName("So it is when the epoch turns over meanwhile, and another one does")
  void turnOverMeanwhile() throws Exception {
    withFile(
        (disk, persister, file) -> {
          FileMapping m = file.space().map(0, 4 * PAGE);
          m.putLongVolatile(PAGE, 1);
          m.persist(0, 4 * PAGE);
          Stopped store = new Stopped(m, PAGE);
          Epoch old = disk.frames().epoch();
          disk.frames().quarantine().turnOverSoon(); // waits for the store
          while (disk.frames().epoch() == old || !old.isSealed()) {
            Thread.onSpinWait();
          }
          m.persist(0, 4 * PAGE);
          store.data(2);
          m.persist(0, 4 * PAGE);
          assertEquals(2, durable(persister, file, PAGE));
          store.end();
        });
  }

  @Test
  @DisplayName("Once nothing is under way a persisted page is clean, and is not flushed again")
  void cleanAfterwards() throws IOException {
    withFile(
        (disk, persister, file) -> {
          FileMapping m = file.space().map(0, 4 * PAGE);
          m.putLongVolatile(PAGE, 1);
          Stopped store = new Stopped(m, PAGE);
          store.data(2);
          m.persist(0, 4 * PAGE);
          assertFalse(
              file.space().writeback().isClean(m.area(), 1), "the store may not have come yet");
          store.end();
          assertEquals(1, file.space().flushDirty(0, 4 * PAGE));
          assertTrue(file.space().writeback().isClean(m.area(), 1));
          assertEquals(0, file.space().flushDirty(0, 4 * PAGE));
        });
  }

  @Test
  @DisplayName("A store under way elsewhere does not keep a page dirty")
  void elsewhere() throws IOException {
    Region region = Region.anonymous("observed", 16 << 20);
    TinyDisk disk = new TinyDisk(region, RecordingPersister.alone(region));
    ContractFile file = disk.create("f");
    file.truncate(8 << 20, 0);
    FileMapping m = file.space().map(0, 8 << 20);
    m.putLong(0, 1);
    m.putLong(4 << 20, 1);
    file.space().flushDirty(0, 8 << 20);
    m.putLong(0, 2);
    Stopped store = new Stopped(m, 4 << 20);
    int load = disk.frames().epoch().enter();
    file.space().flushDirty(0, PAGE);
    assertTrue(file.space().writeback().isClean(m.area(), 0));
    disk.frames().epoch().exit(load);
    store.end();
    file.close();
    disk.close();
  }

  @Test
  @DisplayName("Ordered stores, compare-and-set and bulk copies mark before they store")
  void markBefore() throws IOException {
    interface Store {
      void at(FileMapping mapping, long offset) throws IOException;
    }
    Store[] stores = {
      (m, at) -> m.putByteVolatile(at, (byte) 1),
      (m, at) -> m.putShortRelease(at, (short) 1),
      (m, at) -> m.putIntOpaque(at, 1),
      (m, at) -> m.putLongVolatile(at, 1),
      (m, at) -> m.copyFrom(at, MemorySegment.ofArray(new byte[64]), 0, 64),
      (m, at) -> m.fill(at, 100, (byte) 1)
    };
    for (Store store : stores) {
      Region region = Region.anonymous("marks", 1 << 20);
      TinyDisk disk = new TinyDisk(region, Persister.of(region));
      ContractFile file = disk.create("f");
      file.truncate(8 * PAGE, 0);
      FileMapping m = file.space().map(0, 8 * PAGE);
      m.populate(0, 8 * PAGE, true);
      LinuxFiles.ftruncate(region.fd(), 4096, "marks");
      // The data can't be stored. If the mark is there, it came first, or at least not last.
      assertTrue(file.space().writeback().isClean(m.area(), 5));
      assertThrows(MediaErrorException.class, () -> store.at(m, 5 * PAGE));
      assertFalse(file.space().writeback().isClean(m.area(), 5));
      LinuxFiles.ftruncate(region.fd(), 1 << 20, "marks");
      file.close();
      disk.close();
    }
  }

  @Test
  @DisplayName("Who sees the first bytes of a bulk copy that goes on finds their page marked")
  void seenInTheMiddle() throws Exception {
    int length = 2 << 20;
    Region region = Region.anonymous("bulk", 4 << 20);
    TinyDisk disk = new TinyDisk(region, Persister.of(region));
    ContractFile file = disk.create("f");
    file.truncate(length, 0);
    FileMapping m = file.space().map(0, length);
    m.fill(0, length, (byte) 0);
    for (int round = 1; round <= 100; round++) {
      MemorySegment src = MemorySegment.ofArray(new byte[length]);
      src.fill((byte) round);
      file.space().flushDirty(0, length);
      assertTrue(file.space().writeback().isClean(m.area(), 0));
      byte value = (byte) round;
      CompletableFuture<Boolean> clean =
          CompletableFuture.supplyAsync(
              () -> {
                // Either end: a copy may begin at any.
                long last = length - 1L;
                long seen = -1;
                while (seen < 0) {
                  try {
                    seen =
                        m.getByteVolatile(0) == value
                            ? 0
                            : m.getByteVolatile(last) == value ? last : -1;
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                }
                return file.space().writeback().isClean(m.area(), seen >>> 12);
              });
      if (round % 2 == 0) {
        m.copyFrom(0, src, 0, length);
      } else {
        m.fill(0, length, value);
      }
      assertFalse(clean.get(), "round " + round);
    }
    file.close();
    disk.close();
  }

  @Test
  @DisplayName("A compare-and-set that does not find what it expects leaves the page clean")
  void failedCompareAndSet() throws IOException {
    withFile(
        (disk, persister, file) -> {
          FileMapping m = file.space().map(0, 4 * PAGE);
          m.putLong(PAGE, 7);
          m.persist(0, 4 * PAGE);
          assertFalse(m.compareAndSetLong(PAGE, 1, 2));
          assertFalse(m.compareAndSetInt(PAGE, 1, 2));
          assertTrue(file.space().writeback().isClean(m.area(), 1));
          assertTrue(m.compareAndSetLong(PAGE, 7, -8));
          assertEquals(-8, m.getLong(PAGE));
          assertTrue(m.compareAndSetInt(PAGE + 4, -1, 3));
          assertFalse(file.space().writeback().isClean(m.area(), 1));
          m.persist(0, 4 * PAGE);
          assertEquals(m.getLong(PAGE), durable(persister, file, PAGE));
        });
  }

  @Test
  @DisplayName(
      "A bulk copy marks its pages again when the data is there, whoever took the first marks")
  void marksAgainBehindTheData() throws Exception {
    int length = 2 << 20;
    long last = length / PAGE - 1;
    Region region = Region.anonymous("bulk", 4 << 20);
    FailingPersister persister = new FailingPersister(region);
    TinyDisk disk = new TinyDisk(region, persister);
    TinyFile file = (TinyFile) disk.create("f");
    file.put(0, length / PAGE, true, 1);
    FileMapping m = file.space().map(0, length);
    m.populate(0, length, true);
    long lastByte = (file.pfn(last) << 12) + PAGE - 1;
    int flushedBefore = 0;
    for (int round = 1; round <= 2000 && flushedBefore < 3; round++) {
      byte value = (byte) round;
      file.space().flushDirty(0, Long.MAX_VALUE);
      MemorySegment src = MemorySegment.ofArray(new byte[length]).fill(value);
      FutureTask<Void> copy =
          new FutureTask<>(
              () -> {
                m.copyFrom(0, src, 0, length);
                return null;
              });
      Thread thread = Thread.ofPlatform().start(copy);
      while (!copy.isDone() && file.space().writeback().isClean(m.area(), last)) {
        Thread.onSpinWait();
      }
      boolean[] early = new boolean[1];
      persister.atFlush =
          () -> {
            persister.atFlush = () -> {};
            // The first mark of the last page is taken. If its data is not there it comes too late.
            early[0] = region.segment().get(ValueLayout.JAVA_BYTE, lastByte) != value;
            DaxContract.unchecked(
                () -> {
                  try {
                    thread.join();
                  } catch (InterruptedException e) {
                    throw new java.io.InterruptedIOException();
                  }
                });
          };
      file.space().flushDirty(0, Long.MAX_VALUE);
      persister.atFlush = () -> {};
      copy.get();
      if (early[0]) {
        flushedBefore++;
        assertFalse(file.space().writeback().isClean(m.area(), last));
      }
    }
    file.close();
    disk.close();
  }
}

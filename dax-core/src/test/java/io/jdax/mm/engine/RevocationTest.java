package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.PinAccess;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.mm.Sharing;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken away is taken from compiled loops, too, which ask nothing. */
class RevocationTest {
  private static final int WORDS = 512;

  private TinyDisk disk;
  private TinyFile file;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("revocation", 8 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    file.put(0, HUGE / PAGE, true, 512);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  private interface Loop {
    long run(FileMapping mapping, long count) throws IOException;
  }

  private static long store(FileMapping m, long count) throws IOException {
    for (long i = 0; i < count; i++) {
      m.putLong((i & WORDS - 1) * 8, i);
    }
    return count;
  }

  private static long load(FileMapping m, long count) throws IOException {
    long sum = 0;
    for (long i = 0; i < count; i++) {
      sum += m.getLong((i & WORDS - 1) * 8);
    }
    return sum;
  }

  /** A thread in a loop that is compiled, and would not end by itself. */
  private static CompletableFuture<Long> started(FileMapping m, Loop loop) throws IOException {
    for (int i = 0; i < 30; i++) {
      loop.run(m, 100_000);
    }
    CompletableFuture<Long> looping = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                looping.complete(loop.run(m, Long.MAX_VALUE));
              } catch (Throwable t) {
                looping.completeExceptionally(t);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return looping;
  }

  /** Returns when the looping thread has gone on for so long that its loop is compiled well. */
  private static void awaitStores(FileMapping seen) throws IOException {
    while (seen.getLongVolatile((WORDS - 1) * 8) < 100_000_000) {
      Thread.onSpinWait();
    }
  }

  private static long[] words(FileMapping m) throws IOException {
    long[] words = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      words[i] = m.getLongVolatile(i * 8L);
    }
    return words;
  }

  private static Throwable endOf(CompletableFuture<Long> looping) {
    return requireNonNull(
        assertThrows(ExecutionException.class, () -> looping.get(60, TimeUnit.SECONDS)).getCause());
  }

  @ParameterizedTest
  @ValueSource(longs = {PAGE, HUGE})
  @DisplayName("When a mapping's close has returned, no loop of another thread stores through it")
  void closeEndsStores(long length) throws IOException {
    FileMapping other = file.space().map(0, PAGE);
    FileMapping mapping = file.space().map(0, length);
    mapping.populate(0, length, true);
    CompletableFuture<Long> looping = started(mapping, RevocationTest::store);
    awaitStores(other);
    mapping.close();
    long[] after = words(other);
    assertInstanceOf(IllegalStateException.class, endOf(looping));
    assertArrayEquals(after, words(other));
    file.space().flushDirty(0, Long.MAX_VALUE);
    file.space().flushDirty(0, Long.MAX_VALUE);
    assertDurable(after);
  }

  @ParameterizedTest
  @ValueSource(longs = {PAGE, HUGE})
  @DisplayName("When a file has become read-only, no loop stores, and a writeback knows all stores")
  void readOnlyEndsStores(long length) throws IOException {
    FileMapping mapping = file.space().map(0, length);
    mapping.populate(0, length, true);
    CompletableFuture<Long> looping = started(mapping, RevocationTest::store);
    awaitStores(mapping);
    file.space().setReadOnly(true);
    long[] after = words(mapping);
    file.space().flushDirty(0, Long.MAX_VALUE);
    assertDurable(after);
    assertInstanceOf(ReadOnlyMappingException.class, endOf(looping));
    assertArrayEquals(after, words(mapping));
    file.space().setReadOnly(false);
    mapping.putLong(0, 1);
  }

  private void assertDurable(long[] words) throws IOException {
    byte[] image = ((RecordingPersister) disk.frames().persister()).image();
    java.nio.ByteBuffer page =
        java.nio.ByteBuffer.wrap(image, (int) (file.pfn(0) * PAGE), (int) PAGE)
            .slice()
            .order(java.nio.ByteOrder.nativeOrder());
    long[] durable = new long[WORDS];
    page.asLongBuffer().get(durable);
    assertArrayEquals(words, durable);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "A loop of loads through a mapping that is closed ends, whether it could store or not")
  void closeEndsLoads(boolean stores) throws IOException {
    FileMapping mapping =
        file.space()
            .map(0, PAGE, stores ? Sharing.SHARED : Sharing.READ_ONLY, false, HolePolicy.ZERO);
    mapping.populate(0, PAGE, stores);
    CompletableFuture<Long> looping = started(mapping, RevocationTest::load);
    mapping.close();
    assertInstanceOf(IllegalStateException.class, endOf(looping));
  }

  @Test
  @DisplayName("Closing a file with many mappings turns the epoch over a few times, not for each")
  void closeManyAtOnce() throws IOException {
    TinyFile many = (TinyFile) disk.create("many");
    many.truncate(PAGE, 0);
    List<FileMapping> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      FileMapping mapping = many.space().map(0, PAGE);
      mapping.putLong(0, i);
      all.add(mapping);
    }
    disk.frames().quarantine().drainNow();
    long before = disk.frames().quarantine().statistics().turnOvers();
    many.close();
    long waited = disk.frames().quarantine().statistics().turnOvers() - before;
    assertTrue(waited >= 1 && waited < 100, waited + " turn-overs");
    all.forEach(mapping -> assertFalse(mapping.isOpen()));
    assertThrows(IllegalStateException.class, () -> all.getLast().getLong(0));
  }

  @Test
  @DisplayName(
      "A mapping that was never shown for stores is closed without waiting for a turn-over")
  void loadsDoNotWait() throws IOException {
    FileMapping loaded = file.space().map(0, PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
    loaded.getLong(0);
    FileMapping untouched = file.space().map(0, PAGE);
    assertEquals(-1, closed(loaded));
    assertEquals(-1, closed(untouched));
    FileMapping stored = file.space().map(0, PAGE);
    stored.putLong(0, 1);
    long last = closed(stored);
    assertTrue(last >= 0 && disk.frames().closedEpoch() >= last);
    disk.frames().quarantine().turnOver();
    file.space().sweep();
    assertEquals(0, file.space().mappings().size());
  }

  private static long closed(FileMapping mapping) {
    mapping.close();
    mapping.close();
    return mapping.area().lastStores();
  }

  @Test
  @DisplayName("A long-term pin for reading takes no block on a read-only file, and says so")
  void pinsOfReadOnlyFiles() throws IOException {
    file.truncate(HUGE + 2 * PAGE, 0);
    long free = disk.freeBlocks();
    file.space().setReadOnly(true);
    assertThrows(
        ReadOnlyMappingException.class,
        () -> file.space().pin(HUGE, PAGE, PinAccess.READ, true).close());
    assertEquals(free, disk.freeBlocks());
    file.space().pin(HUGE, PAGE, PinAccess.READ, false).close(); // zeros will do
    file.space().pin(0, PAGE, PinAccess.READ, true).close(); // has its block
    file.space().setReadOnly(false);
    file.space().pin(HUGE, PAGE, PinAccess.READ, true).close();
    assertEquals(free - 1, disk.freeBlocks());
  }

  @Test
  @DisplayName("A revoke returns when no access goes on that began before it")
  void revokeTurnsOver() throws IOException {
    FileMapping mapping = file.space().map(0, PAGE);
    mapping.putLong(0, 1);
    long before = disk.frames().epoch().number;
    file.space().revoke(0, 1);
    assertTrue(disk.frames().closedEpoch() >= before);
    before = disk.frames().epoch().number;
    file.space().setReadOnly(true);
    assertTrue(disk.frames().closedEpoch() >= before);
  }
}

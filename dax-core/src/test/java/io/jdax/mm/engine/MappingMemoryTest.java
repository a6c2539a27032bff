package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mapping held is another's only when nobody looks at it any more. */
class MappingMemoryTest {
  private static final int PAGES = 1024;

  private TinyDisk disk;
  private TinyFile a;
  private TinyFile b;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("lifetime", 8 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    a = file("a");
    b = file("b");
  }

  /** A file of which every page has an entry of its own. */
  private TinyFile file(String name) throws IOException {
    TinyFile file = (TinyFile) disk.create(name);
    file.truncate(PAGES * PAGE, 0);
    for (int page = 0; page < PAGES; page += PageTable.PAGES) {
      Entries.unlock(file.space().entries().lock(page, false), Entry.EMPTY);
    }
    return file;
  }

  @AfterEach
  void close() throws IOException {
    a.close();
    b.close();
    disk.close();
  }

  private FileMapping map(TinyFile file, Sharing sharing) throws IOException {
    return file.space().map(0, PAGES * PAGE, sharing, false, HolePolicy.ZERO);
  }

  private void turnOver() {
    disk.frames().quarantine().turnOver();
  }

  @ParameterizedTest
  @EnumSource(Sharing.class)
  @DisplayName(
      "A walk that comes to a mapping after its close changes nothing of whose table it is")
  void lateWalks(Sharing sharing) throws IOException {
    a.write(0, new byte[(int) PAGE]);
    FileMapping closed = map(a, sharing);
    closed.getLong(PAGE);
    FileMapping[] next = new FileMapping[1];
    a.space()
        .mappings()
        .overlapping(
            0,
            1,
            area ->
                DaxContract.unchecked(
                    () -> {
                      closed.close();
                      turnOver();
                      a.space().sweep();
                      next[0] = map(b, Sharing.SHARED);
                      next[0].getLong(0);
                      next[0].putLong(PAGE, 7);
                      // The walk goes on, with what it was about.
                      area.pages.replaceZero(0, a.pfn(0));
                      area.pages.drop(0, PAGES, (page, pfn) -> true);
                      area.pages.show(0, 1, a.pfn(0), true, true);
                      area.pages.showMade(2, a.pfn(0));
                      assertFalse(area.pages.replaceByCopy(0, new PrivateCopy(9)));
                      assertTrue(a.space().writeback().isClean(area, 1));
                      a.space().dirtyEntries().takeOver(area);
                      assertEquals(0, closed.statistics().presentPages());
                      assertThrows(
                          IllegalStateException.class, () -> closed.populate(0, PAGE, false));
                    }));
    assertTrue(disk.frames().isZero(next[0].table().pfn(0)));
    assertEquals(b.pfn(1), next[0].table().pfn(1));
    assertTrue(next[0].table().isWritable(1));
    assertEquals(7, next[0].getLong(PAGE));
    assertEquals(1, b.space().flushDirty(0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("Memory that a walker holds stays the mapping's until it lets go")
  void heldMemory() throws IOException {
    FileMapping first = map(a, Sharing.SHARED);
    first.putLong(0, 1);
    long was = words(first);
    MappingMemory memory = first.area().memory;
    assertNotNull(memory.hold());
    first.close();
    turnOver();
    a.space().sweep();
    assertEquals(0, a.space().mappings().size());
    assertNull(memory.hold());
    assertNotEquals(was, madeBy(b), "a writeback still looks at the marks");
    memory.letGo();
    assertEquals(was, madeBy(b));
  }

  private static long words(FileMapping mapping) {
    return requireNonNull(mapping.table().near()).words;
  }

  private long madeBy(TinyFile file) throws IOException {
    FileMapping mapping = map(file, Sharing.SHARED);
    mapping.getLong(0);
    return words(mapping);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("A writeback keeps the memory whose marks it has claimed until it has settled them")
  void writebackHoldsMemory(boolean fails) throws IOException {
    Region region = Region.anonymous("holding", 16 << 20);
    FailingPersister persister = new FailingPersister(region);
    TinyDisk other = new TinyDisk(region, persister);
    TinyFile x = (TinyFile) other.create("x");
    TinyFile y = (TinyFile) other.create("y");
    x.put(0, PAGES, true, 1);
    y.put(0, PAGES, true, 1);
    FileMapping mapping = map(x, Sharing.SHARED);
    mapping.putLong(PAGE, 1);
    long was = words(mapping);
    FileMapping[] next = new FileMapping[1];
    persister.atFlush =
        () ->
            DaxContract.unchecked(
                () -> {
                  persister.atFlush = () -> {};
                  mapping.close();
                  other.frames().quarantine().turnOver();
                  assertTrue(x.space().retired().sweepLocked());
                  assertEquals(0, x.space().mappings().size());
                  next[0] = map(y, Sharing.SHARED);
                  next[0].putLong(PAGE, 2);
                  assertNotEquals(was, words(next[0]));
                  persister.fail = fails;
                });
    if (fails) {
      assertThrows(IOException.class, () -> x.space().flushDirty(0, Long.MAX_VALUE));
    } else {
      assertEquals(1, x.space().flushDirty(0, Long.MAX_VALUE));
    }
    persister.fail = false;
    assertEquals(was, madeBy(y));
    // Taken over before the flush had ended, as the 2 MiB around the page.
    assertEquals(512, x.space().flushDirty(0, Long.MAX_VALUE));
    assertEquals(1, y.space().flushDirty(0, Long.MAX_VALUE));
    x.close();
    y.close();
    other.close();
  }

  @Test
  @DisplayName("Memory that an access may look at can't be given back")
  void memoryInUse() throws IOException {
    FileMapping mapping = map(a, Sharing.READ_ONLY);
    mapping.getLong(0);
    MappingMemory memory = mapping.area().memory;
    synchronized (memory.lock) {
      memory.markClosed();
    }
    assertThrows(IllegalStateException.class, memory::markUnreachable);
    assertNotNull(memory.hold());
    memory.letGo();
    turnOver();
    memory.markUnreachable();
    assertNull(memory.hold());
    a.space().mappings().remove(mapping.area());
    disk.frames().unregister(mapping.area().pages);
  }

  @Test
  @DisplayName("A private mapping's copies go where its table goes, once")
  void privateCopies() throws IOException {
    FileMapping mapping = map(a, Sharing.PRIVATE);
    for (int page = 0; page < 700; page++) {
      mapping.putLong(page * PAGE, page);
    }
    assertEquals(700, disk.frames().privateFramesInUse());
    MappingMemory memory = mapping.area().memory;
    assertNotNull(memory.hold());
    mapping.close();
    mapping.close();
    turnOver();
    assertEquals(700, disk.frames().privateFramesInUse());
    memory.letGo();
    assertEquals(0, disk.frames().privateFramesInUse());
  }

  @Test
  @DisplayName("persist does not wait for a writer because some mapping was closed before")
  void persistBesideWriter() throws Exception {
    FileMapping mapping = map(a, Sharing.SHARED);
    FileMapping other = map(a, Sharing.SHARED);
    other.putLong(8, 1);
    other.close();
    turnOver();
    mapping.putLong(0, 1);
    long writing = a.space().invalidateLock().lockShared();
    CompletableFuture<Void> persist =
        CompletableFuture.runAsync(() -> DaxContract.unchecked(() -> mapping.persist(0, 8)));
    try {
      persist.get(60, TimeUnit.SECONDS);
    } finally {
      a.space().invalidateLock().unlockShared(writing);
    }
    assertTrue(a.space().isQuiet());
    assertEquals(1, a.space().mappings().size());
    assertEquals(2, a.space().flushDirty(0, PAGE) + a.space().flushDirty(0, PAGE));
  }

  @Test
  @DisplayName(
      "A closed mapping is kept until the second turn-over, since the first may stop a thread"
          + " between its store and the mark")
  void markBehindATurnOver() throws IOException {
    FileMapping mapping = map(a, Sharing.SHARED);
    mapping.putLong(PAGE, 1);
    mapping.putLong(2 * PAGE, 1);
    mapping.persist(0, 3 * PAGE);
    MappingMemory memory = mapping.area().memory;
    mapping.close();
    assertEquals(memory.closedIn(), disk.frames().closedEpoch(), "a close waits for accesses");
    assertFalse(memory.isQuiet());
    assertFalse(a.space().retired().sweepLocked());
    assertEquals(1, a.space().mappings().size());
    PageTable table = memory.hold();
    assertNotNull(table);
    DirtyBytes.mark(disk.frames().raw(), table.dirty(0) + 1); // by the thread that was stopped
    memory.letGo();
    disk.frames().quarantine().add(0, 1, (pfn, count) -> {});
    disk.frames().quarantine().drainNow();
    assertTrue(memory.isQuiet());
    assertTrue(a.space().retired().sweepLocked());
    assertEquals(0, a.space().mappings().size());
    assertEquals(1, a.space().flushDirty(0, PAGES * PAGE));
  }

  @Test
  @DisplayName("A closed mapping that waits for its stores is let go of once when its file closes")
  void closedBehindItsFile() throws IOException {
    TinyFile file = file("c");
    FileMapping mapping = map(file, Sharing.SHARED);
    mapping.putLong(PAGE, 1);
    mapping.close();
    RetiredMappings retired = file.space().retired();
    assertFalse(retired.isEmpty());
    file.close();
    assertTrue(retired.isEmpty());
    turnOver();
    assertNull(mapping.area().memory.hold());
    assertFalse(retired.sweep());
  }

  // ---------------------------------------------------------------- what closed mappings leave

  @Test
  @DisplayName("A writeback that fails leaves dirty what mappings have marked, and closed ones")
  void failedWriteback() throws IOException {
    Region region = Region.anonymous("failing", 16 << 20);
    FailingPersister persister = new FailingPersister(region);
    TinyDisk other = new TinyDisk(region, persister);
    TinyFile x = (TinyFile) other.create("x");
    x.put(0, PAGES, true, 1);
    for (int page = 0; page < PAGES; page += PageTable.PAGES) {
      Entries.unlock(x.space().entries().lock(page, false), Entry.EMPTY);
    }
    FileMapping closed = map(x, Sharing.SHARED);
    closed.putLong(PAGE, 1);
    closed.close();
    other.frames().quarantine().turnOver();
    assertTrue(x.space().retired().sweepLocked());
    FileMapping open = map(x, Sharing.SHARED);
    open.putLong(5 * PAGE, 1);
    persister.fail = true;
    for (int i = 0; i < 2; i++) {
      assertThrows(IOException.class, () -> x.space().flushDirty(0, Long.MAX_VALUE));
    }
    persister.fail = false;
    assertEquals(2, x.space().flushDirty(0, Long.MAX_VALUE));
    assertEquals(0, x.space().flushDirty(0, Long.MAX_VALUE));
    x.close();
    other.close();
  }

  @Test
  @DisplayName("What closed mappings have left is flushed by the writeback of its own range")
  void marksOfClosedMappings() throws IOException {
    FileMapping mapping = map(a, Sharing.SHARED);
    for (int page : new int[] {1, 5, 300, 600}) {
      mapping.putLong(page * PAGE, 1);
    }
    mapping.close();
    turnOver();
    assertTrue(a.space().retired().sweepLocked());
    assertEquals(1, a.space().flushDirty(PAGE, PAGE));
    assertEquals(0, a.space().flushDirty(PAGE, PAGE));
    a.punch(0, 3, 0); // what is beside it stays
    assertEquals(1, a.space().flushDirty(5 * PAGE, PAGE));
    a.punch(290, 5, 0);
    assertEquals(2, a.space().flushDirty(0, Long.MAX_VALUE));
    assertEquals(0, a.space().flushDirty(0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("The marks of a new mapping are clean, whosever memory they were")
  void marksOfANewMapping() throws IOException {
    FileMapping mapping = map(a, Sharing.SHARED);
    mapping.putLong(PAGE, 1);
    long was = mapping.table().dirty(0);
    mapping.close();
    turnOver();
    assertTrue(a.space().retired().sweepLocked());
    FileMapping next = map(b, Sharing.SHARED);
    next.putLong(2 * PAGE, 1);
    assertEquals(was, next.table().dirty(0));
    assertEquals(1, b.space().flushDirty(0, Long.MAX_VALUE));
  }
}

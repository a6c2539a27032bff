package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.PinAccess;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which marks of dirty pages a writeback finds, and which of them it ends. */
class WritebackMarksTest {
  private TinyDisk disk;
  private TinyFile file;
  private AddressSpace space;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("marks", 8 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    space = file.space();
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  /** Stores through a mapping that is closed, until only entries know of it. */
  private void storeAndForget(long length, long... offsets) throws IOException {
    FileMapping mapping = space.map(0, length);
    for (long at : offsets) {
      mapping.putLong(at, 1);
    }
    mapping.close();
    disk.frames().quarantine().turnOver();
    disk.frames().quarantine().turnOver();
    assertTrue(space.retired().sweep());
    assertTrue(space.retired().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"0, 8", "1, 4095", "0, 4095", "4088, 8"})
  @DisplayName("A flush of a part of a page that a closed mapping has stored to leaves it dirty")
  void partOfPage(long offset, long length) throws IOException {
    file.truncate(2 * PAGE, 0);
    storeAndForget(2 * PAGE, 0);
    assertEquals(1, space.flushDirty(offset, length));
    assertEquals(1, space.flushDirty(offset, length));
    assertEquals(1, space.flushDirty(0, PAGE));
    assertEquals(0, space.flushDirty(0, PAGE));
    assertEquals(0, space.flushDirty(0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("A flush of a part of 2 MiB that a closed mapping has stored to leaves all dirty")
  void partOfHuge() throws IOException {
    file.put(0, 512, true, 512);
    storeAndForget(HUGE, 7 * PAGE);
    assertTrue(Entry.is(space.entries().peek(0), Entry.HUGE));
    assertEquals(1, space.flushDirty(0, PAGE));
    assertEquals(1, space.flushDirty(HUGE - PAGE, PAGE));
    assertEquals(511, space.flushDirty(0, HUGE - PAGE));
    assertEquals(511, space.flushDirty(PAGE, HUGE - PAGE));
    assertEquals(512, space.flushDirty(0, HUGE));
    assertEquals(0, space.flushDirty(0, HUGE));
  }

  @Test
  @DisplayName("All of many pages that a closed mapping has stored to are flushed, and then clean")
  void manyEntries() throws IOException {
    long pages = 100;
    file.truncate(pages * PAGE, 0);
    long[] offsets = new long[(int) pages];
    for (int page = 0; page < pages; page++) {
      offsets[page] = page * PAGE;
    }
    storeAndForget(pages * PAGE, offsets);
    assertFalse(space.dirtyEntries().areAllSettled());
    assertEquals(pages, space.flushDirty(0, Long.MAX_VALUE));
    for (int page = 0; page < pages; page++) {
      assertFalse(Entry.is(space.entries().peek(page), Entry.DIRTY | Entry.TOWRITE));
    }
    assertTrue(space.dirtyEntries().areAllSettled());
    assertEquals(0, space.flushDirty(0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("What pins for writing show is flushed each time, what pins for reading show never")
  void pins() throws IOException {
    file.put(0, 8, true, 1);
    try (FilePin _ = space.pin(0, 4 * PAGE, PinAccess.READ, true)) {
      assertEquals(0, space.flushDirty(0, Long.MAX_VALUE));
      try (FilePin _ = space.pin(2 * PAGE + 1, 3 * PAGE, PinAccess.WRITE, true)) {
        assertEquals(4, space.flushDirty(0, Long.MAX_VALUE));
        assertEquals(4, space.flushDirty(0, Long.MAX_VALUE));
        assertEquals(1, space.flushDirty(0, 2 * PAGE + 1));
        assertEquals(1, space.flushDirty(5 * PAGE, PAGE));
        assertEquals(0, space.flushDirty(6 * PAGE, PAGE));
      }
      assertEquals(4, space.flushDirty(0, Long.MAX_VALUE), "the last stores, once more");
      assertEquals(0, space.flushDirty(0, Long.MAX_VALUE));
    }
  }

  @Test
  @DisplayName("A sweep says whether it has let go of a closed mapping")
  void sweepSays() throws IOException {
    file.truncate(PAGE, 0);
    assertFalse(space.retired().sweep());
    FileMapping mapping = space.map(0, PAGE);
    mapping.putLong(0, 1);
    mapping.close();
    assertFalse(space.retired().isEmpty());
    assertFalse(space.retired().sweep(), "a thread may still be inside a store");
    disk.frames().quarantine().turnOver();
    disk.frames().quarantine().turnOver();
    assertTrue(space.retired().sweep());
    assertTrue(space.retired().isEmpty());
    assertFalse(space.retired().sweep());
    assertFalse(space.hasMappings());
  }

  @Test
  @DisplayName("What a closed mapping leaves dirty are its own pages, not those of its neighbour")
  void neighbour() throws IOException {
    file.put(0, 513, true, 1);
    TinyFile other = (TinyFile) disk.create("g");
    other.put(0, 1, true, 1);
    FileMapping mapping = space.map(0, HUGE);
    FileMapping next = other.space().map(0, PAGE);
    mapping.putLong(0, 1);
    next.putLong(0, 1);
    assertEquals(mapping.table().dirty(0) + 512, next.table().dirty(0), "side by side");
    mapping.close();
    disk.frames().quarantine().turnOver();
    disk.frames().quarantine().turnOver();
    assertTrue(space.retired().sweep());
    assertEquals(0, space.flushDirty(HUGE, PAGE));
    assertEquals(1, other.space().flushDirty(0, PAGE));
    other.close();
  }

  @Test
  @DisplayName("A file whose frames are gone refuses as well")
  void framesGone() throws IOException {
    file.truncate(PAGE, 0);
    try (Region region = Region.anonymous("gone", 1 << 20)) {
      TinyDisk gone = new TinyDisk(region, RecordingPersister.alone(region));
      TinyFile orphan = (TinyFile) gone.create("o");
      gone.frames().close();
      assertThrows(IllegalStateException.class, () -> orphan.space().flushDirty(0, PAGE));
    }
  }

  @Test
  @DisplayName("A closed file refuses to be mapped, pinned and flushed, and says its name")
  void closedFile() throws IOException {
    file.truncate(PAGE, 0);
    space.close();
    for (Use use :
        new Use[] {
          () -> space.map(0, PAGE),
          () -> space.pin(0, PAGE, PinAccess.READ, false),
          () -> space.flushDirty(0, PAGE),
          () -> space.seek(0, PAGE, true),
          () -> space.collect()
        }) {
      IllegalStateException e = assertThrows(IllegalStateException.class, use::make);
      assertEquals("file f is closed", e.getMessage());
      assertTrue(space.invalidateLock().tryLockExclusive(0), "it holds nothing");
      space.invalidateLock().unlockExclusive();
    }
  }

  private interface Use {
    void make() throws IOException;
  }
}

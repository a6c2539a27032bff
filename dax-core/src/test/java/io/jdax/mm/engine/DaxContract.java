package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.LongSizes;
import io.jdax.Messages;
import io.jdax.Sizes;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HoleException;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.mm.Sharing;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of docs/semantics.md, by id. A subclass says on which file system. */
public abstract class DaxContract {
  protected static final long PAGE = Sizes.PAGE;
  protected static final long HUGE = LongSizes.HUGE;

  protected ContractDisk disk;
  protected ContractFile file;
  protected AddressSpace space;

  /** A file system over a region of its own; 6 MiB are enough. */
  protected abstract ContractDisk format(Region region, Persister persister) throws IOException;

  /** A region of some kind. */
  protected Region region(long sizeBytes) throws IOException {
    return Region.anonymous("contract", sizeBytes);
  }

  /** A region over a file that goes away with it. */
  protected static Region regionIn(String folder, long sizeBytes) throws IOException {
    java.nio.file.Path file =
        java.nio.file.Files.createTempFile(java.nio.file.Path.of(folder), "jdax-contract-", "");
    java.nio.file.Files.delete(file);
    Region region = Region.at(file).size(sizeBytes).create();
    java.nio.file.Files.delete(file);
    return region;
  }

  @BeforeEach
  void open() throws IOException {
    Region region = region(6 << 20);
    disk = format(region, RecordingPersister.alone(region));
    file = disk.create("f");
    space = file.space();
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  /** Power loss now: what the region would hold. */
  protected byte[] survivors(long pfn) {
    byte[] image = ((RecordingPersister) disk.frames().persister()).image();
    return java.util.Arrays.copyOfRange(image, (int) (pfn << 12), (int) ((pfn + 1) << 12));
  }

  protected static byte[] bytes(int length, int value) {
    byte[] b = new byte[length];
    java.util.Arrays.fill(b, (byte) value);
    return b;
  }

  private FileMapping shared(long length) throws IOException {
    return space.map(0, length);
  }

  /** Entries there are, of those with all of these bits. */
  private int entryCount(long bits) {
    int[] count = new int[1];
    space
        .entries()
        .forEach(0, Long.MAX_VALUE, (page, entry) -> count[0] += (entry & bits) == bits ? 1 : 0);
    return count[0];
  }

  // ---------------------------------------------------------------- S1

  @Test
  @DisplayName("S1.1 a load over a hole or an unwritten extent shows zeros and allocates nothing")
  void loadAllocatesNothing() throws IOException {
    file.truncate(8 * PAGE, 0);
    file.allocate(2, 2);
    long free = disk.freeBlocks();
    FileMapping m = shared(8 * PAGE);
    for (long at = 0; at < 8 * PAGE; at += 8) {
      assertEquals(0, m.getLong(at));
    }
    assertEquals(free, disk.freeBlocks());
    assertEquals(ExtentState.HOLE, file.state(0));
    assertEquals(ExtentState.UNWRITTEN, file.state(2));
    assertEquals(8, m.statistics().zeroPages());
  }

  @Test
  @DisplayName(
      "S1.2 the first store allocates, or converts an unwritten page in place, and the rest of the"
          + " page is zeros")
  protected void storeAllocates() throws IOException {
    file.truncate(8 * PAGE, 0);
    file.allocate(2, 1);
    long unwritten = file.pfn(2);
    long free = disk.freeBlocks();
    FileMapping m = shared(8 * PAGE);
    m.putInt(100, 7);
    m.putInt(2 * PAGE + 100, 9);
    assertEquals(free - 1, disk.freeBlocks());
    assertEquals(ExtentState.WRITTEN, file.state(0));
    assertEquals(unwritten, file.pfn(2));
    byte[] expected = new byte[(int) PAGE];
    expected[100] = 9;
    assertArrayEquals(expected, file.read(2 * PAGE, (int) PAGE));
  }

  @Test
  @DisplayName("S1.2 the first store replaces the zero page in all mappings of the page")
  void storeReplacesZerosEverywhere() throws IOException {
    file.truncate(4 * HUGE, 0);
    FileMapping[] all = {
      shared(4 * HUGE), // 2 MiB zero entry
      space.map(PAGE, 8 * PAGE), // other colour: pages
      space.map(0, HUGE, Sharing.READ_ONLY, false, HolePolicy.ZERO),
      space.map(0, HUGE, Sharing.PRIVATE, false, HolePolicy.ZERO),
    };
    for (FileMapping m : all) {
      assertEquals(0, m.getLong(2 * PAGE));
    }
    FileMapping storing = shared(HUGE);
    storing.putLong(2 * PAGE, 42);
    assertEquals(42, all[0].getLong(2 * PAGE));
    assertEquals(42, all[1].getLong(PAGE));
    assertEquals(42, all[2].getLong(2 * PAGE));
    assertEquals(42, all[3].getLong(2 * PAGE));
  }

  @Test
  @DisplayName("S1.2 a store that gets no block fails, with the reason, and changes nothing")
  void storeWithoutSpaceFails() throws IOException {
    long pages = disk.freeBlocks() + 8;
    file.truncate(pages * PAGE, 0);
    FileMapping m = shared(pages * PAGE);
    long stored = 0;
    IOException refused = null;
    for (long page = 0; page < pages && refused == null; page++) {
      try {
        m.putLong(page * PAGE, page + 1);
        stored++;
      } catch (IOException e) {
        refused = e;
      }
    }
    assertTrue(refused != null && Messages.of(refused).contains("space"), String.valueOf(refused));
    assertEquals(ExtentState.HOLE, file.state(stored));
    assertEquals(0, m.getLong(stored * PAGE));
    for (long page = 0; page < stored; page++) {
      assertEquals(page + 1, m.getLong(page * PAGE));
    }
  }

  @Test
  @DisplayName(
      "S1.3 faults know of the file system what one callback says: a load asks, the first store has"
          + " the page made, and what was made is completed once, when the data is durable")
  void oneCallback() throws IOException {
    file.truncate(8 * PAGE, 0);
    file.write(0, bytes(10, 1));
    file.allocate(2, 1);
    RecordingMapper mapper = new RecordingMapper(space.mapper());
    try (AddressSpace other = new AddressSpace(disk.frames(), mapper, "f")) {
      FileMapping m = other.map(0, 8 * PAGE);
      m.getByte(0);
      m.getByte(PAGE);
      m.getByte(2 * PAGE);
      assertTrue(mapper.maps() > 0);
      assertEquals(List.of(), mapper.calls());
      m.putByte(PAGE, (byte) 5);
      assertEquals(List.of("mkwrite 1"), mapper.calls());
      m.putByte(2 * PAGE + 1, (byte) 6);
      assertEquals(List.of("mkwrite 2"), mapper.calls());
      mapper.maps();
      m.putByte(2 * PAGE + 1, (byte) 7);
      m.getByte(PAGE);
      assertEquals(0, mapper.maps());
      assertEquals(List.of(), mapper.calls());
      List<Byte> durable = new ArrayList<>();
      mapper.beforeCommit =
          () ->
              unchecked(
                  () -> {
                    durable.add(survivors(file.pfn(1))[0]);
                    durable.add(survivors(file.pfn(2))[1]);
                  });
      m.force();
      assertEquals(List.of("stores found", "commit"), mapper.calls());
      assertEquals(List.of((byte) 5, (byte) 7), durable);
      m.close();
    }
  }

  @Test
  @DisplayName("S1.5 a fault that waits in the file system holds up no fault on another page")
  void faultsDoNotSerialise() throws Exception {
    file.truncate(8 * PAGE, 0);
    FileMapping m = shared(8 * PAGE);
    long at = space.entries().lock(3, false);
    try {
      CompletableFuture<Void> blocked =
          CompletableFuture.runAsync(() -> unchecked(() -> m.putLong(3 * PAGE, 1)));
      m.putLong(2 * PAGE, 5);
      m.putLong(4 * PAGE, 6);
      assertEquals(0, m.getLong(5 * PAGE));
      assertFalse(blocked.isDone());
      Entries.unlock(at, Chunks.get(at));
      blocked.get(10, TimeUnit.SECONDS);
      at = 0;
    } finally {
      if (at != 0) {
        Entries.unlock(at, Chunks.get(at));
      }
    }
    assertEquals(1, m.getLong(3 * PAGE));
  }

  @Test
  @DisplayName("S1.6 read() gives zeros for an unwritten extent, write() converts what it wrote")
  void readAndWriteKnowUnwritten() throws IOException {
    file.allocate(0, 4);
    assertArrayEquals(new byte[(int) (4 * PAGE)], file.read(0, (int) (4 * PAGE)));
    file.write(PAGE + 10, bytes(5, 3));
    assertEquals(ExtentState.WRITTEN, file.state(1));
    assertEquals(ExtentState.UNWRITTEN, file.state(2));
    byte[] expected = new byte[(int) PAGE];
    java.util.Arrays.fill(expected, 10, 15, (byte) 3);
    assertArrayEquals(expected, file.read(PAGE, (int) PAGE));
  }

  // ---------------------------------------------------------------- S2

  @Test
  @DisplayName(
      "S2.1 S2.2 a hole that was never faulted costs nothing, one that was at most an entry")
  void holesCostNothing() throws IOException {
    file.truncate(1L << 40, 0);
    FileMapping m = space.map(0, 1L << 40);
    assertEquals(0, entryCount(0));
    assertEquals(0, m.getLong((1L << 40) - 8));
    assertEquals(1, entryCount(0));
    assertEquals(PageTable.PAGES, m.statistics().zeroPages());
    assertEquals(1, entryCount(Entry.HUGE));
  }

  @Test
  @DisplayName(
      "S2.3 read() over a hole inserts nothing; write() into it replaces the zero page of every"
          + " mapping")
  void writeIntoHoleReplacesZeros() throws IOException {
    file.truncate(4 * PAGE, 0);
    file.read(0, (int) (4 * PAGE));
    assertEquals(0, entryCount(0));
    FileMapping a = shared(4 * PAGE);
    FileMapping b = space.map(0, 4 * PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
    assertEquals(0, a.getLong(PAGE));
    assertEquals(0, b.getLong(PAGE));
    file.write(PAGE, bytes(8, 1));
    assertEquals(0x0101010101010101L, a.getLong(PAGE));
    assertEquals(0x0101010101010101L, b.getLong(PAGE));
    assertEquals(0, a.statistics().zeroPages());
  }

  @Test
  @DisplayName("S2.4 a mapping counts its pages that show the zero segment")
  void zeroPagesAreCounted() throws IOException {
    file.truncate(8 * PAGE, 0);
    FileMapping m = shared(8 * PAGE);
    m.getByte(0);
    m.getByte(3 * PAGE);
    m.putByte(5 * PAGE, (byte) 1);
    assertEquals(2, m.statistics().zeroPages());
    assertEquals(3, m.statistics().presentPages());
    assertEquals(2, space.statistics().zeroPages());
  }

  @Test
  @DisplayName("S2.5 a long-term pin unshares: a later store by anyone is seen through it")
  void longTermPinUnshares() throws IOException {
    file.truncate(4 * PAGE, 0);
    FileMapping m = shared(4 * PAGE);
    assertEquals(0, m.getLong(0));
    try (FilePin pin = space.pin(0, 2 * PAGE, PinAccess.READ, true)) {
      assertEquals(ExtentState.WRITTEN, file.state(0));
      m.putLong(8, 77);
      file.write(PAGE, bytes(8, 5));
      MemorySegment first = pin.segments().getFirst();
      assertEquals(77, first.get(ValueLayout.JAVA_LONG, 8));
      MemorySegment last = pin.segments().getLast();
      assertEquals(5, last.get(ValueLayout.JAVA_BYTE, last.byteSize() - PAGE));
      assertThrows(
          IllegalArgumentException.class, () -> first.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
    }
  }

  @Test
  @DisplayName("S2.5 a short-term read pin of a hole allocates nothing")
  void shortReadPinMaySeeZeros() throws IOException {
    file.truncate(4 * PAGE, 0);
    long free = disk.freeBlocks();
    try (FilePin pin = space.pin(10, 100, PinAccess.READ, false)) {
      assertEquals(100, pin.segments().getFirst().byteSize());
      assertEquals(0, pin.segments().getFirst().get(ValueLayout.JAVA_BYTE, 0));
    }
    assertEquals(free, disk.freeBlocks());
  }

  @Test
  @DisplayName("S2.5 I7 truncate and punch under a pin fail with busy, or wait until it is closed")
  void pinsHoldUpTruncate() throws Exception {
    file.write(0, bytes((int) (4 * PAGE), 1));
    FilePin pin = space.pin(PAGE, PAGE, PinAccess.WRITE, true);
    long pfn = file.pfn(1);
    PinnedException busy = assertThrows(PinnedException.class, () -> file.punch(0, 4, 0));
    assertEquals(1, busy.page());
    assertThrows(PinnedException.class, () -> file.truncate(0, 1_000_000));
    file.punch(2, 2, 0);
    CompletableFuture<Void> punch =
        CompletableFuture.runAsync(() -> unchecked(() -> file.punch(1, 1, 10_000_000_000L)));
    pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
    assertFalse(punch.isDone());
    assertEquals(pfn, file.pfn(1));
    pin.close();
    punch.get(10, TimeUnit.SECONDS);
    assertEquals(ExtentState.HOLE, file.state(1));
    assertThrows(
        IllegalStateException.class, () -> pin.segments().getFirst().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  @DisplayName(
      "S2.5 pages pinned for writing are dirty until the pin is closed, and then once more")
  void writePinsAreDirty() throws IOException {
    file.truncate(PAGE, 0);
    FileMapping m = shared(PAGE);
    FilePin pin = space.pin(0, PAGE, PinAccess.WRITE, true);
    pin.segments().getFirst().set(ValueLayout.JAVA_LONG, 0, 1);
    m.force();
    assertEquals(1, survivors(file.pfn(0))[0]);
    pin.segments().getFirst().set(ValueLayout.JAVA_LONG, 0, 2);
    m.force();
    assertEquals(2, survivors(file.pfn(0))[0]);
    pin.segments().getFirst().set(ValueLayout.JAVA_LONG, 0, 3);
    pin.close();
    m.force();
    assertEquals(3, survivors(file.pfn(0))[0]);
    long flushed = space.statistics().flushedPages();
    m.force();
    assertEquals(flushed, space.statistics().flushedPages());
  }

  @Test
  @DisplayName("S2.6 through a mapping with hole markers holes are an error, and can be walked")
  void holeMarkers() throws IOException {
    file.truncate(8 * PAGE, 0);
    file.write(2 * PAGE, bytes((int) PAGE, 4));
    file.allocate(5, 1);
    FileMapping m = space.map(0, 8 * PAGE, Sharing.SHARED, false, HolePolicy.MARKER);
    assertEquals(4, m.getByte(2 * PAGE));
    HoleException e = assertThrows(HoleException.class, () -> m.getByte(3 * PAGE));
    assertEquals(3, e.page());
    assertThrows(HoleException.class, () -> m.getByte(5 * PAGE));
    assertThrows(HoleException.class, () -> m.putByte(0, (byte) 1));
    assertEquals(2 * PAGE, m.nextData(0));
    assertEquals(3 * PAGE, m.nextHole(2 * PAGE));
    assertEquals(-1, m.nextData(3 * PAGE));
    file.write(3 * PAGE, bytes(1, 6));
    assertEquals(6, m.getByte(3 * PAGE));
  }

  @Test
  @DisplayName("S2.7 invalidation removes the entries and unmaps the zero page")
  void invalidationRemovesEntries() throws IOException {
    file.truncate(HUGE, 0);
    FileMapping m = shared(HUGE);
    m.getByte(0);
    assertEquals(1, entryCount(0));
    file.truncate(0, 0);
    assertEquals(0, entryCount(0));
    assertEquals(0, m.statistics().presentPages());
    assertThrows(BeyondEndException.class, () -> m.getByte(0));
  }

  @Test
  @DisplayName(
      "S2.7 what is left of 2 MiB of zeros after a truncate or a punch gives way to a block")
  void zerosAroundAnInvalidatedRange() throws IOException {
    file.truncate(2 * HUGE, 0);
    FileMapping m = shared(2 * HUGE);
    m.getByte(0);
    file.truncate(HUGE / 2, 0);
    file.write(PAGE, bytes(1, 7));
    assertEquals(7, m.getByte(PAGE));
    file.truncate(2 * HUGE, 0);
    m.getByte(HUGE);
    file.allocate(HUGE / PAGE + 4, 1);
    file.punch(HUGE / PAGE + 2, 4, 0);
    shared(2 * HUGE).putByte(HUGE + PAGE, (byte) 8);
    assertEquals(8, m.getByte(HUGE + PAGE));
  }

  // ---------------------------------------------------------------- S3

  @Test
  @DisplayName("S3.1 A and B read a hole, B stores, A reads B's bytes")
  void storeIsSeenByTheOtherReader() throws IOException {
    file.truncate(PAGE, 0);
    FileMapping a = shared(PAGE);
    FileMapping b = shared(PAGE);
    assertEquals(0, a.getLong(0));
    assertEquals(0, b.getLong(0));
    b.putLong(0, 11);
    assertEquals(11, a.getLong(0));
    a.putLong(0, 12);
    assertEquals(12, b.getLong(0));
    assertArrayEquals(new byte[] {12, 0}, file.read(0, 2));
  }

  @Test
  @DisplayName(
      "S3.2 after truncate and punch A sees the end or zeros, never the old bytes or another"
          + " file's")
  void truncatedBytesAreGone() throws IOException {
    file.write(0, bytes((int) (8 * PAGE), 1));
    FileMapping a = shared(8 * PAGE);
    assertEquals(1, a.getByte(5 * PAGE));
    assertEquals(1, a.getByte(7 * PAGE));
    file.punch(5, 1, 0);
    assertEquals(0, a.getByte(5 * PAGE));
    file.truncate(6 * PAGE, 0);
    BeyondEndException e = assertThrows(BeyondEndException.class, () -> a.getByte(7 * PAGE));
    assertEquals(7, e.page());
    assertEquals(space.name(), e.file());
    disk.frames().quarantine().drainNow();
    ContractFile other = disk.create("g");
    other.write(0, bytes((int) (8 * PAGE), 2));
    assertEquals(0, a.getByte(5 * PAGE));
    file.truncate(8 * PAGE, 0);
    assertEquals(0, a.getByte(7 * PAGE));
    other.close();
  }

  @Test
  @DisplayName("S3.3 invalidation visits the mappings that overlap, not the others")
  void invalidationVisitsOverlapping() throws IOException {
    file.write(0, bytes((int) (64 * PAGE), 1));
    FileMapping[] all = new FileMapping[64];
    for (int i = 0; i < 64; i++) {
      all[i] = space.map(i * PAGE, PAGE);
      all[i].getByte(0);
    }
    int[] visited = new int[1];
    space.mappings().overlapping(10, 3, m -> visited[0]++);
    assertEquals(3, visited[0]);
    file.punch(10, 1, 0);
    assertEquals(0, all[10].statistics().presentPages());
    assertEquals(1, all[11].statistics().presentPages());
  }

  // ---------------------------------------------------------------- I1 … I10

  @Test
  @DisplayName("I1 a ZERO entry is never writable")
  void zeroIsNeverWritable() throws IOException {
    file.truncate(2 * HUGE, 0);
    FileMapping m = shared(2 * HUGE);
    m.getByte(0);
    m.getByte(HUGE + PAGE);
    assertFalse(m.table().isWritable(0));
    assertFalse(m.table().isWritable(PageTable.PAGES + 1));
    m.putByte(0, (byte) 1);
    try (FilePin zeros = space.pin(HUGE, PAGE, PinAccess.READ, false)) {
      assertEquals(0, zeros.segments().getFirst().get(ValueLayout.JAVA_LONG, 0));
    }
    assertEquals(0, m.getByte(HUGE + PAGE));
  }

  @Test
  @DisplayName("I3 I4 persist flushes what is dirty, once")
  protected void persistFlushesDirtyPagesOnce() throws IOException {
    file.truncate(16 * PAGE, 0);
    FileMapping m = shared(16 * PAGE);
    m.putLong(3 * PAGE, 5);
    m.putLong(9 * PAGE + 16, 6);
    assertEquals(0, survivors(file.pfn(3))[0]);
    m.force();
    assertEquals(5, survivors(file.pfn(3))[0]);
    assertEquals(6, survivors(file.pfn(9))[16]);
    assertEquals(2, space.statistics().flushedPages());
    m.force();
    assertEquals(2, space.statistics().flushedPages());
  }

  @Test
  @DisplayName("I4 persist of a few bytes flushes their lines, and the page stays dirty")
  protected void persistOfLines() throws IOException {
    file.truncate(PAGE, 0);
    FileMapping m = shared(PAGE);
    m.putLong(0, 1);
    m.putLong(1024, 2);
    m.persist(1024, 8);
    assertEquals(0, survivors(file.pfn(0))[0]);
    assertEquals(2, survivors(file.pfn(0))[1024]);
    m.force();
    assertEquals(1, survivors(file.pfn(0))[0]);
  }

  @Test
  @DisplayName(
      "I4 stores of a closed mapping, also into a page that was 2 MiB before, are not forgotten")
  void closedMappingsStayDirty() throws IOException {
    file.truncate(PAGE, 0);
    for (int i = 1; i < 40; i++) {
      FileMapping m = shared(PAGE);
      m.putLong(8L * i, i);
      m.close();
      if (i % 10 == 0) {
        disk.frames().quarantine().add(0, 1, (pfn, count) -> {});
        disk.frames().quarantine().drainNow();
      }
    }
    space.flushDirty(0, PAGE);
    byte[] left = survivors(file.pfn(0));
    for (int i = 1; i < 40; i++) {
      assertEquals(i, left[8 * i]);
    }
    space.flushDirty(0, PAGE);
    space.flushDirty(0, Long.MAX_VALUE);
    assertEquals(1, space.statistics().flushedPages() > 0 ? 1 : 0);
  }

  @Test
  @DisplayName("I8 bytes beyond the end read as zeros after the file grows")
  void beyondTheEndIsZeros() throws IOException {
    file.write(0, bytes(100, 1));
    FileMapping m = shared(4 * PAGE);
    assertThrows(BeyondEndException.class, () -> m.getByte(PAGE));
    file.truncate(50, 0);
    file.truncate(3 * PAGE, 0);
    assertEquals(1, m.getByte(49));
    assertEquals(0, m.getByte(50));
    assertEquals(0, m.getByte(2 * PAGE));
  }

  @Test
  @DisplayName("I9 a SYNC mapping commits before its first store to a page, and never for a load")
  protected void syncMappingsCommitFirst() throws IOException {
    file.truncate(4 * PAGE, 0);
    file.write(PAGE, bytes(8, 1));
    long before = disk.commits();
    FileMapping m = space.map(0, 4 * PAGE, Sharing.SHARED, true, HolePolicy.ZERO);
    m.getLong(0);
    m.getLong(PAGE);
    assertFalse(m.table().isWritable(1));
    assertEquals(before, disk.commits());
    m.putLong(0, 1);
    assertEquals(before + 1, disk.commits());
    m.putLong(PAGE, 1);
    assertEquals(before + 2, disk.commits());
    m.putLong(8, 2);
    m.persist(0, 16);
    assertEquals(before + 2, disk.commits());
    assertEquals(2, survivors(file.pfn(0))[8]);
  }

  @Test
  @DisplayName("I10 a failed flush is reported, and the page stays dirty")
  protected void flushErrorsPropagate() throws IOException {
    Region region = Region.anonymous("failing", 4 << 20);
    FailingPersister failing = new FailingPersister(region);
    try (ContractDisk d = format(region, failing)) {
      ContractFile f = d.create("f");
      f.truncate(PAGE, 0);
      try (FileMapping m = f.space().map(0, PAGE)) {
        m.putLong(0, 7);
        failing.fail = true;
        assertThrows(IOException.class, m::force);
        failing.fail = false;
        long flushed = f.space().statistics().flushedPages();
        m.force();
        assertEquals(flushed + 1, f.space().statistics().flushedPages());
      }
      f.close();
    }
  }

  // ---------------------------------------------------------------- sharing, lifetime, accessors

  @Test
  @DisplayName("A private store that reaches beyond the end fails, and has copied nothing")
  void privateStoreAcrossTheEnd() throws IOException {
    file.truncate(PAGE, 0);
    FileMapping p = space.map(0, 4 * PAGE, Sharing.PRIVATE, false, HolePolicy.ZERO);
    assertThrows(BeyondEndException.class, () -> p.putLong(PAGE - 4, 1));
    file.write(8, bytes(8, 5));
    assertEquals(5, p.getByte(8));
  }

  @Test
  @DisplayName(
      "Private mappings copy at the first store, see others' bytes before, and nobody sees theirs")
  void privateMappings() throws IOException {
    file.truncate(4 * PAGE, 0);
    file.write(PAGE, bytes((int) PAGE, 1));
    FileMapping p = space.map(0, 4 * PAGE, Sharing.PRIVATE, false, HolePolicy.ZERO);
    FileMapping m = shared(4 * PAGE);
    assertEquals(1, p.getByte(PAGE));
    m.putByte(PAGE, (byte) 2);
    assertEquals(2, p.getByte(PAGE));
    p.putByte(PAGE + 1, (byte) 3);
    p.putByte(3 * PAGE, (byte) 4);
    assertEquals(2, p.getByte(PAGE));
    assertEquals(1, m.getByte(PAGE + 1));
    assertEquals(0, m.getByte(3 * PAGE));
    m.putByte(PAGE, (byte) 5);
    assertEquals(2, p.getByte(PAGE));
    assertEquals(ExtentState.HOLE, file.state(3));
    assertEquals(2, p.statistics().privateCopies());
    assertEquals(2, disk.frames().privateFramesInUse());
    file.punch(1, 1, 0);
    assertEquals(3, p.getByte(PAGE + 1));
    file.truncate(PAGE, 0);
    assertThrows(BeyondEndException.class, () -> p.getByte(3 * PAGE));
    p.close();
    disk.frames().quarantine().drainNow();
    assertEquals(0, disk.frames().privateFramesInUse());
  }

  @Test
  @DisplayName("Read-only mappings, read-only files and closed mappings refuse")
  void refusals() throws IOException {
    file.write(0, bytes((int) PAGE, 1));
    FileMapping r = space.map(0, PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
    assertEquals(1, r.getByte(0));
    assertThrows(ReadOnlyMappingException.class, () -> r.putByte(0, (byte) 2));
    FileMapping m = shared(PAGE);
    m.putByte(0, (byte) 2);
    space.setReadOnly(true);
    assertThrows(ReadOnlyMappingException.class, () -> m.putByte(0, (byte) 3));
    assertEquals(2, m.getByte(0));
    space.setReadOnly(false);
    m.putByte(0, (byte) 4);
    for (long bad :
        new long[] {-1, PAGE, PAGE - 7, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62, 3L << 62}) {
      assertThrows(IndexOutOfBoundsException.class, () -> m.getLong(bad), () -> "offset " + bad);
      assertThrows(IndexOutOfBoundsException.class, () -> m.putLong(bad, 1), () -> "offset " + bad);
    }
    m.close();
    m.close();
    assertThrows(IllegalStateException.class, () -> m.getByte(0));
    assertThrows(IllegalStateException.class, () -> m.putLong(0, 1));
    assertThrows(IllegalStateException.class, () -> m.persist(0, 1));
  }

  @Test
  @DisplayName("Accesses cross pages and 2 MiB correctly at any alignment, in every mode")
  void accessorsCrossPages() throws IOException {
    file.truncate(3 * HUGE, 0);
    FileMapping m = shared(3 * HUGE);
    // neighbours in the file that are not neighbours in the region
    for (long page : new long[] {1, 0, 511, 2, 512, 510}) {
      m.putByte(page * PAGE, (byte) 0);
    }
    for (long edge : new long[] {PAGE, 2 * PAGE, HUGE}) {
      for (int back = 1; back < 8; back++) {
        long value = 0x1122334455667788L * back;
        m.putLong(edge - back, value);
        assertEquals(value, m.getLong(edge - back));
        m.putInt(edge - back % 4, (int) value);
        assertEquals((int) value, m.getInt(edge - back % 4));
        m.putShort(edge - 1, (short) value);
        assertEquals((short) value, m.getShort(edge - 1));
      }
    }
    byte[] pattern = new byte[(int) (HUGE + 3 * PAGE)];
    new java.util.Random(7).nextBytes(pattern);
    m.copyFrom(PAGE - 5, MemorySegment.ofArray(pattern), 0, pattern.length);
    byte[] back = new byte[pattern.length];
    m.copyTo(PAGE - 5, MemorySegment.ofArray(back), 0, back.length);
    assertArrayEquals(pattern, back);
    assertArrayEquals(pattern, file.read(PAGE - 5, pattern.length));
    m.fill(HUGE - 3, 6, (byte) 9);
    assertEquals(9, m.getByte(HUGE + 2));
    assertNotEquals(9L * 0x0101010101010101L, m.getLong(HUGE - 5));
    assertTrue(m.compareAndSetLong(0, m.getLongVolatile(0), 5));
    assertFalse(m.compareAndSetInt(0, 6, 7));
    m.putIntRelease(8, 1);
    m.putShortVolatile(12, (short) 2);
    m.putByteOpaque(14, (byte) 3);
    assertEquals(1, m.getIntAcquire(8));
    assertEquals(2, m.getShortOpaque(12));
    assertEquals(3, m.getByteVolatile(14));
    assertThrows(IllegalArgumentException.class, () -> m.getLongVolatile(PAGE - 4));
    assertThrows(IllegalArgumentException.class, () -> m.putIntRelease(2, 1));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> m.copyTo(0, MemorySegment.ofArray(back), 1, back.length));
  }

  @Test
  @DisplayName("An epoch may turn over at any time")
  void turnOversAreInvisible() throws IOException {
    file.truncate(4 * PAGE, 0);
    FileMapping m = shared(4 * PAGE);
    for (int i = 0; i < 50; i++) {
      m.putLong(PAGE, i);
      disk.frames().quarantine().add(0, 1, (pfn, count) -> {});
      disk.frames().quarantine().drainNow();
      assertEquals(i, m.getLong(PAGE));
      assertEquals(i, m.getLongVolatile(PAGE));
    }
    assertTrue(disk.frames().quarantine().statistics().turnOvers() >= 50);
  }

  /** Runs what may throw IOException. */
  protected interface Work {
    void run() throws IOException;
  }

  protected static void unchecked(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

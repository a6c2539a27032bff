package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Assertions find what is given back twice, or by somebody who never had it, where it happens. */
class InvariantsTest {
  private TinyDisk disk;
  private TinyFile file;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("invariants", 4 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    file.truncate(8 * PAGE, 0);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  @Test
  @DisplayName("An entry is unlocked by whoever has locked it, once, and its bits go together")
  void entries() throws IOException {
    long at = file.space().entries().lock(3, false);
    long zeroAndDirty = Entry.of(disk.frames().zeroPfn(), Entry.ZERO | Entry.DIRTY);
    assertThrows(AssertionError.class, () -> Entries.unlock(at, zeroAndDirty));
    Entries.unlock(at, Entry.of(5, Entry.DIRTY));
    assertThrows(AssertionError.class, () -> Entries.unlock(at, Entry.of(5, 0)));
    assertEquals(Entry.of(5, Entry.DIRTY), file.space().entries().peek(3));
    assertFalse(Entry.isSound(0));
    assertFalse(Entry.isSound(Entry.of(5, Entry.EMPTY)));
    assertTrue(Entry.isSound(Entry.EMPTY | Entry.HUGE));
  }

  @Test
  @DisplayName("No entry is forgotten under a fault")
  void removal() throws IOException {
    long at = file.space().entries().lock(3, false);
    Entries.Removal removal = file.space().entries().removal(2, 3);
    assertThrows(AssertionError.class, removal::run);
    Entries.unlock(at, Entry.EMPTY);
    removal.run();
  }

  @Test
  @DisplayName("A mapping's memory is let go of by whoever holds it, and is open once")
  void memory() throws IOException {
    try (FileMapping mapping = file.space().map(0, PAGE)) {
      MappingMemory memory = mapping.area().memory;
      assertThrows(AssertionError.class, memory::letGo);
      assertThrows(AssertionError.class, memory::tableIfOpen, "the mapping's lock is not held");
      assertNotNull(memory.hold());
      memory.letGo();
    }
  }

  @Test
  @DisplayName("A private frame comes back once")
  void privateFrames() throws IOException {
    PrivateFrames frames = disk.frames().privateFrames();
    long pfn = frames.allocate();
    frames.free(pfn, 1);
    assertThrows(AssertionError.class, () -> frames.retire(pfn));
  }

  @Test
  @DisplayName("Addresses come back once")
  void addresses() {
    AddressRanges ranges = new AddressRanges();
    ranges.add(new AddressRange(0, 4 * PAGE));
    AddressRange taken = ranges.take(PAGE, PAGE);
    assertNotNull(taken);
    ranges.add(new AddressRange(taken.at, taken.bytes));
    assertEquals(1, ranges.count());
    ranges.add(taken);
    assertThrows(AssertionError.class, ranges::count);
  }

  @Test
  @DisplayName("A ticket comes back once, and an invalidate lock from whoever has it")
  void ticketsAndLocks() {
    DirtyBytes dirtyBytes = new DirtyBytes();
    byte ticket = dirtyBytes.takeTicket();
    dirtyBytes.returnTicket(ticket);
    assertThrows(AssertionError.class, () -> dirtyBytes.returnTicket(ticket));
    assertThrows(AssertionError.class, file.space().invalidateLock()::unlockExclusive);
    assertThrows(AssertionError.class, () -> file.space().invalidateLock().unlockShared(0));
  }
}

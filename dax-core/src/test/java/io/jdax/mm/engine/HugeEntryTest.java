package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.ExtentState;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Entries and translations of 2 MiB (K1, K2, K4 of the kernel's PMD faults). */
class HugeEntryTest {
  private TinyDisk disk;
  private TinyFile file;
  private AddressSpace space;
  private RecordingPersister persister;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("huge", 8 << 20);
    persister = RecordingPersister.alone(region);
    disk = new TinyDisk(region, persister);
    file = (TinyFile) disk.create("h");
    space = file.space();
  }

  @AfterEach
  void close() throws IOException {
    space.close();
    disk.close();
  }

  private long entry(long page) {
    return space.entries().peek(page);
  }

  @Test
  @DisplayName(
      "An extent of 2 MiB is one entry and one translation, whatever page is touched first")
  void dataEntry() throws IOException {
    file.put(0, 512, true, 512);
    FileMapping m = space.map(0, HUGE);
    assertEquals(0, m.getLong(300 * PAGE));
    assertTrue(Entry.is(entry(7), Entry.HUGE) && Entry.hasBlock(entry(7)));
    assertEquals(file.pfn(0), Entry.pfn(entry(7)));
    assertEquals(512, m.statistics().presentPages());
    assertEquals(1, m.statistics().loadFaults());
    m.putLong(511 * PAGE, 4);
    assertEquals(0, m.statistics().storeFaults());
    assertEquals(4, file.read(511 * PAGE, 1)[0]);
  }

  @Test
  @DisplayName(
      "Fallback to pages: other colour, end of file or of the mapping inside, shorter extents")
  void fallbacks() throws IOException {
    file.put(0, 512, true, 512);
    FileMapping colour = space.map(PAGE, HUGE - PAGE);
    colour.getByte(0);
    assertFalse(Entry.is(entry(1), Entry.HUGE));
    FileMapping shorter = space.map(0, HUGE - PAGE);
    shorter.getByte(0);
    assertEquals(511, shorter.statistics().presentPages());
    TinyFile ends = (TinyFile) disk.create("e");
    ends.put(0, 512, true, 1);
    ends.truncate(HUGE - 5 * PAGE, 0);
    FileMapping m = ends.space().map(0, HUGE);
    m.getByte(0);
    assertFalse(Entry.is(ends.space().entries().peek(0), Entry.HUGE));
    assertEquals(507, m.statistics().presentPages());
    ends.space().close();
  }

  @Test
  @DisplayName("I6 a zero entry of 2 MiB is split by the first store; the rest reads as zeros")
  void zeroEntryIsSplit() throws IOException {
    file.truncate(HUGE, 0);
    FileMapping m = space.map(0, HUGE);
    FileMapping other = space.map(0, HUGE);
    m.getByte(0);
    other.getByte(PAGE);
    assertTrue(Entry.is(entry(5), Entry.ZERO) && Entry.is(entry(5), Entry.HUGE));
    m.putByte(5 * PAGE, (byte) 1);
    assertFalse(Entry.is(entry(5), Entry.HUGE));
    assertEquals(0, other.getByte(4 * PAGE));
    assertEquals(1, other.getByte(5 * PAGE));
  }

  @Test
  @DisplayName(
      "I6 a data entry of 2 MiB is forgotten as a whole by a punch inside it, and nothing dirty"
          + " with it")
  void dataEntryIsNeverSplit() throws IOException {
    file.put(0, 512, true, 512);
    long pfn = file.pfn(0);
    FileMapping closed = space.map(0, HUGE);
    closed.putByte(8 * PAGE, (byte) 8);
    closed.close();
    for (int turn = 0; turn < 2; turn++) {
      disk.frames().quarantine().add(0, 1, (p, n) -> {});
      disk.frames().quarantine().drainNow();
    }
    space.sweep();
    assertTrue(Entry.is(entry(8), Entry.DIRTY));
    FileMapping m = space.map(0, HUGE);
    m.putByte(9 * PAGE, (byte) 9);
    file.punch(10, 1, 0);
    assertEquals(0, entry(9));
    space.flushDirty(0, Long.MAX_VALUE);
    byte[] image = persister.image();
    assertEquals(8, image[(int) ((pfn + 8) * PAGE)]);
    assertEquals(9, image[(int) ((pfn + 9) * PAGE)]);
    assertEquals(0, m.getByte(10 * PAGE));
    assertEquals(9, m.getByte(9 * PAGE));
  }

  @Test
  @DisplayName(
      "An unwritten extent of 2 MiB shows zeros by one entry, and is converted page by page")
  void unwritten() throws IOException {
    file.put(0, 512, false, 512);
    FileMapping m = space.map(0, HUGE);
    assertEquals(0, m.getByte(0));
    assertEquals(512, m.statistics().zeroPages());
    m.putByte(3 * PAGE, (byte) 3);
    assertEquals(ExtentState.WRITTEN, file.state(3));
    assertEquals(ExtentState.UNWRITTEN, file.state(4));
    assertEquals(0, m.getByte(4 * PAGE));
  }

  @Test
  @DisplayName("S1.4 bookkeeping per touched page is 16.5 bytes at most")
  void bookkeeping() {
    double entry = 8;
    double leafWord = 4;
    double dirty = 1;
    // per 2 MiB: two longs and two references, object headers of leaf and dirty bytes; per GiB a
    // directory of entries
    double perSlot = (2 * 8 + 2 * 4 + 16 + 16 + 8) / 512.0;
    assertTrue(entry + leafWord + dirty + perSlot <= 16.5);
  }
}

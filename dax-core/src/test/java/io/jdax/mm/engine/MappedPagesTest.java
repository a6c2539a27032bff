package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of what a mapping shows that do not come to their end, and changes behind its back. */
class MappedPagesTest {
  private static final int PAGES = 512;

  private TinyDisk disk;
  private TinyFile file;
  private FileMapping mapping;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("changes", 8 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    file.put(0, 2 * PAGES, true, 512);
    mapping = file.space().map(0, 2 * HUGE);
    mapping.populate(0, 2 * HUGE, true);
    assertEquals(2 * HUGE, mapping.current().storeLength);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 600})
  @DisplayName("A drop that ends in an error leaves nothing that is found without asking")
  void errorInDrop(int at) throws IOException {
    mapping.putLong(at * PAGE, 5);
    Error error = new OutOfMemoryError("for a test");
    PageTable.Filter failing =
        (page, pfn) -> {
          if (page == at + 1) {
            throw error;
          }
          return page == at;
        };
    assertSame(
        error,
        assertThrows(Error.class, () -> mapping.area().pages.drop(0, Long.MAX_VALUE, failing)));
    Generation now = mapping.current();
    assertTrue(now.readable(at * PAGE) < 0 && now.writable(at * PAGE) < 0);
    assertFalse(now.hasRun || now.hasStoreRun);
    assertEquals(2 * PAGES - 1, mapping.statistics().presentPages());
    assertEquals(5, mapping.getLong(at * PAGE));
    assertNotSame(now, mapping.current());
    mapping.putLong((at + 1) * PAGE, 6);
    file.punch(at, 2, 0);
    assertEquals(0, mapping.getLong(at * PAGE));
    assertEquals(0, mapping.getLong((at + 1) * PAGE));
  }

  @Test
  @DisplayName("A word that is changed behind the table's back is found by the next change near it")
  void changedWord() throws IOException {
    Directory d = requireNonNull(mapping.table().near());
    int word = d.word(7);
    AllMemory.setWord(d.words, 7, 0);
    assertThrows(AssertionError.class, () -> mapping.area().pages.drop(9, 1, (page, pfn) -> true));
    AllMemory.setWord(d.words, 7, word + 1);
    assertThrows(AssertionError.class, () -> mapping.area().pages.drop(10, 1, (page, pfn) -> true));
    AllMemory.setWord(d.words, 7, word & PageTable.PFN);
    assertThrows(AssertionError.class, () -> mapping.area().pages.drop(11, 1, (page, pfn) -> true));
    AllMemory.setWord(d.words, 7, word);
    assertEquals(1, mapping.area().pages.drop(12, 1, (page, pfn) -> true));
  }

  @Test
  @DisplayName("A run that leads elsewhere, or too far, is found by the next change in it")
  void wrongRun() {
    Run run = mapping.table().run();
    Run stores = mapping.table().storeRun();
    long delta = run.delta;
    run.set(2 * HUGE, delta + PAGE);
    assertThrows(
        AssertionError.class, () -> mapping.area().pages.drop(PAGES, 1, (page, pfn) -> page < 0));
    run.set(2 * HUGE, delta);
    assertEquals(0, mapping.area().pages.drop(PAGES, 1, (page, pfn) -> page < 0));
    assertEquals(1, mapping.area().pages.drop(PAGES + 1, 1, (page, pfn) -> true));
    stores.set(2 * HUGE, delta);
    assertThrows(
        AssertionError.class, () -> mapping.area().pages.drop(PAGES, 1, (page, pfn) -> page < 0));
  }

  @Test
  @DisplayName(
      "A mapping that leaves its file when that is closed is let go of, not kept for later")
  void leavesClosedFile() throws IOException {
    mapping.putLong(0, 1);
    mapping.area().end();
    assertTrue(mapping.area().beginLeaving(), "its close is under way when the file closes");
    file.space().close();
    disk.frames().unregister(mapping.area().pages);
    file.space().retired().takeIn(mapping.area());
    assertEquals(0, file.space().mappings().size());
    assertTrue(file.space().isQuiet());
  }
}

package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who makes a page written is told which of its lines the store goes to. */
class StoreHintTest {
  private TinyDisk disk;
  private TinyFile file;
  private FileMapping mapping;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("hint", 1 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("h");
    file.truncate(16 * PAGE, 0);
    mapping = file.space().map(PAGE, 15 * PAGE);
  }

  @AfterEach
  void close() throws IOException {
    file.space().close();
    disk.close();
  }

  @Test
  @DisplayName("A store fault tells the byte of the page")
  void aStoreFaultTellsTheByteOfThePage() throws IOException {
    mapping.putLong(3 * PAGE + 640, 7);
    assertEquals(640, file.hint);
    assertEquals(7, mapping.getLong(3 * PAGE + 640));
    mapping.putByte(4095, (byte) 1);
    assertEquals(4095, file.hint);
  }

  @Test
  @DisplayName("A store that enters a page tells its first byte")
  void aStoreThatEntersAPageTellsItsFirstByte() throws IOException {
    mapping.putByte(2 * PAGE + 100, (byte) 1); // so that only the second page is made
    mapping.putLong(3 * PAGE - 4, -1);
    assertEquals(0, file.hint);
    assertEquals(-1, mapping.getLong(3 * PAGE - 4));
  }
}

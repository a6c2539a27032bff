package io.jdax.bench.run;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookkeepingTest {
  @TempDir(factory = BenchTest.SharedMemory.class)
  Path folder = Path.of("");

  @Test
  @DisplayName("A page is known by an entry and a translation per mapping")
  void aPageIsKnownByAnEntryAndATranslationPerMapping() throws IOException {
    Path path = folder.resolve("region");
    Region.at(path).size(64 << 20).create().close();
    Bookkeeping bookkeeping = Bookkeeping.measure(path);
    assertTrue(bookkeeping.touchedBytes() <= 16.5, bookkeeping.sentence());
    assertTrue(bookkeeping.touchedBytes() >= 12, "measured at all: " + bookkeeping.sentence());
    assertTrue(bookkeeping.untouchedBytes() < 0.01, bookkeeping.sentence());
  }
}

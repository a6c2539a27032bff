package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyPersisterTest {
  @TempDir Path disk;
  private Region region;
  private Persister persister;

  @BeforeEach
  void open() throws IOException {
    Path file = Files.write(disk.resolve("r"), new byte[8192]);
    region = Region.at(file).readOnly(true).open();
    persister = assertInstanceOf(ReadOnlyPersister.class, Persister.of(region));
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  @Test
  @DisplayName("Every store is refused by type and name")
  void everyStoreIsRefusedByTypeAndName() {
    MemorySegment source = MemorySegment.ofArray(new byte[64]);
    List<Executable> calls =
        List.of(
            () -> persister.copyNoDrain(0, source, 0, 64),
            () -> persister.copyPersist(0, source, 0, 64),
            () -> persister.fillNoDrain(0, 64, (byte) 1),
            () -> persister.fillPersist(0, 64, (byte) 1));
    for (Executable call : calls) {
      ReadOnlyRegionException refused = assertThrows(ReadOnlyRegionException.class, call);
      assertTrue(Messages.of(refused).startsWith(region.name()), Messages.of(refused));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> persister.fillPersist(8190, 64, (byte) 1));
  }

  @Test
  @DisplayName("Flushes have nothing to do")
  void flushesHaveNothingToDo() throws IOException {
    persister.flush(0, 8192);
    persister.drain();
    persister.persist(0, 8192);
    persister.deepFlush(0, 8192);
    assertThrows(IndexOutOfBoundsException.class, () -> persister.persist(8190, 64));
    region.close();
    assertThrows(IllegalStateException.class, () -> persister.persist(0, 1));
    assertThrows(IllegalStateException.class, () -> persister.drain());
    assertEquals("nothing (read-only)", persister.describe());
  }
}

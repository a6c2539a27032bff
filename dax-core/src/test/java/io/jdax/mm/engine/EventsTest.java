package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.RecordedEvents;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the engine tells a recording of Flight Recorder. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsTest {
  private TinyDisk disk;
  private TinyFile file;
  private AddressSpace space;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("events", 4 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    space = file.space();
    file.truncate(16 * PAGE, 0);
    file.allocate(3, 1);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  private static List<String> texts(List<RecordedEvent> events, String... fields) {
    return events.stream().map(event -> RecordedEvents.text(event, fields)).toList();
  }

  @Test
  @DisplayName("Each fault is told, with its page, and whether it was for a store")
  void faults() throws IOException {
    FileMapping mapping = space.map(PAGE, 8 * PAGE);
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              mapping.getLong(PAGE);
              mapping.getLong(PAGE + 8);
              mapping.putLong(4 * PAGE, 1);
              mapping.putLong(4 * PAGE, 2);
            },
            "io.jdax.Fault");
    assertEquals(
        List.of("io.jdax.Fault f 2 false", "io.jdax.Fault f 5 true"),
        texts(events, "file", "page", "store"));
    assertFalse(events.getFirst().getDuration().isNegative());
  }

  @Test
  @DisplayName("A store that makes a page written tells the frame, and whether it had it before")
  void mkwrites() throws IOException {
    FileMapping mapping = space.map(0, 8 * PAGE);
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              mapping.putLong(2 * PAGE, 1);
              mapping.putLong(3 * PAGE, 1);
              mapping.putLong(3 * PAGE + 8, 1);
            },
            "io.jdax.Mkwrite");
    assertEquals(
        List.of(
            "io.jdax.Mkwrite f 2 " + file.pfn(2) + " false",
            "io.jdax.Mkwrite f 3 " + file.pfn(3) + " true"),
        texts(events, "file", "page", "pfn", "conversion"));
  }

  @Test
  @DisplayName("A writeback tells the range that was asked for, and the pages that were flushed")
  void writebacks() throws IOException {
    FileMapping mapping = space.map(0, 8 * PAGE);
    mapping.putLong(2 * PAGE, 1);
    mapping.putLong(4 * PAGE, 1);
    mapping.putLong(7 * PAGE, 1);
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              space.flushDirty(PAGE, 4 * PAGE);
              space.flushDirty(0, 0);
              space.flushDirty(0, 2 * PAGE);
            },
            "io.jdax.Writeback");
    assertEquals(
        List.of("io.jdax.Writeback f 4096 16384 2", "io.jdax.Writeback f 0 8192 0"),
        texts(events, "file", "offset", "length", "flushedPages"));
  }

  @Test
  @DisplayName("What is taken out of mappings is told, by a punch and by an unmap")
  void invalidations() throws IOException {
    FileMapping mapping = space.map(0, 8 * PAGE);
    FileMapping other = space.map(0, 8 * PAGE);
    mapping.putLong(2 * PAGE, 1);
    mapping.putLong(4 * PAGE, 1);
    other.getLong(4 * PAGE);
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              file.punch(4, 3, 0);
              space.unmapMappingRange(1, 2);
            },
            "io.jdax.Invalidation");
    assertEquals(
        List.of("io.jdax.Invalidation f 4 3 2", "io.jdax.Invalidation f 1 2 1"),
        texts(events, "file", "firstPage", "pageCount", "droppedPages"));
  }

  @Test
  @DisplayName("Whoever waits for room in the quarantine tells for how many frames")
  void quarantineWaits() throws IOException {
    List<Long> back = new ArrayList<>();
    Quarantine quarantine =
        new Quarantine(
            () -> {},
            8,
            work -> {
              throw new OutOfMemoryError("whoever waits does the work, in this thread");
            });
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              quarantine.add(1, 8, (pfn, count) -> back.add(pfn));
              quarantine.add(9, 5, (pfn, count) -> back.add(pfn));
            },
            "io.jdax.QuarantineWait");
    assertEquals(List.of("io.jdax.QuarantineWait 5"), texts(events, "pageCount"));
    assertEquals(List.of(1L), back);
    quarantine.close();
  }

  @Test
  @DisplayName("Nothing is told that the recording has not asked for")
  void off() throws IOException {
    FileMapping mapping = space.map(0, 8 * PAGE);
    List<RecordedEvent> events =
        RecordedEvents.of(
            () -> {
              mapping.putLong(0, 1);
              space.flushDirty(0, PAGE);
            },
            "io.jdax.Writeback");
    assertEquals(
        List.of("io.jdax.Writeback f 0 4096 1"),
        texts(events, "file", "offset", "length", "flushedPages"));
  }
}

package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.persist.RecordingPersister.Call;
import io.jdax.persist.RecordingPersister.Event;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecordingPersisterTest {
  private final TestRegions regions = new TestRegions();
  private Region region;
  private RecordingPersister persister;

  @BeforeEach
  void open() throws IOException {
    region = regions.add(Region.anonymous("recording", 65_536));
    persister = RecordingPersister.alone(region);
  }

  @AfterEach
  void close() {
    regions.close();
  }

  private long durable(int offset) {
    return MemorySegment.ofArray(persister.image()).get(JAVA_LONG.withByteAlignment(1), offset);
  }

  @Test
  @DisplayName("Calls are kept in order")
  void callsAreKeptInOrder() throws IOException {
    persister.persist(0, 8);
    persister.copyPersist(64, MemorySegment.ofArray(new byte[8]), 0, 8);
    persister.fillNoDrain(128, 64, (byte) 1);
    persister.deepFlush(0, 4096);
    assertEquals(
        List.of(
            new Event(Call.FLUSH, 0, 8),
            new Event(Call.DRAIN, 0, 0),
            new Event(Call.COPY, 64, 8),
            new Event(Call.DRAIN, 0, 0),
            new Event(Call.FILL, 128, 64),
            new Event(Call.DEEP_FLUSH, 0, 4096)),
        persister.events());
    assertEquals(3, persister.drains());
    persister.reset();
    assertEquals(List.of(), persister.events());
  }

  @Test
  @DisplayName("An older flush of another thread does not come after a newer one")
  void anOlderFlushOfAnotherThreadDoesNotComeAfterANewerOne() throws Exception {
    var flushed = new java.util.concurrent.CountDownLatch(1);
    var newer = new java.util.concurrent.CountDownLatch(1);
    region.segment().set(JAVA_LONG, 64, 1);
    var older =
        java.util.concurrent.CompletableFuture.runAsync(
            () -> {
              try {
                persister.flush(64, 8);
                flushed.countDown();
                newer.await();
                persister.drain();
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    flushed.await();
    region.segment().set(JAVA_LONG, 64, 2);
    persister.persist(64, 8);
    newer.countDown();
    older.join();
    assertEquals(2, durable(64));
  }

  @Test
  @DisplayName("Only what was flushed and drained is in the image")
  void onlyWhatWasFlushedAndDrainedIsInTheImage() throws IOException {
    region.segment().set(JAVA_LONG, 64, 7);
    assertEquals(List.of(64L), persister.dirtyLines());
    persister.flush(64, 8);
    assertEquals(List.of(), persister.dirtyLines());
    assertEquals(List.of(64L), persister.unpersistedLines());
    assertEquals(0, durable(64));
    persister.drain();
    assertEquals(7, durable(64));
    assertEquals(List.of(), persister.unpersistedLines());
  }

  @Test
  @DisplayName("Drain brings the content of the flush not a later one")
  void drainBringsTheContentOfTheFlushNotALaterOne() throws IOException {
    region.segment().set(JAVA_LONG, 64, 7);
    persister.flush(64, 8);
    region.segment().set(JAVA_LONG, 64, 8);
    persister.drain();
    assertEquals(7, durable(64));
    assertEquals(List.of(64L), persister.dirtyAtLastDrain());
  }

  @Test
  @DisplayName("Drain speaks for its own thread")
  void drainSpeaksForItsOwnThread() throws Exception {
    region.segment().set(JAVA_LONG, 64, 7);
    persister.flush(64, 8);
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    persister.drain();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    other.join();
    assertEquals(0, durable(64));
    persister.drain();
    assertEquals(7, durable(64));
  }

  @Test
  @DisplayName("Flush of a line that is pending is not wasted")
  void flushOfALineThatIsPendingIsNotWasted() throws IOException {
    region.segment().set(JAVA_LONG, 64, 7);
    persister.flush(64, 8);
    persister.flush(72, 8);
    assertEquals(List.of(), persister.cleanFlushes());
    persister.drain();
    persister.flush(64, 8);
    assertEquals(List.of(64L), persister.cleanFlushes());
  }

  @Test
  @DisplayName("Deep flush is never wasted")
  void deepFlushIsNeverWasted() throws IOException {
    persister.deepFlush(0, 4096);
    assertEquals(List.of(), persister.cleanFlushes());
  }

  @Test
  @DisplayName("Wrapped persister does the work")
  void wrappedPersisterDoesTheWork() throws IOException {
    RecordingPersister around = RecordingPersister.around(Persister.of(region));
    around.copyPersist(4096, MemorySegment.ofArray(new byte[64]).fill((byte) 1), 0, 64);
    around.fillPersist(8192, 64, (byte) 1);
    assertEquals(0x0101010101010101L, region.segment().get(JAVA_LONG, 4096));
    assertEquals(0x0101010101010101L, region.segment().get(JAVA_LONG, 8192));
    assertEquals(List.of(), around.unpersistedLines());
    assertTrue(around.describe().startsWith("recording of "), around.describe());
  }

  @Test
  @DisplayName("Large region is refused")
  void largeRegionIsRefused() throws IOException {
    Region large = regions.add(Region.anonymous("large", RecordingPersister.MAX_BYTES + 4096));
    assertThrows(IllegalArgumentException.class, () -> RecordingPersister.alone(large));
  }
}

package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Durations that no long can hold in nanoseconds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PatienceTest {
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  private FsFixture fixture;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    fixture = new FsFixture(4 << 20);
    file = fixture.fs.open("/f", RW);
    file.write(0, FsFixture.bytes(4 * PAGE, 1));
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void waitsForPin(String name, Callable<Object> call) throws Exception {
    Pin pin = file.pin(0, PAGE, PinAccess.READ, true);
    Waiting<Object> waiting = new Waiting<>(call).untilItWaitsIn("awaitRemoval");
    assertFalse(waiting.isOver(), name);
    pin.close();
    waiting.get();
  }

  @Test
  @DisplayName("Whoever waits for a pin for ever waits until it is closed")
  void forever() throws Exception {
    waitsForPin(
        "zeroRange",
        () -> {
          file.zeroRange(0, PAGE, true, FOREVER);
          return null;
        });
    waitsForPin(
        "punch",
        () -> {
          file.punchHole(0, PAGE, FOREVER);
          return null;
        });
    waitsForPin(
        "truncate",
        () -> {
          file.truncate(10, FOREVER);
          return null;
        });
    assertEquals(10, file.sizeBytes());
  }

  @Test
  @DisplayName("A patience that is negative, by however much, is none")
  void negative() throws IOException {
    try (Pin _ = file.pin(0, PAGE, PinAccess.READ, true)) {
      for (Duration patience : new Duration[] {Duration.ofNanos(-1), FOREVER.negated()}) {
        assertThrows(PinnedException.class, () -> file.truncate(0, patience));
        assertThrows(PinnedException.class, () -> file.punchHole(0, PAGE, patience));
        assertThrows(PinnedException.class, () -> file.zeroRange(0, PAGE, true, patience));
      }
    }
    assertEquals(4 * PAGE, file.sizeBytes());
  }

  @Test
  @DisplayName("Pages may stay dirty for ever, if nobody wants them durable")
  void age() throws IOException {
    fixture.remount(
        MountOptions.DEFAULTS
            .withTier(TierMode.CACHED)
            .withCacheBytes(64 * PAGE)
            .withWritebackAge(FOREVER));
    try (DaxFile cached = fixture.fs.open("/f", RW)) {
      cached.write(0, FsFixture.bytes(PAGE, 2));
      assertEquals(1, fixture.fs.tier().dirtyFrames());
      cached.fsync();
      assertEquals(0, fixture.fs.tier().dirtyFrames());
    }
  }
}

package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.TreeFailedException;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation, with each of its stores, flushes and drains failing once. */
class FailingMediaTest {
  private static final int SIZE = 1 << 20;

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "Whichever store or flush of an operation fails: a typed error, all that was durable is"
          + " there, byte by byte; names and attributes are old or new")
  void each(Deed deed) throws IOException {
    Remains before = outcome(null);
    Remains done = outcome(deed);
    for (int at = 0; fails(deed, at, before, done); at++) {
      // until it gets by without a failure
    }
  }

  /** What is there after it has been done, or nothing for null, and made durable. */
  private static Remains outcome(@Nullable Deed deed) throws IOException {
    try (Region region = Region.anonymous("good", SIZE);
        Scene scene = Scene.make(region, Persister.of(region))) {
      if (deed != null) {
        deed.on(scene);
      }
      scene.remount();
      return Remains.of(scene.fs);
    }
  }

  /** False: it does not get as far as the failure. */
  private static boolean fails(Deed deed, int at, Remains before, Remains done) throws IOException {
    try (Region region = Region.anonymous("bad", SIZE)) {
      OncePersister persister = new OncePersister(region);
      boolean returned = false;
      Scene scene = Scene.make(region, persister);
      persister.failAt(at);
      try {
        deed.on(scene);
        returned = true;
      } catch (IOException e) {
        assertTrue(isMediaError(e), () -> "not typed: " + e);
      }
      boolean hit = persister.hit();
      persister.failAt(Integer.MAX_VALUE);
      assertTrue(hit || returned, "nothing failed");
      if (deed != Deed.REMOUNT || returned) { // else it may be closed
        close(scene);
      }
      // Without a failure the closing has made durable what was not.
      boolean acknowledged = returned && (deed.durable() || !hit);
      check(region, deed, at, acknowledged, before, done);
      return hit;
    }
  }

  /** Usable, or read-only with the reason; then closed. */
  private static void close(Scene scene) throws IOException {
    try {
      scene.fs.createDirectory("/after");
      scene.fs.removeDirectory("/after");
    } catch (TreeFailedException e) {
      assertInstanceOf(MediaErrorException.class, e.getCause());
      assertTrue(scene.fs.exists("/f"), "still readable");
      assertThrows(TreeFailedException.class, () -> scene.fs.createDirectory("/after"));
    }
    scene.close();
  }

  private static void check(
      Region region, Deed deed, int at, boolean acknowledged, Remains before, Remains done)
      throws IOException {
    try (Scene scene = Scene.of(region, Persister.of(region))) {
      Remains left = Remains.of(scene.fs);
      assertNull(
          left.complaint(deed, acknowledged, before, done),
          () -> deed + ", failure " + at + (acknowledged ? ", acknowledged" : ""));
      scene.fs.createDirectory("/usable");
    }
  }

  private static boolean isMediaError(Throwable e) {
    return e instanceof MediaErrorException || e.getCause() != null && isMediaError(e.getCause());
  }
}

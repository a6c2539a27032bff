package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.SortedMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation on a device without a free block. */
class FullDeviceTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "On a full device an operation that needs space is refused and changes nothing; the others"
          + " work; once space is free all do")
  void full(Deed deed) throws IOException {
    try (Region region = Region.anonymous("full", 1 << 20);
        Scene scene = Scene.make(region, Persister.of(region))) {
      fill(scene);
      SortedMap<String, String> before = Snapshot.of(scene.fs);
      boolean refused = refused(scene, deed);
      switch (deed.space) {
        case NONE -> assertFalse(refused, "needs no space");
        case NEEDED -> assertTrue(refused, "needs space");
        case PERHAPS -> {}
      }
      SortedMap<String, String> after = Snapshot.of(scene.fs);
      if (refused) {
        assertEquals(before, after, "nothing has changed");
      }
      scene.remount();
      assertEquals(after, Snapshot.of(scene.fs), "after a remount");
      if (refused) {
        scene.fs.unlink("/filler");
        deed.on(scene);
        scene.fs.sync();
      }
    }
  }

  private static boolean refused(Scene scene, Deed deed) throws IOException {
    try {
      deed.on(scene);
      return false;
    } catch (NoSpaceException e) {
      return true;
    }
  }

  /** With blocks, names and stores, until none of them can be had. */
  private static void fill(Scene scene) throws IOException {
    try (DaxFile filler =
        scene.fs.open("/filler", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
      filler.truncate(1 << 20);
      long at = 0;
      for (long step = 64; step > 0; ) {
        try {
          filler.allocate(at, step * Scene.PAGE, false);
          at += step * Scene.PAGE;
        } catch (NoSpaceException e) {
          step /= 2;
        }
      }
      untilRefused(i -> scene.fs.setAttribute("/filler", "user." + i, new byte[600]));
      long first = at;
      try (DaxMapping mapping = filler.map(0, 1 << 20)) {
        untilRefused(i -> mapping.putLong(first + (long) i * Scene.PAGE, i));
      }
      scene.fs.sync();
      untilRefused(i -> scene.fs.setAttribute("/filler", "user.more" + i, new byte[600]));
      untilRefused(i -> scene.fs.symlink("filler", "/filler" + i));
    }
  }

  private interface Taking {
    void take(int i) throws IOException;
  }

  private static void untilRefused(Taking taking) throws IOException {
    try {
      for (int i = 0; ; i++) {
        taking.take(i);
      }
    } catch (NoSpaceException e) {
      // as wanted
    }
  }
}

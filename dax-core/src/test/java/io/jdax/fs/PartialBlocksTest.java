package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.space.FailurePoint;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Punches and zeroes a range that begins and ends inside of blocks, and lets it fail at each step:
 * what then do the file, its mapping and, after a mount, the media show?
 */
@SuppressWarnings("NullAway.Init") // each case formats and mounts before anything else
class PartialBlocksTest {
  private static final int SIZE = 40 * PAGE;
  private static final int FROM = 3 * PAGE + 700;
  private static final int TO = 21 * PAGE + 3300;

  private int blockBytes;
  private TierMode tier = TierMode.DIRECT;
  private PmemBlockDevice device;
  private DaxFileSystem fs;
  private DaxFile file;

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  @ParameterizedTest(name = "{0} of a file that is {1}, blocks of {2}, fails at every {3}")
  @CsvSource({
    "punch, DIRECT, 4096, COMMIT",
    "punch, DIRECT, 4096, ALLOCATION",
    "punch, DIRECT, 4096, BOOKS",
    "punch, DIRECT, 512, COMMIT",
    "punch, DIRECT, 512, ALLOCATION",
    "punch, CACHED, 4096, COMMIT",
    "punch, CACHED, 4096, ALLOCATION",
    "zero, DIRECT, 4096, COMMIT",
    "zero, DIRECT, 4096, ALLOCATION",
    "zero, DIRECT, 4096, BOOKS",
    "zero, DIRECT, 512, COMMIT",
    "zero, DIRECT, 512, ALLOCATION",
    "zero, CACHED, 4096, COMMIT",
    "zero, CACHED, 4096, ALLOCATION"
  })
  @DisplayName(
      "A failed punch or zero has changed whole blocks all or none, their neighbours' bytes zero or"
          + " old, for file, mapping and media alike")
  void atEveryStep(String what, TierMode mode, int block, FailurePoint point) throws IOException {
    blockBytes = block;
    tier = mode;
    int failing = 1;
    while (failAt(what, point, failing)) {
      failing++;
      assertTrue(failing < 200, "no end");
    }
    assertTrue(failing > 1 || point == FailurePoint.BOOKS, "nothing was tried");
  }

  private boolean failAt(String operation, FailurePoint point, int failing) throws IOException {
    String what = operation + ", step " + failing;
    try (Region region = Region.anonymous("edges", 4 << 20)) {
      device = PmemBlockDevice.of(region, Persister.of(region), blockBytes);
      DaxFileSystem.format(device, "edges", blockBytes);
      mount();
      byte[] old = new byte[SIZE];
      Arrays.fill(old, (byte) 7);
      file.write(0, MemorySegment.ofArray(old));
      file.fsync();
      DaxMapping mapping = file.map(0, SIZE);
      for (int at = 0; at < SIZE; at += PAGE) {
        mapping.putByte(at, (byte) 7);
      }
      mapping.force();
      Throwable thrown = runFailing(operation, point, failing);
      byte[] seen = read(what, mapping);
      boolean failed = file.inode.volume.tree.failure() != null;
      assertEquals(failed, thrown != null && failed, what);
      verify(what, seen, !failed);
      if (failed) {
        assertThrows(TreeFailedException.class, () -> run(operation), what);
      } else {
        run(operation); // again, or for the first time
        seen = read(what, mapping);
        verify(what + ", again", seen, true);
        assertEquals(0, seen[TO - 1], what + ", again");
      }
      mapping.close();
      unmount(failed);
      assertEquals(List.of(), FileSystemCheck.check(device).defects(), what);
      mount();
      byte[] found = read(what, null);
      verify(what + ", mounted", found, !failed);
      if (!failed) {
        assertArrayEquals(seen, found, what + ", mounted");
      }
      unmount(false);
      device.close();
      return thrown != null;
    }
  }

  private @Nullable Throwable runFailing(String operation, FailurePoint point, int failing) {
    Thread tester = Thread.currentThread();
    int[] count = {0};
    FailurePoint.listen(
        p -> {
          if (p == point && Thread.currentThread().equals(tester) && ++count[0] == failing) {
            PartialBlocksTest.<RuntimeException>fail(point);
          }
        });
    try {
      run(operation);
      return null;
    } catch (Throwable t) {
      return t;
    } finally {
      FailurePoint.listen(null);
    }
  }

  @SuppressWarnings("unchecked") // whatever it is, the caller need not declare it
  private static <T extends Throwable> void fail(FailurePoint point) throws T {
    throw (T)
        switch (point) {
          case ALLOCATION -> new OutOfMemoryError("injected");
          case BOOKS -> new StackOverflowError("injected");
          default -> new IOException("injected");
        };
  }

  private void run(String operation) throws IOException {
    if (operation.equals("punch")) {
      file.punchHole(FROM, TO - FROM);
    } else {
      file.zeroRange(FROM, TO - FROM, false);
    }
  }

  private void mount() throws IOException {
    fs = DaxFileSystem.mount(device, MountOptions.DEFAULTS.withTier(tier).withCacheBytes(2 << 20));
    file = fs.open("/f", RW);
  }

  private void unmount(boolean failed) throws IOException {
    try {
      file.close();
      fs.close();
    } catch (TreeFailedException e) {
      assertTrue(failed, e.toString());
      fs.close();
    }
  }

  /** The file's bytes, which the mapping shows as well. */
  private byte[] read(String what, @Nullable DaxMapping mapping) throws IOException {
    byte[] bytes = new byte[SIZE];
    assertEquals(SIZE, file.read(0, MemorySegment.ofArray(bytes)), what);
    if (mapping != null) {
      MemorySegment shown = MemorySegment.ofArray(new byte[SIZE]);
      mapping.copyTo(0, shown, 0, SIZE);
      assertArrayEquals(bytes, shown.toArray(ValueLayout.JAVA_BYTE), what + ", mapping");
    }
    return bytes;
  }

  /** {@code all}: the bytes of partial blocks, too, have changed with the others or have not. */
  private void verify(String what, byte[] bytes, boolean all) {
    int first = (FROM + blockBytes - 1) / blockBytes * blockBytes;
    int last = TO / blockBytes * blockBytes;
    byte inside = bytes[first];
    assertTrue(inside == 0 || inside == 7, what);
    for (int at = 0; at < SIZE; at++) {
      boolean whole = at >= first && at < last;
      boolean edge = !whole && at >= FROM && at < TO;
      if (whole || edge && all) {
        assertEquals(inside, bytes[at], what + ", byte " + at);
      } else if (edge) {
        assertTrue(bytes[at] == 0 || bytes[at] == 7, what + ", byte " + at);
      } else {
        assertEquals(7, bytes[at], what + ", byte " + at);
      }
    }
  }
}

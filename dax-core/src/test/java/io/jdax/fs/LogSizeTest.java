package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.log.FileLog;
import io.jdax.fs.space.FailurePoint;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The size that a write has returned is there after a kill")
class LogSizeTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  @DisplayName("A fold between any two steps of an append loses neither its bytes nor its size")
  void foldInAnAppend(int step) throws IOException { // 36
    try (LogDisk disk = LogDisk.format(8 << 20, SteppedPersister::new)) {
      DaxFile file = disk.fs().open("/f", RW);
      file.truncate(100); // a hole before the end
      disk.fs().sync();
      int[] count = {0};
      SteppedPersister persister = (SteppedPersister) disk.persister;
      persister.step =
          call -> {
            if (++count[0] == step) {
              file.inode.fold(true);
              file.inode.volume.tree.commit();
            }
          };
      file.write(100, FsFixture.bytes(50, 1));
      persister.step = call -> {};
      byte[] expected = new byte[150];
      Arrays.fill(expected, 100, 150, (byte) 1);
      disk.kill().assertFile("/f", expected);
      file.fsync();
      file.inode.fold(true);
      disk.fs().sync();
      disk.kill().assertFile("/f", expected);
      file.close();
    }
  }

  @Test
  @DisplayName("An fsync beside a truncate does not bring the longer size back")
  void fsyncBesideATruncate() throws Exception { // 1, 57
    try (LogDisk disk = LogDisk.format(8 << 20)) {
      DaxFileSystem fs = disk.mount(MountOptions.DEFAULTS.withTier(TierMode.CACHED));
      DaxFile file = fs.open("/f", RW);
      file.write(0, LogDisk.page(1, 2, 3));
      Thread me = Thread.currentThread();
      AtomicReference<@Nullable Waiting<Void>> other = new AtomicReference<>();
      FailurePoint.listen(
          point -> {
            if (point == FailurePoint.DONE
                && Thread.currentThread().equals(me)
                && other.get() == null) { // what was pending is folded
              other.set(
                  new Waiting<Void>(
                          () -> {
                            file.inode.commit();
                            return null;
                          })
                      .untilItWaitsIn("commit"));
            }
          });
      try {
        file.truncate(LogDisk.PAGE);
      } finally {
        FailurePoint.listen(null);
      }
      requireNonNull(other.get()).get();
      assertEquals(LogDisk.PAGE, file.sizeBytes());
      LogDisk after = disk.kill();
      assertEquals(LogDisk.PAGE, LogDisk.read(after.mount(), "/f").length);
      file.close();
    }
  }

  @Test
  @DisplayName(
      "A kill at any step of an append finds a beginning of it, and zeros after it as it grows")
  void beginningOfAnAppend() throws IOException { // 16, 22
    byte[] data = new byte[600 * LogDisk.PAGE];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i / LogDisk.PAGE % 100 + 1);
    }
    try (LogDisk disk = LogDisk.format(8 << 20, SteppedPersister::new)) {
      DaxFile file = disk.fs().open("/f", RW);
      SteppedPersister persister = (SteppedPersister) disk.persister;
      Set<Integer> lengths = new TreeSet<>();
      int[] steps = {0};
      persister.step =
          call -> {
            steps[0]++;
            try (LogDisk after = LogDisk.of(disk.image())) {
              byte[] found = LogDisk.read(after.mount(), "/f");
              assertArrayEquals(Arrays.copyOf(data, found.length), found, "step " + steps[0]);
              lengths.add(found.length);
              try (DaxFile again = after.fs().open("/f", RW)) {
                again.truncate(data.length);
                byte[] longer = Arrays.copyOf(found, data.length);
                assertArrayEquals(
                    longer, LogDisk.read(after.fs(), "/f"), "grown, step " + steps[0]);
              }
            }
          };
      file.append(MemorySegment.ofArray(data));
      persister.step = call -> {};
      assertTrue(steps[0] > 4, "steps: " + steps[0]);
      assertTrue(lengths.contains(0), lengths.toString());
      disk.assertAfterKill("/f", data);
      file.close();
    }
  }

  @ParameterizedTest(name = "blocks of {0} bytes")
  @ValueSource(ints = {512, 1024, 2048, 4096})
  @DisplayName("Blocks of any size: what has made a file longer in place is there after a kill")
  void anyBlocks(int blockBytes) throws IOException {
    try (LogDisk disk = LogDisk.format(8 << 20, blockBytes, Persister::of)) {
      DaxFile file = disk.fs().open("/f", RW);
      byte[] expected = new byte[9_000];
      for (int[] piece : new int[][] {{0, 100}, {100, 500}, {600, 5_000}, {8_000, 1_000}}) {
        int end = piece[0] + piece[1];
        file.write(piece[0], FsFixture.bytes(piece[1], end));
        Arrays.fill(expected, piece[0], end, (byte) end);
        disk.kill().assertFile("/f", Arrays.copyOf(expected, end));
      }
      file.close();
    }
  }

  @ParameterizedTest(name = "blocks of {0} bytes")
  @ValueSource(ints = {1024, 4096})
  @DisplayName("Where the log has no place for the size of a file, the tree has it")
  void noPlaceInTheLog(int blockBytes) throws IOException {
    try (LogDisk disk = LogDisk.format(8 << 20, blockBytes, Persister::of)) {
      DaxFile file = disk.fs().open("/f", RW);
      FailurePoint.listen(
          point -> {
            if (point == FailurePoint.ALLOCATION && isOfAFileLog()) {
              throw new OutOfMemoryError("by order of the test"); // so it takes no frame
            }
          });
      try {
        for (int i = 0; i < 4; i++) {
          file.append(FsFixture.bytes(300, 7)); // to new blocks, and to none
        }
      } finally {
        FailurePoint.listen(null);
      }
      assertTrue(disk.fs().logStatistics().notesToTree() > 0, "nothing was told to the tree");
      byte[] expected = new byte[1200];
      Arrays.fill(expected, (byte) 7);
      disk.kill().assertFile("/f", expected);
      file.close();
    }
  }

  private static boolean isOfAFileLog() {
    return StackWalker.getInstance()
        .walk(all -> all.anyMatch(f -> f.getClassName().equals(FileLog.class.getName())));
  }
}

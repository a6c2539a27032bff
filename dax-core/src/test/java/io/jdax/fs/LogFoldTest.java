package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.LogStatistics;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.log.LogVandal;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.FailurePoint;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A fold moves what the log tells to the tree, all of it or nothing that counts")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogFoldTest {
  private static final int SIZE = 16 << 20;

  private LogDisk disk;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    disk = LogDisk.format(SIZE);
    file = disk.fs().open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    FailurePoint.listen(null);
    file.close();
    disk.close();
  }

  private LogStatistics log() {
    return file.inode.volume.log.statistics();
  }

  /** Every other page of a file, so that each is an extent; a fold of it has two pieces. */
  private byte[] scatter() throws IOException {
    file.close();
    disk.close();
    disk = LogDisk.format(64 << 20); // on a smaller one so much is folded earlier
    file = disk.fs().open("/f", RW);
    int count = 330;
    file.truncate(2L * count * PAGE);
    byte[] expected = new byte[2 * count * PAGE];
    try (DaxMapping map = file.map(0, expected.length)) {
      for (int i = 0; i < count; i++) {
        map.putByte(2L * i * PAGE, (byte) (i + 1));
        expected[2 * i * PAGE] = (byte) (i + 1);
      }
    }
    return expected;
  }

  @Test
  @DisplayName("A kill after any piece of a fold of many extents loses nothing and doubles nothing")
  void killInAFold() throws IOException { // 33, 37
    byte[] expected = scatter();
    int[] pieces = {0};
    FailurePoint.listen(
        point -> {
          if (point == FailurePoint.DONE || point == FailurePoint.COMMIT) {
            pieces[0]++;
            FailurePoint.listen(null); // what looks at the copy is not to come here
            try {
              disk.assertAfterKill("/f", expected);
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          }
        });
    file.inode.fold(true);
    assertEquals(1, pieces[0]);
    file.inode.volume.tree.commit();
    disk.assertAfterKill("/f", expected);
    disk.fs().createDirectory("/d");
    disk.assertAfterKill("/f", expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailurePoint.class,
      names = {"NODE_READ", "DONE"})
  @DisplayName("A kill right after a piece that is committed alone finds what no piece has told")
  void killBetweenPieces(FailurePoint failing) throws IOException { // 33, 34
    byte[] expected = scatter();
    LogStatistics before = log();
    Thread me = Thread.currentThread();
    for (int n = 1; n < 30; n += n < 3 ? 1 : n) {
      int[] count = {0};
      int at = n;
      FailurePoint.listen(
          point -> {
            if (point == failing && Thread.currentThread().equals(me) && ++count[0] == at) {
              throw new IllegalStateException("injected");
            }
          });
      boolean failed = false;
      try {
        file.inode.fold(true);
      } catch (IllegalStateException e) {
        failed = true;
      }
      FailurePoint.listen(null);
      if (failed && file.inode.volume.tree.failure() == null) {
        file.inode.volume.tree.commit(); // what was told until now
        LogStatistics after = log();
        assertTrue(
            after.freeFrames() + after.waitingFrames()
                <= before.freeFrames() + before.waitingFrames(),
            "frames were given up: " + after);
      }
      disk.assertAfterKill("/f", expected);
      if (!failed || file.inode.volume.tree.failure() != null) {
        break;
      }
    }
    if (file.inode.volume.tree.failure() == null) {
      file.inode.fold(true);
      disk.fs().sync();
      disk.assertAfterKill("/f", expected);
    } else {
      assertThrows(IOException.class, file::close);
    }
  }

  @Test
  @DisplayName("What is told while a fold is under way survives the fold")
  void toldMeanwhile() throws IOException { // 36
    file.append(page(1));
    Thread me = Thread.currentThread();
    boolean[] done = {false};
    FailurePoint.listen(
        point -> {
          if (point == FailurePoint.DONE && Thread.currentThread().equals(me) && !done[0]) {
            done[0] = true;
            try {
              Thread other =
                  new Thread(
                      () -> {
                        try {
                          file.append(page(2));
                        } catch (IOException e) {
                          throw new IllegalStateException(e);
                        }
                      });
              other.start();
              other.join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        });
    file.inode.fold(true);
    FailurePoint.listen(null);
    assertTrue(done[0]);
    file.inode.volume.tree.commit();
    disk.assertAfterKill("/f", pages(1, 2));
    file.inode.volume.tree.commit();
    disk.assertAfterKill("/f", pages(1, 2));
  }

  @Test
  @DisplayName("A frame is free when the change that folded it is durable in the journal")
  void framesAreFree() throws IOException { // 35, 38
    file.append(page(1));
    LogVandal before = new LogVandal(disk.kill().region);
    long frame = before.framesOf(file.inode.number).getFirst();
    assertEquals(1, log().frames() - log().freeFrames());
    file.inode.fold(true);
    assertEquals(1, log().waitingFrames());
    file.inode.volume.tree.commit();
    assertEquals(0, log().waitingFrames());
    assertEquals(log().frames(), log().freeFrames());
    file.append(page(2));
    LogDisk after = disk.kill();
    assertEquals(
        frame, new LogVandal(after.region).framesOf(file.inode.number).getFirst(), "used again");
    after.assertFile("/f", pages(1, 2));
  }

  @Test
  @DisplayName("A log that is full is folded, and every write is there whatever there is room for")
  void fullLog() throws IOException { // 39, 40, 41, 42
    try (DaxFile old = disk.fs().open("/old", RW)) {
      old.append(page(9)); // one record that nothing follows, and that holds a frame
      DaxFile[] files = new DaxFile[40];
      byte[] expected = new byte[10 * PAGE];
      for (int i = 0; i < files.length; i++) {
        files[i] = disk.fs().open("/f" + i, RW);
      }
      for (int n = 0; n < 10; n++) {
        for (DaxFile f : files) {
          f.append(page(n + 1));
        }
        Arrays.fill(expected, n * PAGE, (n + 1) * PAGE, (byte) (n + 1));
        if (n == 7) {
          check(files, Arrays.copyOf(expected, (n + 1) * PAGE));
        }
      }
      check(files, expected);
      disk.assertAfterKill("/old", pages(9));
      for (DaxFile f : files) {
        f.close();
      }
      LogStatistics log = log();
      assertTrue(log.folds() > 0 || log.notesToTree() > 0, log.toString());
    }
  }

  private void check(DaxFile[] files, byte[] expected) throws IOException {
    LogDisk after = disk.kill();
    DaxFileSystem fs = after.mount();
    for (int i = 0; i < files.length; i++) {
      assertArrayEquals(expected, LogDisk.read(fs, "/f" + i), "/f" + i);
    }
    after.unmount();
    assertEquals(List.of(), after.check().defects());
  }

  @Test
  @DisplayName("When no frame is free and no fold gets one, a write is committed before it returns")
  void noFrame() throws IOException { // 41
    Thread me = Thread.currentThread();
    FailurePoint.listen(
        point -> {
          if (point == FailurePoint.NODE_READ && !Thread.currentThread().equals(me)) {
            throw new IllegalStateException("no fold in the background");
          }
        });
    int frames = log().frames();
    DaxFile[] files = new DaxFile[frames + 4];
    for (int i = 0; i < files.length; i++) {
      files[i] = disk.fs().open("/f" + i, RW);
    }
    for (int i = 0; i < files.length; i++) {
      files[i].append(page(i + 1));
    }
    FailurePoint.listen(null);
    LogDisk after = disk.kill();
    for (int i = 0; i < files.length; i++) {
      after.assertFile("/f" + i, pages(i + 1));
      files[i].close();
    }
  }

  @Test
  @DisplayName("Truncate, punch, zeroing, allocation, a tier and a time each void what was told")
  void voided() throws IOException { // 2, 12
    interface Change {
      void run() throws IOException;
    }
    Change[] changes = {
      () -> file.truncate(5L * PAGE),
      () -> file.truncate(2L * PAGE),
      () -> file.punchHole(0, PAGE),
      () -> file.zeroRange(0, 2L * PAGE, false),
      () -> file.allocate(0, 8L * PAGE, false),
      () -> file.setTier(TierMode.DIRECT),
      () -> disk.fs().setTimes("/f", Instant.EPOCH, null)
    };
    for (int i = 0; i < changes.length; i++) {
      file.write(3L * PAGE * i, page(i + 1)); // something that is told
      assertTrue(disk.kill().check().log().liveRecords() > 0);
      changes[i].run();
      LogDisk after = disk.kill();
      long live = after.check().log().liveRecords();
      assertTrue(live <= 1, "change " + i + ": " + live + " live, where only a time may be");
      after.assertFile("/f", LogDisk.read(disk.fs(), "/f"));
    }
    assertFalse(file.inode.extents.isCutOff());
  }

  @Test
  @DisplayName("Records of times take the place of one another, and use no frames up")
  void times() throws IOException {
    file.append(page(1));
    int free = log().freeFrames();
    for (int i = 0; i < 500; i++) {
      file.write(0, FsFixture.bytes(10, i));
      file.inode.setModified(0); // so that each write notes a time
    }
    assertEquals(free, log().freeFrames());
    file.inode.fold(true); // counts
    assertTrue(log().timeRecords() > 400, log().toString());
  }

  @Test
  @DisplayName("A fold that leaves something to the next one keeps what the log tells of it")
  void waitsForTheSize() throws IOException { // 34
    file.append(page(1));
    var extents = file.inode.extents;
    var space = file.inode.volume.space;
    var run = new BlockRun();
    space.allocate(1, -1, run);
    // a write beyond the end that is half-way: its block is told, and the size is not
    extents.note(5, 1, run.start(), ExtentState.WRITTEN, 0, space);
    int before = log().freeFrames() + log().waitingFrames();
    file.inode.fold(true);
    assertEquals(before, log().freeFrames() + log().waitingFrames());
    file.inode.volume.tree.commit();
    disk.assertAfterKill("/f", pages(1));
    file.inode.setSize(6L * PAGE);
    extents.noteSize(6L * PAGE, 0);
    file.inode.fold(true);
    assertEquals(log().frames(), log().freeFrames() + log().waitingFrames());
  }
}

package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.log.LogVandal;
import io.jdax.fs.tree.PowerFailures;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.RecordingPersister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A loss of power keeps what an fsync has returned, and of the rest a beginning")
class LogPowerTest {
  private LogDisk disk;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    disk = LogDisk.recording(8 << 20);
    file = disk.fs().open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  private void next(byte[] pages) throws IOException {
    disk.powerLoss().assertFile("/f", pages);
  }

  private RecordingPersister recorded() {
    return (RecordingPersister) disk.persister;
  }

  @Test
  @DisplayName("An fsync of an append costs one drain, and no commit of the tree")
  void oneDrain() throws IOException {
    file.append(page(1));
    file.fsync();
    file.append(page(2));
    long commit = disk.fs().statfs().generation();
    long drains = recorded().drains();
    file.fsync();
    assertEquals(drains + 1, recorded().drains());
    assertEquals(commit, disk.fs().statfs().generation());
    next(pages(1, 2));
    file.fsync();
    assertEquals(drains + 1, recorded().drains(), "there is nothing to make durable");
  }

  @Test
  @DisplayName("Every fsync makes durable what came before it, over many frames of the log")
  void manyFrames() throws IOException {
    try (DaxFile other = disk.fs().open("/g", RW)) {
      List<Integer> values = new ArrayList<>();
      for (int i = 1; i <= 150; i++) {
        file.append(page(i));
        other.append(page(99)); // so that blocks do not lie together
        values.add(i);
        if (i % 30 == 0 || i == 63 || i == 64 || i == 65) {
          file.fsync();
          next(pages(values.stream().mapToInt(v -> v).toArray()));
        }
      }
    }
  }

  @Test
  @DisplayName(
      "A record that nobody has flushed, and that is evicted, tells of bytes that are there")
  void evictedRecords() throws IOException { // 16
    file.append(page(1));
    file.append(page(2)); // the first one goes a longer way
    file.append(FsFixture.bytes(100, 3));
    byte[] image = recorded().image();
    for (long frame : new LogVandal(disk.region).framesOf(file.inode.number)) {
      int at = (int) LogVandal.at(frame, 0);
      MemorySegment.copy(disk.region.segment(), at, MemorySegment.ofArray(image), at, PAGE);
    }
    try (LogDisk after = LogDisk.of(image)) {
      byte[] expected = Arrays.copyOf(pages(1, 2), 2 * PAGE + 100);
      Arrays.fill(expected, 2 * PAGE, expected.length, (byte) 3);
      assertArrayEquals(expected, LogDisk.read(after.mount(), "/f"));
    }
  }

  @Test
  @DisplayName("What nobody has fsynced is not there, or only its beginning")
  void notFsynced() throws IOException { // 25
    file.append(page(1));
    file.fsync();
    file.append(page(2));
    file.append(page(3));
    LogDisk after = disk.powerLoss();
    byte[] found = LogDisk.read(after.mount(), "/f");
    assertArrayEquals(Arrays.copyOf(pages(1, 2, 3), found.length), found);
  }

  @Test
  @DisplayName("Of the records of a file none counts behind one that has not arrived")
  void gap() throws IOException { // 25
    for (int i = 1; i <= 5; i++) {
      file.append(page(i));
    }
    LogDisk after = disk.kill();
    LogVandal log = new LogVandal(after.region);
    long frame = log.framesOf(file.inode.number).getFirst();
    tear(after, frame, log.lineOfSize(frame, 4L * PAGE));
    byte[] found = LogDisk.read(after.mount(), "/f");
    assertArrayEquals(pages(1, 2, 3), found);
    after.unmount();
  }

  private static void tear(LogDisk disk, long frame, int line) {
    disk.region.segment().set(ValueLayout.JAVA_BYTE, LogVandal.at(frame, line) + 50, (byte) 0x5A);
  }

  @Test
  @DisplayName("What lay behind a gap does not come back behind what is told later")
  void behindAGap() throws IOException { // 26
    for (int i = 1; i <= 5; i++) {
      file.append(page(i));
    }
    LogDisk after = disk.kill();
    LogVandal log = new LogVandal(after.region);
    long frame = log.framesOf(file.inode.number).getFirst();
    tear(after, frame, log.lineOfSize(frame, 4L * PAGE));
    try (DaxFile again = after.mount().open("/f", RW)) {
      again.append(page(44));
      after.kill().assertFile("/f", pages(1, 2, 3, 44));
    }
  }

  @Test
  @DisplayName("A frame that is missing ends what counts of its file, and of no other")
  void missingFrame() throws IOException { // 25
    try (DaxFile other = disk.fs().open("/g", RW)) {
      for (int i = 0; i < 150; i++) {
        file.append(page(i + 1));
        other.append(page(99));
      }
      LogDisk after = disk.kill();
      LogVandal log = new LogVandal(after.region);
      List<Long> frames = log.framesOf(file.inode.number);
      assertEquals(3, frames.size());
      long second = frames.get(1);
      for (long frame : frames) {
        if (log.firstNumber(frame) > 60 && log.firstNumber(frame) < 70) {
          second = frame;
        }
      }
      long known = log.firstNumber(second) - 1;
      tear(after, second, 0);
      byte[] found = LogDisk.read(after.mount(), "/f");
      assertTrue(found.length / PAGE <= known && found.length > 50 * PAGE, found.length + " bytes");
      assertEquals(150 * PAGE, LogDisk.read(after.fs(), "/g").length);
    }
  }

  @Test
  @DisplayName("An fsync flushes what other threads have told and nobody has fenced")
  void otherThreads() throws Exception { // 24
    file.truncate(4 * PAGE);
    try (DaxMapping map = file.map(0, 4 * PAGE)) {
      Thread other =
          new Thread(
              () -> {
                try {
                  map.putByte(PAGE, (byte) 1); // its block is told by this thread
                  disk.persister.flush(0, disk.region.sizeBytes()); // and no drain
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      other.start();
      other.join();
      file.fsync();
      byte[] expected = new byte[4 * PAGE];
      expected[PAGE] = 1;
      next(expected);
    }
  }

  @Test
  @DisplayName("To persist one page of many takes nothing from the next fsync")
  void persistThenFsync() throws IOException { // 28
    file.truncate(10 * PAGE);
    try (DaxMapping map = file.map(0, 10 * PAGE)) {
      byte[] expected = new byte[10 * PAGE];
      for (int i = 0; i < 10; i++) {
        map.putByte((long) i * PAGE, (byte) (i + 1));
        expected[i * PAGE] = (byte) (i + 1);
      }
      map.persist(3 * PAGE, 1);
      assertEquals(4, LogDisk.read(disk.powerLoss().mount(), "/f")[3 * PAGE]);
      file.fsync();
      next(expected);
    }
  }

  @Test
  @DisplayName("A size that was truncated to is not outdone by an earlier record")
  void truncatedDurably() throws IOException { // 3
    file.write(0, FsFixture.bytes(16 * PAGE, 1));
    file.fsync();
    file.truncate(0);
    file.fsync();
    disk.fs().link("/f", "/g");
    next(new byte[0]);
  }

  @Test
  @DisplayName(
      "Bytes punched within a block are zeros after an fsync, though no extent has changed")
  void punchedBytes() throws IOException { // 5
    file.write(0, page(7));
    file.fsync();
    file.punchHole(100, 100);
    file.fsync();
    byte[] expected = pages(7);
    Arrays.fill(expected, 100, 200, (byte) 0);
    next(expected);
  }

  @Test
  @DisplayName("With a DSYNC handle a write is durable when it has returned")
  void dsync() throws IOException { // 32
    try (DaxFile d = disk.fs().open("/f", OpenMode.WRITE, OpenMode.DSYNC)) {
      d.write(0, page(1));
      next(pages(1));
      d.append(page(2));
      next(pages(1, 2));
      d.write(100, FsFixture.bytes(5, 3));
      byte[] expected = pages(1, 2);
      Arrays.fill(expected, 100, 105, (byte) 3);
      next(expected);
    }
  }

  @Test
  @DisplayName("One file's fsync makes no nonsense of another that has told things too")
  void anotherFile() throws IOException { // 31
    try (DaxFile other = disk.fs().open("/g", RW)) {
      file.append(page(1));
      other.append(page(2));
      other.fsync();
      LogDisk after = disk.powerLoss();
      after.assertFile("/g", pages(2));
      byte[] found = LogDisk.read(after.mount(), "/f");
      assertArrayEquals(Arrays.copyOf(pages(1), found.length), found);
    }
  }

  @Test
  @DisplayName("Whatever of lines and words arrives, a prefix of the appends is found")
  void anyLines() throws IOException { // 16, 25, 29, 43
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> images = new ArrayList<>();
    List<int[]> sure = new ArrayList<>(); // pages that were fsynced, and appended
    int[] now = {0, 0};
    try (LogDisk torn =
        LogDisk.format(
            2 << 20,
            r -> PowerFailures.collecting(r, random, 3, new Followed(images, sure, now)))) {
      try (DaxFile f = torn.fs().open("/f", RW)) {
        images.clear();
        sure.clear();
        for (int i = 1; i <= 20; i++) {
          now[1] = i;
          f.append(page(i));
          if (i % 3 == 0) {
            f.fsync();
            now[0] = i;
          }
        }
      }
    }
    assertTrue(images.size() > 50, "images: " + images.size());
    byte[] all = new byte[20 * PAGE];
    for (int i = 0; i < 20; i++) {
      Arrays.fill(all, i * PAGE, (i + 1) * PAGE, (byte) (i + 1));
    }
    for (int i = 0; i < images.size(); i += 3) {
      try (LogDisk after = LogDisk.of(images.get(i))) {
        String what = "seed " + seed + ", image " + i;
        byte[] found = LogDisk.read(after.mount(), "/f");
        assertArrayEquals(Arrays.copyOf(all, found.length), found, what);
        int n = found.length / PAGE;
        assertTrue(sure.get(i)[0] <= n && n <= sure.get(i)[1], what + ": " + n + " pages");
        after.unmount();
        assertEquals(List.of(), after.check().defects(), what);
      }
    }
  }

  /** Remembers with each image what was sure then. */
  private static final class Followed extends AbstractList<byte[]> {
    private final List<byte[]> images;
    private final List<int[]> sure;
    private final int[] now;

    Followed(List<byte[]> images, List<int[]> sure, int[] now) {
      this.images = images;
      this.sure = sure;
      this.now = now;
    }

    @Override
    public boolean add(byte[] image) {
      sure.add(now.clone());
      return images.add(image);
    }

    @Override
    public byte[] get(int i) {
      return images.get(i);
    }

    @Override
    public int size() {
      return images.size();
    }
  }
}

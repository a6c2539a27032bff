package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.log.LogVandal;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whatever a log says, mount and check work or tell what is wrong")
class LogFuzzTest {
  private static final int SIZE = 2 << 20;
  private static final int IMAGES = 120;
  private static final int MAX_FILE = 1 << 20;

  private final long seed = Long.getLong("jdax.test.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<String> done = new ArrayList<>();
  private int mounted;
  private int refused;

  private String where() {
    return "-Djdax.test.seed=" + seed + ", " + done;
  }

  /** A kill with live records, of some life. */
  private static byte[] killed() throws IOException {
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFileSystem fs = disk.fs();
      fs.createDirectory("/d");
      fs.symlink("/a", "/link");
      try (DaxFile a = fs.open("/a", RW);
          DaxFile b = fs.open("/d/b", RW)) {
        a.append(page(1, 2));
        a.inode.fold(true);
        fs.sync();
        a.allocate(0, 12 * PAGE, true);
        for (int i = 0; i < 5; i++) {
          a.append(page(i));
          b.append(page(9));
        }
        return disk.image();
      }
    }
  }

  @Test
  @DisplayName("Whatever bytes and records are in the log, nothing hangs, and nothing is untyped")
  void anything() throws IOException {
    byte[] image = killed();
    assertTimeoutPreemptively(
        Duration.ofMinutes(3),
        () -> {
          for (int i = 0; i < IMAGES; i++) {
            done.clear();
            try (LogDisk disk = LogDisk.of(image)) {
              int edits = 1 + random.nextInt(4);
              for (int k = 0; k < edits; k++) {
                edit(disk);
              }
              examine(disk);
            } catch (RuntimeException | Error e) {
              throw new AssertionError(where(), e);
            }
          }
        });
    assertTrue(mounted > IMAGES / 20, mounted + " mounted; " + where());
    assertTrue(refused > IMAGES / 20, refused + " refused; " + where());
  }

  private long odd(long frames) {
    return switch (random.nextInt(8)) {
      case 0 -> -1;
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      case 3 -> 0;
      case 4 -> 1L << random.nextInt(64);
      case 5 -> random.nextLong();
      default -> random.nextLong(2 * frames);
    };
  }

  private void edit(LogDisk disk) throws IOException {
    LogVandal log = new LogVandal(disk.region);
    long frames = disk.region.sizeBytes() / PAGE;
    List<Long> used = log.framesInUse();
    long any = log.place().firstFrame() + random.nextInt(log.place().frames());
    long inUse = used.isEmpty() ? any : used.get(random.nextInt(used.size()));
    int line = 1 + random.nextInt(Math.min(LogVandal.RECORDS, Math.max(1, log.records(inUse) + 1)));
    int word = 8 + 8 * random.nextInt(7);
    int kind = random.nextInt(8);
    done.add(kind + " of frame " + inUse + " line " + line + " word " + word);
    MemorySegment memory = disk.region.segment();
    switch (kind) {
      case 0 -> // random bytes
          memory.set(
              ValueLayout.JAVA_BYTE, any * PAGE + random.nextInt(PAGE), (byte) random.nextInt());
      case 1 -> // a word that has not arrived
          memory.set(
              ValueLayout.JAVA_LONG_UNALIGNED,
              LogVandal.at(inUse, line) + 8L * random.nextInt(8),
              0);
      case 2 -> log.set(inUse, line, word, odd(frames)); // a good check and any content
      case 3 -> {
        memory.set(
            ValueLayout.JAVA_LONG_UNALIGNED,
            LogVandal.at(inUse, 0) + 32 + 8L * random.nextInt(3),
            odd(frames));
        log.sealHeader(inUse);
      }
      case 4 -> { // a frame more of some file
        log.header(any, 1 + random.nextInt(6), random.nextInt(12));
        for (int i = random.nextInt(8); i > 0; i--) {
          record(log, any, frames);
        }
      }
      case 5 -> record(log, inUse, frames);
      case 6 -> // the frame of another place
          MemorySegment.copy(memory, inUse * PAGE, memory, any * PAGE, PAGE);
      default -> memory.asSlice(any * PAGE, PAGE).fill((byte) random.nextInt());
    }
  }

  private void record(LogVandal log, long frame, long frames) {
    if (log.records(frame) == LogVandal.RECORDS) {
      return;
    }
    boolean likely = random.nextBoolean();
    log.add(
        frame,
        likely ? 1 + random.nextInt(7) : odd(frames),
        likely ? random.nextInt(40) : odd(frames),
        likely ? 1 + random.nextInt(4) : odd(frames),
        likely ? random.nextLong(2 * frames) : odd(frames),
        likely ? random.nextInt(MAX_FILE) : odd(frames),
        odd(frames));
  }

  /** A check, a mount, another life, a repair, a mount. */
  private void examine(LogDisk disk) throws IOException {
    boolean clean = disk.check().defects().isEmpty();
    try {
      DaxFileSystem fs = disk.mount();
      mounted++;
      assertTrue(clean, () -> "mounted, though a check finds something; " + where());
      use(fs);
      LogDisk next = disk.kill();
      assertEquals(List.of(), next.check().defects(), this::where);
      use(next.mount());
      next.unmount();
      disk.unmount();
      assertEquals(List.of(), disk.check().defects(), this::where);
    } catch (CorruptMetadataException e) {
      refused++;
      assertTrue(!clean, () -> "refused, though a check finds nothing; " + where());
      try (LogDisk readOnly = LogDisk.of(disk.image(), ReadOnlyMedia::new)) {
        readAll(readOnly.mount());
      }
      assertTrue(FileSystemCheck.repair(disk.device).isRepairable(), this::where);
      assertEquals(List.of(), disk.check().defects(), this::where);
      use(disk.mount());
      disk.unmount();
      assertEquals(List.of(), disk.check().defects(), this::where);
    }
  }

  private static void readAll(DaxFileSystem fs) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[PAGE]);
    for (String path : new String[] {"/a", "/d/b"}) {
      try (DaxFile file = fs.open(path)) {
        for (var e : file.extents()) {
          file.read(e.offset(), bytes);
        }
      }
    }
  }

  private static void use(DaxFileSystem fs) throws IOException {
    readAll(fs);
    try (DaxFile a = fs.open("/a", RW)) {
      a.write(30 * PAGE, page(3));
      a.fsync();
      a.write(33 * PAGE, page(3));
    } catch (NoSpaceException e) {
      // a record may give a file all blocks
    }
  }
}

package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More pages than frames, and what delayed blocks take from the space. */
@Timeout(180)
class TierEvictionTest extends SmallTier {
  @Test
  @DisplayName("S3.5 64 frames, 1,000 hot pages, 4 threads that store, write and read: all is kept")
  void hot() throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    int pages = 1000;
    byte[] expected = new byte[(int) (pages * PAGE)];
    try (DaxFile file = fs.open("/f", RW);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      file.truncate(expected.length);
      List<Future<Void>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        all.add(
            threads.submit(() -> heat(file, expected, thread, 3_000, new Random(seed + thread))));
      }
      for (Future<Void> each : all) {
        each.get();
      }
      assertArrayEquals(expected, read(file, 0, expected.length));
      assertTrue(fs.tier().evictions() > 500, fs.tier()::toString);
      assertEquals(FRAMES, fs.tier().frames());
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
    for (TierMode mode : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
      remount(mode);
      try (DaxFile file = fs.open("/f")) {
        assertArrayEquals(expected, read(file, 0, expected.length), "-Djdax.test.seed=" + seed);
      }
    }
  }

  /** Every fourth page is this thread's. */
  private static Void heat(DaxFile file, byte[] expected, int thread, int steps, Random random)
      throws IOException {
    try (DaxMapping m = file.map(0, expected.length)) {
      for (int i = 0; i < steps; i++) {
        int page = random.nextInt(expected.length / 4096 / 4) * 4 + thread;
        int at = page * 4096 + random.nextInt(512) * 8;
        switch (random.nextInt(4)) {
          case 0 -> {
            long value = random.nextLong();
            m.putLong(at, value);
            ByteLongs.put(expected, at, value);
          }
          case 1 -> {
            byte[] bytes = new byte[1 + random.nextInt((page + 1) * 4096 - at)];
            random.nextBytes(bytes);
            file.write(at, MemorySegment.ofArray(bytes));
            System.arraycopy(bytes, 0, expected, at, bytes.length);
          }
          case 2 -> assertEquals(ByteLongs.get(expected, at), m.getLong(at));
          default -> {
            byte[] got = read(file, at, 8);
            assertEquals(ByteLongs.get(expected, at), ByteLongs.get(got, 0));
          }
        }
      }
    }
    return null;
  }

  /** Longs in an array, as mappings store them. */
  private static final class ByteLongs {
    static void put(byte[] bytes, int at, long value) {
      MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
    }

    static long get(byte[] bytes, int at) {
      return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }
  }

  @Test
  @DisplayName("S3.5 one write, load or store of more than there are frames goes through")
  void largerThanTheCache() throws IOException {
    byte[] bytes = new byte[(int) (5 * FRAMES * PAGE)];
    new Random(4).nextBytes(bytes);
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, MemorySegment.ofArray(bytes));
      assertArrayEquals(bytes, read(file, 0, bytes.length));
      try (DaxMapping m = file.map(0, bytes.length)) {
        byte[] got = new byte[bytes.length];
        m.copyTo(0, MemorySegment.ofArray(got), 0, got.length);
        assertArrayEquals(bytes, got);
        new Random(5).nextBytes(bytes);
        m.copyFrom(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      }
      assertArrayEquals(bytes, read(file, 0, bytes.length));
    }
    remount(TierMode.DIRECT);
    try (DaxFile file = fs.open("/f")) {
      assertArrayEquals(bytes, read(file, 0, bytes.length));
    }
  }

  @Test
  @DisplayName("S3.5 the dirty pages of an open file without a name hold nobody up")
  void unlinkedAndDirty() throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      fs.unlink("/f");
      for (int page = 0; page < FRAMES - 8; page++) {
        file.write(page * PAGE, FsFixture.bytes(4096, page));
      }
      for (int page = 0; page < FRAMES; page++) {
        other.write(page * PAGE, FsFixture.bytes(4096, page));
      }
      for (int page = 0; page < FRAMES - 8; page++) {
        assertEquals((byte) page, at(file, page * PAGE + 9));
      }
    }
  }

  @Test
  @DisplayName("S3.5 all frames pinned: a typed error, no hang; and all goes on once they are not")
  void allPinned() throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      file.truncate(FRAMES * PAGE);
      other.write(0, FsFixture.bytes(4096, 1));
      other.fsync();
      List<Pin> pins = new ArrayList<>();
      for (int page = 0; page < FRAMES; page++) {
        pins.add(file.pin(page * PAGE, PAGE, PinAccess.WRITE, true));
      }
      FramesExhaustedException e =
          assertThrows(
              FramesExhaustedException.class, () -> other.write(PAGE, FsFixture.bytes(4096, 2)));
      assertTrue(Messages.of(e).contains("64 frames"), Messages.of(e));
      try (DaxMapping m = other.map(0, 4 * PAGE)) {
        assertThrows(FramesExhaustedException.class, () -> m.putByte(0, (byte) 5));
        assertThrows(FramesExhaustedException.class, () -> m.getByte(0));
        assertThrows(FramesExhaustedException.class, () -> other.pin(0, 1, PinAccess.READ, true));
        assertEquals(1, at(other, 5));
        assertEquals(4096, other.sizeBytes());
        pins.removeLast().close();
        m.putByte(0, (byte) 5);
        for (Pin pin : pins) {
          pin.close();
        }
        other.write(PAGE, FsFixture.bytes(4096, 2));
        assertEquals(5, at(other, 0));
      }
    }
  }

  @Test
  @DisplayName(
      "S2.5 S3.5 a pin of more than there are frames is refused, and does not try for ever")
  void pinLargerThanTheCache() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(4 * FRAMES * PAGE);
      assertThrows(
          FramesExhaustedException.class,
          () -> file.pin(0, (FRAMES + 1) * PAGE, PinAccess.WRITE, true));
      file.write(0, FsFixture.bytes((int) (2 * FRAMES * PAGE), 1));
      assertThrows(
          FramesExhaustedException.class,
          () -> file.pin(0, 2 * FRAMES * PAGE, PinAccess.READ, false));
      file.pin(0, FRAMES / 2 * PAGE, PinAccess.WRITE, true).close();
    }
  }

  @Test
  @DisplayName("S0.1 S3.5 delayed blocks are set aside, and given back by truncate, punch, unlink")
  void delayedSpace() throws IOException {
    long before = fs.statfs().usableBlocks();
    DaxFile file = fs.open("/f", RW);
    // Few enough for the flusher to leave them alone: what it writes back is delayed no longer.
    file.write(0, FsFixture.bytes((int) (12 * PAGE), 1));
    long with = fs.statfs().usableBlocks();
    assertTrue(with <= before - 12, with + " of " + before);
    file.truncate(6 * PAGE);
    assertTrue(fs.statfs().usableBlocks() > with, fs.statfs()::toString);
    file.punchHole(0, 3 * PAGE);
    assertTrue(fs.statfs().usableBlocks() > with, fs.statfs()::toString);
    fs.unlink("/f");
    assertEquals(1, at(file, 4 * PAGE));
    file.close();
    fs.sync();
    fs.volume.frames.quarantine().drainNow();
    for (int i = 0; i < 4; i++) {
      fs.createDirectory("/d");
      fs.removeDirectory("/d");
    }
    fs.volume.frames.quarantine().drainNow();
    assertEquals(FRAMES, fs.tier().freeFrames());
    assertEquals(0, fs.tier().dirtyFrames());
    remount(TierMode.CACHED);
    long after = fs.statfs().usableBlocks();
    assertTrue(Math.abs(before - after) <= 2, before + " before, " + after + " after");
  }
}

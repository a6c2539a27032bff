package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.TimeOutOfRangeException;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.Times;
import io.jdax.fs.tier.CachedFile;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When files are said to have been modified and changed: in place, in DRAM, and with both. */
class TimesTest {
  private static final Instant THEN = Instant.parse("2001-02-03T04:05:06.789Z");

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(TierMode.DIRECT, 4096),
        Arguments.of(TierMode.CACHED, 4096),
        Arguments.of(TierMode.DIRECT, 1024),
        Arguments.of(TierMode.CACHED, 512));
  }

  private static FsFixture fixture(TierMode mode, int block) throws IOException {
    Region region = Region.anonymous("times", 8 << 20);
    return new FsFixture(region, Persister.of(region), block, MountOptions.DEFAULTS.withTier(mode));
  }

  private interface Step {
    void run() throws IOException;
  }

  /** What a file's time of modification is set to before, and whether it is that after. */
  private static boolean keeps(DaxFileSystem fs, Step step) throws IOException {
    fs.setTimes("/f", THEN, null);
    assertEquals(THEN, fs.stat("/f").modified());
    step.run();
    return fs.stat("/f").modified().equals(THEN);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @DisplayName(
      "A time that was set after a write or a store is kept, whoever writes it back and when")
  void setTimesAreKept(TierMode mode, int block) throws IOException {
    try (FsFixture fixture = fixture(mode, block)) {
      DaxFileSystem fs = fixture.fs;
      try (DaxFile f = fs.open("/f", RW)) {
        f.truncate(65_536);
        for (boolean again : new boolean[] {false, true}) { // into holes, and over what is there
          f.write(0, FsFixture.bytes(30_000, 1));
          assertTrue(keeps(fs, f::fsync), "write, fsync; again: " + again);
          f.write(0, FsFixture.bytes(30_000, 1));
          assertTrue(keeps(fs, () -> flush(f)), "write, flusher; again: " + again);
          DaxMapping m = f.map(0, 65_536);
          m.putByte(100, (byte) 1);
          m.putByte(50_000, (byte) 1);
          assertTrue(keeps(fs, () -> flush(f)), "store, flusher; again: " + again);
          m.putByte(100, (byte) 1);
          assertTrue(keeps(fs, m::force), "store, force; again: " + again);
          m.putByte(100, (byte) 1);
          assertTrue(keeps(fs, f::fsync), "store, fsync; again: " + again);
          m.putByte(100, (byte) 1);
          m.persist(100, 1);
          assertTrue(keeps(fs, fs::sync), "store, persist, sync; again: " + again);
          m.putByte(100, (byte) 1);
          m.close();
          assertTrue(keeps(fs, f::fsync), "store, unmap, fsync; again: " + again);
        }
        f.write(0, FsFixture.bytes(10, 1));
        try (DaxMapping m = f.map(0, 4096)) {
          m.putByte(3, (byte) 1);
        }
        fs.setTimes("/f", THEN, null);
      }
      assertEquals(THEN, fs.stat("/f").modified(), "close");
      fixture.remount();
      assertEquals(THEN, fixture.fs.stat("/f").modified(), "remount");
    }
  }

  private static void flush(DaxFile file) throws IOException {
    if (file.inode.store() instanceof CachedFile cached) {
      cached.writeBackAll();
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @DisplayName(
      "A store through a mapping moves the time of modification by the next persist, fsync, sync or"
          + " close")
  void storesMoveTimes(TierMode mode, int block) throws IOException {
    try (FsFixture fixture = fixture(mode, block)) {
      DaxFileSystem fs = fixture.fs;
      DaxFile f = fs.open("/f", RW);
      f.write(0, FsFixture.bytes(65_536, 1));
      DaxMapping m = f.map(0, 65_536);
      m.putByte(100, (byte) 1); // no store after this one faults
      for (Step durable : List.<Step>of(() -> m.persist(100, 1), m::force, f::fsync, fs::sync)) {
        assertTrue(keeps(fs, f::fsync), "nothing was stored");
        assertFalse(
            keeps(
                fs,
                () -> {
                  m.putByte(100, (byte) 1);
                  durable.run();
                }));
      }
      fs.setTimes("/f", THEN, null);
      m.putByte(101, (byte) 1);
      m.close();
      f.close();
      assertNotEquals(THEN, fs.stat("/f").modified(), "close");
      fixture.remount();
      assertNotEquals(THEN, fixture.fs.stat("/f").modified());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @DisplayName(
      "A store through a pin moves the time of modification, and one before it was set does not")
  void pinsMoveTimes(TierMode mode, int block) throws IOException {
    try (FsFixture fixture = fixture(mode, block);
        DaxFile f = fixture.fs.open("/f", RW)) {
      f.write(0, FsFixture.bytes(4096, 1));
      f.fsync();
      fixture.fs.setTimes("/f", THEN, null);
      Pin pin = f.pin(0, 4096, PinAccess.WRITE, true);
      pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
      f.fsync();
      assertNotEquals(THEN, f.stat().modified());
      pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 3);
      pin.close();
      assertTrue(keeps(fixture.fs, f::fsync));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @DisplayName("A punch moves the time of modification, be it of blocks, of bytes, or of a hole")
  void punchesMoveTimes(TierMode mode, int block) throws IOException {
    try (FsFixture fixture = fixture(mode, block);
        DaxFile f = fixture.fs.open("/f", RW)) {
      f.write(0, FsFixture.bytes(65_536, 1));
      List<Step> punches =
          List.of(
              () -> f.punchHole(10, 20),
              () -> f.punchHole(8192 - 5, 10),
              () -> f.punchHole(8192, 8192),
              () -> f.punchHole(8192, 8192));
      for (Step punch : punches) {
        assertFalse(keeps(fixture.fs, punch));
      }
    }
  }

  @Test
  @DisplayName(
      "A writeback under way that has found a store is over before a time is set, and what was"
          + " stored until then is before it")
  void settingWaitsForWritebacks() throws Exception {
    try (FsFixture fixture = new FsFixture(8 << 20);
        DaxFile f = fixture.fs.open("/f", RW);
        DaxMapping m = f.map(0, 4096)) {
      f.write(0, FsFixture.bytes(4096, 1));
      m.putByte(0, (byte) 2);
      m.force(); // so that a store needs no fault
      Throwable[] failure = new Throwable[1];
      long stamp = f.inode.addressSpace.invalidateLock().lockShared(); // as a writeback has it
      Thread setting =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, e) -> failure[0] = e)
              .start(
                  () -> {
                    try {
                      fixture.fs.setTimes("/f", THEN, null);
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      while (setting.isAlive() && setting.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      f.inode.storesFound();
      m.putByte(0, (byte) 3);
      f.inode.addressSpace.invalidateLock().unlockShared(stamp);
      setting.join();
      assertEquals(null, failure[0]);
      assertEquals(THEN, f.stat().modified());
      f.fsync();
      assertEquals(THEN, f.stat().modified());
    }
  }

  @Test
  @DisplayName("Everything that changes a file moves its time of change, and nothing moves it back")
  void changesMoveTheTimeOfChange() throws IOException {
    try (FsFixture fixture = new FsFixture(8 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/f", RW).close();
      try (DaxFile open = fs.open("/f", RW)) {
        List<Step> steps =
            List.of(
                () -> fs.setAttribute("/f", "a", new byte[3]),
                () -> fs.setAttribute("/f", "a", new byte[4]),
                () -> fs.removeAttribute("/f", "a"),
                () -> fs.setPermissions("/f", 0600),
                () -> fs.setOwner("/f", 1, 2),
                () -> fs.setTimes("/f", THEN, null),
                () -> fs.setTimes("/f", null, THEN),
                () -> fs.link("/f", "/g"),
                () -> fs.unlink("/g"),
                () -> fs.rename("/f", "/h"),
                () -> fs.rename("/h", "/f"),
                () -> open.write(0, FsFixture.bytes(10, 1)),
                () -> open.truncate(5),
                () -> open.truncate(5),
                () -> open.allocate(0, 8192, true),
                () -> open.setExtentSizeHint(65_536),
                () -> open.setTier(TierMode.CACHED),
                () -> fs.open("/f", OpenMode.WRITE, OpenMode.TRUNCATE).close());
        for (int i = 0; i < steps.size(); i++) {
          Instant before =
              fs.stat("/").changed().isAfter(open.stat().changed())
                  ? fs.stat("/").changed()
                  : open.stat().changed();
          awaitTick(before);
          steps.get(i).run();
          int step = i;
          Instant after = open.stat().changed();
          assertTrue(after.isAfter(before), () -> "step " + step + ": " + after);
          fs.sync();
          assertFalse(open.stat().changed().isBefore(after), () -> "step " + step + ", sync");
        }
        open.write(0, FsFixture.bytes(10, 1)); // known to the file, not to the tree
        awaitTick(open.stat().changed());
        fs.setPermissions("/f", 0644);
        Instant last = open.stat().changed();
        assertTrue(last.isAfter(open.stat().modified()));
        fs.sync();
        assertEquals(last, open.stat().changed(), "the time of an earlier write came later");
      }
    }
  }

  /** Until something that happens is said to have happened later. */
  private static void awaitTick(Instant before) {
    while (!Times.toInstant(CoarseClock.now()).isAfter(before)) {
      Thread.onSpinWait();
    }
  }

  @Test
  @DisplayName(
      "Opening with TRUNCATE moves the times of an empty file, and takes blocks behind its end")
  void truncatingNothing() throws IOException {
    try (FsFixture fixture = new FsFixture(8 << 20)) {
      DaxFileSystem fs = fixture.fs;
      try (DaxFile f = fs.open("/f", RW)) {
        f.allocate(0, 65_536, true);
      }
      assertFalse(keeps(fs, () -> fs.open("/f", OpenMode.WRITE, OpenMode.TRUNCATE).close()));
      assertEquals(0, fs.stat("/f").allocatedBytes());
    }
  }

  @Test
  @DisplayName(
      "A time that can't be kept is refused with the bounds, and one at the bounds is kept")
  void bounds() throws IOException {
    try (FsFixture fixture = new FsFixture(4 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/f", RW).close();
      List<Instant> kept =
          List.of(
              Instant.parse("1677-09-21T00:12:43.145224192Z"),
              Instant.parse("2262-04-11T23:47:16.854775807Z"),
              Instant.EPOCH.minusNanos(1),
              Instant.EPOCH.minusSeconds(1),
              Instant.EPOCH);
      for (Instant time : kept) {
        fs.setTimes("/f", time, time);
        assertEquals(time, fs.stat("/f").modified());
        assertEquals(time, fs.stat("/f").accessed());
      }
      FileStat before = fs.stat("/f");
      for (Instant time :
          List.of(kept.get(0).minusNanos(1), kept.get(1).plusNanos(1), Instant.MIN, Instant.MAX)) {
        for (boolean modified : new boolean[] {false, true}) {
          TimeOutOfRangeException e =
              assertThrows(
                  TimeOutOfRangeException.class,
                  () ->
                      fs.setTimes(
                          "/f", modified ? time : Instant.EPOCH, modified ? Instant.EPOCH : time));
          assertEquals(time, e.time());
          assertTrue(
              Messages.of(e).contains("1677-09-21") && Messages.of(e).contains("2262-04-11"));
          assertEquals(before, fs.stat("/f"));
        }
      }
    }
  }

  @Test
  @DisplayName("A time that moved while a fold told the one before is told by the next")
  void movedDuringAFold() throws IOException {
    try (FsFixture fixture = new FsFixture(8 << 20);
        DaxFile f = fixture.fs.open("/f", RW)) {
      f.write(0, FsFixture.bytes(10, 1));
      long told = f.inode.modified();
      f.inode.setModified(told + 1_000_000); // by a store meanwhile
      Instant moved = f.stat().modified();
      f.inode.modifiedFolded(told);
      f.inode.fold(true);
      assertEquals(0, f.inode.modified());
      assertEquals(moved, f.stat().modified());
    }
  }
}

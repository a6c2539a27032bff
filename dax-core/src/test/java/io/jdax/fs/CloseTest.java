package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.InodeState;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Steps;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file system is open or closed, and nothing between; and so is the device below. */
@Timeout(60)
class CloseTest extends SteppedFs {
  @Test
  @DisplayName("A close that is refused for a pin keeps no use of any file, and changes nothing")
  void refusedForPin() throws Exception {
    List<DaxFile> files = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      DaxFile file = fs.open("/f" + i, RW);
      file.write(0, FsFixture.bytes(100 * PAGE, i));
      files.add(file);
    }
    Pin pin = files.get(3).pin(0, PAGE, PinAccess.READ, true);
    assertThrows(PinnedException.class, fs::close);
    for (DaxFile file : files) {
      assertEquals(file == files.get(3) ? 2 : 1, file.inode.users);
    }
    files.get(3).pin(0, PAGE, PinAccess.WRITE, true).close();
    fs.createDirectory("/d");
    pin.close();
    for (DaxFile file : files) {
      file.close();
      assertEquals(InodeState.GONE, file.inode.state);
    }
    fixture.assertSound();
  }

  @Test
  @DisplayName(
      "A pin that is wanted while the file system is closed is refused, and the close goes on")
  void pinWhileClosing() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    CountDownLatch go = new CountDownLatch(1);
    persister.step = call -> InodeLifeTest.await(go);
    Waiting<Void> close =
        new Waiting<Void>(
                () -> {
                  fs.close();
                  return null;
                })
            .untilItWaitsIn("await");
    try {
      assertThrows(IllegalStateException.class, () -> file.pin(0, PAGE, PinAccess.READ, false));
      assertEquals(PAGE, file.sizeBytes());
    } finally {
      go.countDown();
    }
    close.get();
    fs.close();
    fixture.remount();
    assertEquals(PAGE, fixture.fs.stat("/f").sizeBytes());
  }

  @Test
  @DisplayName(
      "A close that can't make something durable leaves the file system open; the next can")
  void failingFlush() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(PAGE, 1));
    file.fsync();
    DaxMapping mapping = file.map(0, PAGE);
    mapping.putByte(0, (byte) 2);
    persister.step = call -> InodeLifeTest.fail(call, "flush");
    assertThrows(RegionException.class, fs::close);
    assertEquals(2, mapping.getByte(0));
    assertEquals(PAGE, file.sizeBytes());
    persister.step = call -> {};
    file.pin(0, PAGE, PinAccess.WRITE, false).close();
    fs.createDirectory("/d");
    fs.close();
    assertThrows(IllegalStateException.class, () -> mapping.getByte(0));
    fixture.remount();
    assertTrue(fixture.fs.exists("/d"));
  }

  @Test
  @DisplayName("An abandoned file system keeps what can be kept, says what can't, and is closed")
  void abandon() throws Exception {
    try (Region bad = Region.anonymous("abandoned", 4 << 20)) {
      BadMedia media = new BadMedia(bad);
      PmemBlockDevice device = PmemBlockDevice.of(bad, media, PAGE);
      DaxFileSystem.format(device, "abandoned");
      MountOptions options =
          MountOptions.DEFAULTS.withTier(TierMode.CACHED).withWritebackAge(Duration.ofDays(1));
      DaxFileSystem mounted = DaxFileSystem.mount(device, options);
      DaxFile lost = mounted.open("/lost", RW);
      lost.write(0, FsFixture.bytes(PAGE, 1));
      long place = lost.extents().getFirst().place();
      DaxFile kept = mounted.open("/kept", RW);
      lost.write(0, FsFixture.bytes(PAGE, 2));
      kept.write(0, FsFixture.bytes(PAGE, 2));
      media.copied =
          (offset, length) -> {
            if (offset == place) {
              throw new MediaErrorException("abandoned", offset, length, "is bad", null);
            }
          };
      for (int time = 0; time < 2; time++) {
        assertThrows(MediaErrorException.class, mounted::close);
        assertEquals(PAGE, lost.sizeBytes(), "it is open");
      }
      try (Pin pin = kept.pin(0, PAGE, PinAccess.READ, true)) {
        assertThrows(PinnedException.class, mounted::abandon);
        assertEquals(PAGE, pin.segments().getFirst().byteSize());
      }
      assertThrows(MediaErrorException.class, mounted::abandon);
      assertThrows(IllegalStateException.class, mounted::statfs);
      mounted.abandon();
      try (DaxFileSystem again = DaxFileSystem.mount(device);
          DaxFile file = again.open("/kept")) {
        MemorySegment found = MemorySegment.ofArray(new byte[PAGE]);
        assertEquals(PAGE, file.read(0, found));
        assertEquals(-1, found.mismatch(FsFixture.bytes(PAGE, 2)));
      }
      device.close();
    }
  }

  @Test
  @DisplayName("An abandoned file system keeps of a file what was written before its bad page")
  void abandonKeepsPagesBefore() throws Exception {
    try (Region bad = Region.anonymous("abandoned", 4 << 20)) {
      BadMedia media = new BadMedia(bad);
      PmemBlockDevice device = PmemBlockDevice.of(bad, media, PAGE);
      DaxFileSystem.format(device, "abandoned");
      MountOptions options =
          MountOptions.DEFAULTS.withTier(TierMode.CACHED).withWritebackAge(Duration.ofDays(1));
      DaxFileSystem mounted = DaxFileSystem.mount(device, options);
      DaxFile file = mounted.open("/f", RW);
      file.write(5 * PAGE, FsFixture.bytes(PAGE, 1));
      long place = file.extents().getFirst().place();
      file.fsync();
      file.write(0, FsFixture.bytes(PAGE, 3));
      file.write(5 * PAGE, FsFixture.bytes(PAGE, 2));
      media.copied =
          (offset, length) -> {
            if (offset == place) {
              throw new MediaErrorException("abandoned", offset, length, "is bad", null);
            }
          };
      assertThrows(MediaErrorException.class, mounted::abandon);
      try (DaxFileSystem again = DaxFileSystem.mount(device);
          DaxFile found = again.open("/f")) {
        assertEquals(6 * PAGE, found.sizeBytes());
        MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
        assertEquals(PAGE, found.read(0, page));
        assertEquals(-1, page.mismatch(FsFixture.bytes(PAGE, 3)));
      }
      device.close();
    }
  }

  @Test
  @DisplayName("A write that is acknowledged while the file system is closed is there afterwards")
  void writesBesideClose() throws Exception {
    DaxFile file = fs.open("/f", RW);
    AtomicInteger acknowledged = new AtomicInteger();
    Waiting<Void> writer =
        new Waiting<>(
            () -> {
              try {
                while (true) {
                  file.append(FsFixture.bytes(16, 1));
                  acknowledged.incrementAndGet();
                }
              } catch (IllegalStateException e) {
                return null; // closed
              }
            });
    while (acknowledged.get() < 100) {
      Thread.onSpinWait();
    }
    fs.close();
    writer.get();
    fixture.remount();
    assertEquals(16L * acknowledged.get(), fixture.fs.stat("/f").sizeBytes());
  }

  @Test
  @DisplayName("A write that comes behind the files' turn, before calls are refused, is there, too")
  void writeBetween() throws Exception {
    DaxFile file = fs.open("/f", RW);
    file.append(FsFixture.bytes(PAGE, 1)); // so that there is something to commit
    AtomicInteger calls = new AtomicInteger();
    persister.step =
        call -> {
          if (calls.incrementAndGet() == 1) { // of the commit: all files are known to the tree
            file.append(FsFixture.bytes(PAGE, 2));
          }
        };
    fs.close();
    assertTrue(calls.get() > 1);
    persister.step = call -> {};
    fixture.remount();
    assertEquals(2 * PAGE, fixture.fs.stat("/f").sizeBytes());
    fixture.assertSound();
  }

  @Test
  @DisplayName("Every step is done whatever the others throw; the first is thrown, with the rest")
  void allSteps() {
    List<Integer> done = new ArrayList<>();
    Steps steps = new Steps();
    IOException first = new IOException("first");
    steps.run(() -> done.add(1));
    steps.run(
        () -> {
          throw first;
        });
    steps.run(
        () -> {
          throw new StackOverflowError();
        });
    steps.run(
        () -> {
          throw first; // the same once more
        });
    steps.run(() -> done.add(2));
    assertFalse(steps.allWell());
    assertSame(first, assertThrows(IOException.class, steps::end));
    assertEquals(List.of(1, 2), done);
    assertEquals(1, first.getSuppressed().length);
  }

  @Test
  @DisplayName("A mount that fails, at whatever it does, leaves the device free and no thread")
  void failingMount() throws Exception {
    byte[] crashed;
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(64 * PAGE, 1));
      file.fsync();
      fs.unlink("/f"); // a mount after a crash gives it up, as the last that it does
      crashed = region.segment().toArray(ValueLayout.JAVA_BYTE);
    }
    fs.close();
    AtomicInteger calls = new AtomicInteger();
    int failures = 0;
    for (int at = 1; ; at++) {
      int failing = at;
      calls.set(0);
      region.segment().copyFrom(MemorySegment.ofArray(crashed));
      persister.step =
          call -> {
            if (calls.incrementAndGet() == failing) {
              if (failing % 2 == 0) {
                throw new StackOverflowError("of a test");
              }
              throw new RegionException("close-test", 0, 1, "fails", null);
            }
          };
      try {
        DaxFileSystem mounted = DaxFileSystem.mount(fixture.device);
        persister.step = call -> {};
        mounted.close();
      } catch (RegionException | StackOverflowError e) {
        failures++;
        assertEquals(List.of(), threads("close-test"));
        persister.step = call -> {};
        DaxFileSystem.mount(fixture.device).close();
        continue;
      }
      if (calls.get() < failing) {
        break;
      }
    }
    persister.step = call -> {};
    assertTrue(failures > 1, failures + " failures");
    fixture.remount();
  }

  /** What is done with a mounted file system while a call of the persister fails. */
  private interface Doing {
    void run(DaxFileSystem fs, DaxFile dirty, DaxFile nameless) throws IOException;
  }

  /**
   * Lets each call of the persister fail, one after the other. The next close works, and so does
   * the next mount, of a sound file system.
   */
  private void failAnywhere(Doing doing) throws Exception {
    fs.close();
    AtomicInteger calls = new AtomicInteger();
    boolean reached = true;
    for (int failing = 1; reached; failing++) {
      int at = failing;
      DaxFileSystem mounted = DaxFileSystem.mount(fixture.device);
      DaxFile dirty = mounted.open("/dirty", RW);
      dirty.write(0, FsFixture.bytes(3 * PAGE, 1));
      dirty.fsync();
      try (DaxMapping m = dirty.map(0, PAGE)) {
        m.putByte(7, (byte) 2);
      }
      dirty.append(FsFixture.bytes(PAGE, 3));
      DaxFile nameless = mounted.open("/nameless", RW);
      nameless.write(0, FsFixture.bytes(40 * PAGE, 1));
      mounted.unlink("/nameless");
      calls.set(0);
      persister.step =
          call -> {
            if (calls.incrementAndGet() == at) {
              if (at % 2 == 0) {
                throw new StackOverflowError("of a test");
              }
              throw new RegionException("close-test", 0, 1, "fails", null);
            }
          };
      boolean failed = false;
      try {
        doing.run(mounted, dirty, nameless);
      } catch (IOException | StackOverflowError e) {
        failed = true;
      }
      reached = calls.get() >= at;
      persister.step = call -> {};
      if (!failed) {
        assertEquals(2, byteAt(mounted, dirty, 7));
      }
      mounted.close(); // at the first try: what failed is over, or the tree is read-only
      assertEquals(List.of(), threads("close-test"));
      assertEquals(List.of(), FileSystemCheck.check(fixture.device).defects());
      try (DaxFileSystem again = DaxFileSystem.mount(fixture.device)) {
        again.unlink("/dirty");
        if (again.exists("/d")) {
          again.removeDirectory("/d"); // of which nobody could tell whether it had arrived
        }
        assertEquals(0, again.list("/").toList().size());
      }
    }
    fixture.remount();
  }

  private static byte byteAt(DaxFileSystem mounted, DaxFile file, long offset) throws IOException {
    byte[] read = new byte[1];
    if (file.isOpen()) {
      try {
        file.read(offset, MemorySegment.ofArray(read));
        return read[0];
      } catch (IllegalStateException e) {
        return 2; // closed
      }
    }
    try (DaxFile again = mounted.open("/dirty")) {
      again.read(offset, MemorySegment.ofArray(read));
    }
    return read[0];
  }

  @Test
  @DisplayName("A close that fails anywhere is followed by one that does not, and by a mount")
  void closeFailsAnywhere() throws Exception {
    failAnywhere((mounted, dirty, nameless) -> mounted.close());
  }

  @Test
  @DisplayName("A last close of a file that fails anywhere leaves it to the file system's close")
  void putAwayFailsAnywhere() throws Exception {
    failAnywhere(
        (mounted, dirty, nameless) -> {
          nameless.close();
          dirty.close();
          mounted.sync();
        });
  }

  @Test
  @DisplayName(
      "A change to read-only, or back, that fails anywhere leaves a file system that closes")
  void setReadOnlyFailsAnywhere() throws Exception {
    failAnywhere(
        (mounted, dirty, nameless) -> {
          mounted.setReadOnly(true);
          nameless.close();
          mounted.setReadOnly(false);
          mounted.createDirectory("/d");
          mounted.removeDirectory("/d");
        });
  }

  @Test
  @DisplayName("No thread outlives its file system, nor is in the group of whoever caused it")
  void threads() throws Exception {
    fs.close();
    int users = CoarseClock.users(); // there may be mounts that other tests have left
    ThreadGroup group = new ThreadGroup("somebody's");
    Thread user =
        new Thread(
            group,
            () -> {
              try (Region r = Region.anonymous("threads-test", 16 << 20);
                  PmemBlockDevice device =
                      PmemBlockDevice.of(r, io.jdax.persist.Persister.of(r), PAGE)) {
                DaxFileSystem.format(device, "x");
                MountOptions options =
                    MountOptions.DEFAULTS
                        .withTier(TierMode.CACHED)
                        .withCacheBytes(1 << 20)
                        .withParallelism(3);
                DaxFileSystem mounted = DaxFileSystem.mount(device, options);
                try (DaxFile file = mounted.open("/f", RW)) {
                  file.write(0, FsFixture.bytes(200 * PAGE, 1));
                  file.fsync();
                  while (CoarseClock.isExact()) {
                    file.write(0, FsFixture.bytes(1, 1));
                  }
                  mounted.volume.frames.quarantine().turnOver();
                }
                Thread[] mine = new Thread[10];
                assertEquals(1, group.enumerate(mine), "threads in the caller's group");
                assertTrue(threads("threads-test").size() >= 2);
                mounted.close();
                assertEquals(List.of(), threads("threads-test"));
                assertEquals(List.of(), cleaners());
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    List<Throwable> thrown = new ArrayList<>();
    user.setUncaughtExceptionHandler((t, e) -> thrown.add(e));
    user.start();
    user.join();
    assertEquals(List.of(), thrown);
    assertEquals(users, CoarseClock.users());
    fixture.remount();
  }

  /** Those that a Cleaner of one's own makes, which never end. */
  private static List<String> cleaners() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("Cleaner-\\d+"))
        .toList();
  }

  /** The names of living threads that have something in their name. */
  static List<String> threads(String what) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("jdax") && name.contains(what))
        .toList();
  }
}

package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An operation fails at its first step, at its second, and so on until it gets through: each time
 * it has happened or it has not, the next one works or says why not, and a mount finds what was
 * acknowledged. The first steps one by one, then at growing distances; with {@code
 * -Djdax.test.everyStep=true} each of them.
 */
class FailAtEveryStepTest {
  private static final int SIZE = 2 << 20;
  private static final int PAGES = 180;
  private static final boolean EVERY = Boolean.getBoolean("jdax.test.everyStep");
  private static final MemorySegment DATA = FsFixture.bytes(PAGE, 7);
  private static final byte[] BUFFER = new byte[(PAGES + 1) * PAGE]; // tests run one by one
  private static final byte[] VALUE = new byte[900];

  /** One that a test knows. */
  private static final class Injected extends IOException {
    private static final long serialVersionUID = 1L;
  }

  @FunctionalInterface
  interface Step {
    void run(Mounted m) throws IOException;
  }

  /**
   * What is tried.
   *
   * @param all whether all of it has happened or nothing, times included; else of a failure that is
   *     not for want of space some pages may be left that were holes, and are zeros
   * @param before what is not part of it; it works
   */
  record Operation(String name, boolean all, Step before, Step step) {
    Operation(String name, Step before, Step step) {
      this(name, true, before, step);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Step NOTHING = m -> {};

  private static final List<Operation> OPERATIONS =
      List.of(
          new Operation("fsync", FailAtEveryStepTest::scatter, m -> m.file.fsync()),
          new Operation("fold", FailAtEveryStepTest::scatter, m -> m.file.inode.fold(true)),
          new Operation("write to a hole", NOTHING, m -> m.file.write(31L * PAGE, DATA)),
          new Operation("append", NOTHING, m -> m.file.write((long) PAGES * PAGE, DATA)),
          new Operation(
              "store to a hole", m -> m.map(), m -> m.map().putLong(33L * PAGE, 0x0707070707L)),
          new Operation(
              "store with a hint",
              m -> {
                m.file.setExtentSizeHint(16 * PAGE);
                m.map();
              },
              m -> m.map().putLong((PAGES - 1L) * PAGE, 0x0707070707L)),
          new Operation(
              "write with a hint",
              m -> m.file.setExtentSizeHint(16 * PAGE),
              m -> m.file.write((PAGES - 1L) * PAGE, DATA)),
          new Operation(
              "append with a hint",
              m -> m.file.setExtentSizeHint(16 * PAGE),
              m -> m.file.write((long) PAGES * PAGE, DATA)),
          new Operation("truncate", NOTHING, m -> m.file.truncate(50L * PAGE + 10)),
          new Operation("truncate to more", NOTHING, m -> m.file.truncate(500L * PAGE)),
          new Operation("punch", NOTHING, m -> m.file.punchHole(20L * PAGE, 100L * PAGE)),
          new Operation("allocate", NOTHING, m -> m.file.allocate(0, 200L * PAGE, false)),
          new Operation("zeroRange", NOTHING, m -> m.file.zeroRange(0, 100L * PAGE, false)),
          new Operation("pin", false, NOTHING, FailAtEveryStepTest::pin),
          new Operation("rename", NOTHING, m -> m.fs.rename("/g", "/d/h")),
          new Operation("rename over", NOTHING, m -> m.fs.rename("/g", "/e")),
          new Operation("unlink", NOTHING, m -> m.fs.unlink("/g")),
          new Operation("create", NOTHING, m -> m.fs.createDirectory("/d/new")),
          new Operation("setAttribute", NOTHING, m -> m.fs.setAttribute("/f", "user.a", VALUE)));

  private static void scatter(Mounted m) throws IOException {
    for (long page = 1; page < PAGES; page += 14) {
      m.file.write(page * PAGE, DATA);
    }
  }

  private static void pin(Mounted m) throws IOException {
    try (Pin pin = m.file.pin(40L * PAGE, 12L * PAGE, PinAccess.WRITE, true)) {
      pin.segments().getFirst().set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 7);
    }
  }

  private static byte[] image = new byte[0];

  /** Many leaves, of which some are full: a file in pieces, names, a large attribute. */
  @BeforeAll
  static void makeImage() throws IOException {
    try (FsFixture fixture = new FsFixture(SIZE)) {
      try (DaxFile file = fixture.fs.open("/f", RW);
          DaxFile other = fixture.fs.open("/g", RW)) {
        for (int i = 0; i < 4; i++) {
          fixture.fs.setAttribute("/f", "user." + i, new byte[800]);
        }
        for (long page = 0; page < PAGES; page += 2) {
          file.write(page * PAGE, FsFixture.bytes(PAGE, (int) page | 1));
          other.write(page * PAGE, FsFixture.bytes(PAGE, 3));
        }
        file.truncate((long) PAGES * PAGE);
        fixture.fs.createDirectory("/d");
        fixture.fs.open("/e", RW).close();
      }
      fixture.remount();
      Region region = fixture.device.region();
      image = region.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    }
  }

  /** The image, mounted. */
  static final class Mounted implements AutoCloseable {
    final Region region;
    final PmemBlockDevice device;
    DaxFileSystem fs;
    DaxFile file;
    private @Nullable DaxMapping mapping;

    Mounted() throws IOException {
      region = Region.anonymous("steps", SIZE);
      MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, SIZE);
      device = PmemBlockDevice.of(region, Persister.of(region), PAGE);
      mount();
    }

    void mount() throws IOException {
      fs = DaxFileSystem.mount(device, MountOptions.DEFAULTS.withParallelism(1));
      file = fs.open("/f", RW);
      mapping = null;
    }

    DaxMapping map() throws IOException {
      if (mapping == null) {
        mapping = file.map(0, (long) PAGES * PAGE);
      }
      return mapping;
    }

    Volume volume() {
      return file.inode.volume;
    }

    /** All that a user sees, but times. */
    String seen() throws IOException {
      CRC32 crc = new CRC32();
      int n = Math.max(0, file.read(0, MemorySegment.ofArray(BUFFER)));
      crc.update(BUFFER, 0, n);
      return "%d bytes, crc %x, g %b, d/h %b, d/new %b, e %d bytes, a %b, others %d bytes"
          .formatted(
              file.sizeBytes(),
              crc.getValue(),
              fs.exists("/g"),
              fs.exists("/d/h"),
              fs.exists("/d/new"),
              fs.stat("/e").sizeBytes(),
              Arrays.equals(VALUE, fs.attribute("/f", "user.a")),
              requireNonNull(fs.attribute("/f", "user.3")).length);
    }

    /** What the books say of space when nothing is under way. */
    String books() throws IOException {
      fs.sync(); // tries again what could not be put away
      for (int i = 0; i < 3; i++) {
        volume().bringBackSpace();
      }
      Volume v = volume();
      v.space.recorded(file.inode.extents.takeCredit(0)); // promised in advance
      return "%d free, %d usable, %d promised, %d inodes"
          .formatted(
              v.space.freeFrames(),
              v.space.usableFrames(),
              v.space.promisedItems(),
              v.inodeCount.get());
    }

    void unmount() throws IOException {
      if (mapping != null) {
        mapping.close();
      }
      file.close();
      fs.close();
    }

    @Override
    public void close() throws IOException {
      device.close();
      region.close();
    }
  }

  static List<Arguments> cases() {
    return OPERATIONS.stream()
        .flatMap(op -> Arrays.stream(FailurePoint.values()).map(p -> Arguments.of(op, p)))
        .toList();
  }

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  @ParameterizedTest(name = "{0} fails at every {1}")
  @MethodSource("cases")
  @DisplayName("An operation that fails at any step has happened or not, and nothing is lost")
  void atEveryStep(Operation op, FailurePoint point) throws IOException {
    String before;
    String after;
    String durable;
    try (Mounted m = new Mounted()) {
      durable = m.seen();
      op.before.run(m);
      before = m.seen();
      op.step.run(m);
      after = m.seen();
      m.unmount();
    }
    int step = 1;
    while (!gotThrough(op, point, step, durable, before, after)) {
      step += EVERY || step < 4 ? 1 : 1 + step / 3;
      assertTrue(step < 1000, "no end");
    }
  }

  private static boolean gotThrough(
      Operation op, FailurePoint point, int failing, String durable, String before, String after)
      throws IOException {
    String what = op + ", " + point + " " + failing;
    try (Mounted m = new Mounted()) {
      op.before.run(m);
      long modified = m.file.inode.modified();
      Thread tester = Thread.currentThread();
      int[] count = {0};
      FailurePoint.listen(
          p -> {
            if (p == point && Thread.currentThread().equals(tester) && ++count[0] == failing) {
              FailAtEveryStepTest.<RuntimeException>fail(point);
            }
          });
      Throwable thrown = null;
      try {
        op.step.run(m);
      } catch (Throwable t) {
        thrown = t;
      }
      FailurePoint.listen(null);
      boolean reached = count[0] >= failing;
      if (!reached && thrown != null) {
        throw new AssertionError(what + ": nothing was injected", thrown);
      }
      String now = m.seen();
      assertTrue(now.equals(before) || now.equals(after), what + " left " + now);
      boolean failed = m.volume().tree.failure() != null;
      if (failed) {
        assertThrows(TreeFailedException.class, () -> m.fs.createDirectory("/refused"), what);
      } else {
        if (op.all && now.equals(before) && !before.equals(after)) {
          assertEquals(modified, m.file.inode.modified(), what + ": nothing has changed");
        }
        if (thrown != null && (now.equals(before) || before.equals(after))) {
          op.step.run(m);
        }
        assertEquals(after, m.seen(), what + ", again");
        m.file.fsync();
        now = after;
      }
      remount(m, what, failed, durable, now);
      return !reached;
    }
  }

  /** What a step of the kind may meet. */
  @SuppressWarnings("unchecked") // whatever it is, the caller need not declare it
  static <T extends Throwable> void fail(FailurePoint point) throws T {
    throw (T)
        switch (point) {
          case NODE_READ, COMMIT -> new Injected();
          case ALLOCATION -> new OutOfMemoryError("injected");
          case BOOKS, DONE -> new StackOverflowError("injected");
        };
  }

  private static void remount(
      Mounted m, String what, boolean failed, String durable, String acknowledged)
      throws IOException {
    String books = "";
    if (failed) {
      try {
        m.unmount();
      } catch (TreeFailedException e) {
        m.fs.close(); // the last user could not flush
      }
    } else {
      books = m.books();
      m.unmount();
    }
    assertEquals(List.of(), FileSystemCheck.check(m.device).defects(), what);
    m.mount();
    String found = m.seen();
    if (failed) {
      assertTrue(
          found.equals(acknowledged) || found.equals(durable), what + ": a mount finds " + found);
    } else {
      assertEquals(acknowledged, found, what + ", after a mount");
      assertEquals(m.books(), books, what + ": books of space");
    }
    m.unmount();
  }
}

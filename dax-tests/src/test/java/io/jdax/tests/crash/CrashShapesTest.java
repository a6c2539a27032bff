package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Power loss in what is larger than the files of {@link FsRun}: many extents, many names, 2 MiB, a
 * repair.
 */
class CrashShapesTest {
  private static final int PAGE = Pages.BYTES;
  private static final OpenMode[] READ_WRITE = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  /** Looks at a mounted file system. */
  private interface Look<P> {
    void at(DaxFileSystem fs, P promise) throws IOException;
  }

  private @Nullable PmemBlockDevice looked;

  private PmemBlockDevice device(CrashedState left) throws IOException {
    if (looked == null) {
      looked = PmemBlockDevice.of(left.region(), left.persister(), PAGE);
    }
    return looked;
  }

  /** Sound by the check, and as promised. */
  private <P> void verify(CrashedState left, P promise, Look<P> look) throws IOException {
    PmemBlockDevice device = device(left);
    assertSound(FileSystemCheck.check(device));
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      look.at(fs, promise);
    }
  }

  private static void assertSound(CheckReport report) {
    assertTrue(
        report.defects().stream().allMatch(d -> d.code() == DefectCode.SB1),
        () -> report.defects().toString());
  }

  private static long seed() {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    return seed;
  }

  private static void explored(CrashExplorer<?> crashes, long distinct) {
    crashes.check();
    CrashFigures figures = crashes.figures();
    System.out.println(figures);
    assertTrue(figures.distinct() >= distinct, figures::toString);
  }

  // ---------------------------------------------------------------- a fold of several changes

  private static final int SCATTERED = 700;

  /** Every second page of a file has its number in each word, or still is a hole. */
  private static void scattered(DaxFileSystem fs, boolean acknowledged) throws IOException {
    try (DaxFile file = fs.open("/scattered")) {
      assertEquals(2L * SCATTERED * PAGE, file.sizeBytes());
      long[] word = new long[1];
      MemorySegment memory = MemorySegment.ofArray(word);
      for (int i = 0; i < SCATTERED; i++) {
        file.read(2L * i * PAGE + 8L * (i % 512), memory);
        if (word[0] != i + 1 && (acknowledged || word[0] != 0)) {
          fail("page " + 2 * i + " has " + word[0]);
        }
        file.read((2L * i + 1) * PAGE, memory);
        assertEquals(0, word[0], "a hole");
      }
    }
  }

  @Test
  @DisplayName("Power loss in an fsync of more extents than one change records loses none of them")
  void fold() throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("fold", 3600 << 10)) {
      PmemBlockDevice device = PmemBlockDevice.of(pmem.region(), pmem.persister(), PAGE);
      DaxFileSystem.format(device, "fold");
      try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
          DaxFile file = fs.open("/scattered", READ_WRITE)) {
        file.truncate(2L * SCATTERED * PAGE);
        file.fsync();
        // Nothing is acknowledged before the fsync, so nothing of this is looked at.
        try (DaxMapping mapping = file.map(0, file.sizeBytes())) {
          for (int i = 0; i < SCATTERED; i++) {
            long at = 2L * i * PAGE + 8L * (i % 512);
            if (i % 2 == 0) {
              mapping.putLong(at, i + 1);
            } else {
              file.write(at, MemorySegment.ofArray(new long[] {i + 1}));
            }
          }
        }
        try (CrashExplorer<Boolean> crashes =
            CrashExplorer.start(
                    pmem,
                    "fold",
                    seed(),
                    (left, p) -> verify(left, p, CrashShapesTest::scattered),
                    false)
                .statesPerPoint(16)
                .flushesOneIn(64)) {
          file.fsync();
          crashes.expect(true);
          explored(crashes, 40);
        }
      }
    }
  }

  // ---------------------------------------------------------------- a tree of three levels

  private static final int NAMES = 3000;

  private static String name(String what) {
    return what + "-".repeat(250 - what.length());
  }

  private record Names(Set<String> before, Set<String> after) {}

  private static void names(DaxFileSystem fs, Names promise) throws IOException {
    Set<String> found =
        new TreeSet<>(fs.list("/").toList().stream().map(DirectoryEntry::name).toList());
    if (!found.equals(promise.before) && !found.equals(promise.after)) {
      Set<String> lost = new TreeSet<>(promise.before);
      lost.removeAll(found);
      found.removeAll(promise.before);
      fail("lost " + lost + ", new " + found);
    }
  }

  @Test
  @DisplayName(
      "Power loss in changes to a tree of three levels leaves the old names or the new ones")
  void threeLevels() throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("levels", 3 << 20)) {
      Persister unseen = Persister.of(pmem.region());
      PmemBlockDevice prepared = PmemBlockDevice.of(pmem.region(), unseen, PAGE);
      DaxFileSystem.format(prepared, "levels");
      Set<String> names = new TreeSet<>();
      try (DaxFileSystem fs = DaxFileSystem.mount(prepared, 1)) {
        fs.open("/" + name("0"), READ_WRITE).close();
        names.add(name("0"));
        for (int i = 1; i < NAMES; i++) {
          fs.link("/" + name("0"), "/" + name("" + i));
          names.add(name("" + i));
        }
      }
      assertEquals(
          2,
          pmem.region()
              .segment()
              .get(
                  ValueLayout.JAVA_INT,
                  PAGE * Fallback.newestSlot(pmem.region().segment()) + ROOT_LEVEL),
          "the level of the root, of which leaves have 0");
      pmem.settleAll();
      PmemBlockDevice device = PmemBlockDevice.of(pmem.region(), pmem.persister(), PAGE);
      try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
          CrashExplorer<Names> crashes =
              CrashExplorer.start(
                      pmem,
                      "levels",
                      seed(),
                      (left, p) -> verify(left, p, CrashShapesTest::names),
                      new Names(names, names))
                  .statesPerPoint(8)) {
        for (int i = 0; i < 3; i++) {
          Set<String> created = new TreeSet<>(names);
          created.add(name("created" + i));
          crashes.expect(new Names(names, created));
          fs.open("/" + name("created" + i), READ_WRITE).close();
          Set<String> renamed = new TreeSet<>(created);
          renamed.remove(name("" + 7 * i));
          renamed.add(name("renamed" + i));
          crashes.expect(new Names(created, renamed));
          fs.rename("/" + name("" + 7 * i), "/" + name("renamed" + i));
          Set<String> removed = new TreeSet<>(renamed);
          removed.remove(name("" + (100 + i)));
          crashes.expect(new Names(renamed, removed));
          fs.unlink("/" + name("" + (100 + i)));
          names = removed;
          crashes.expect(new Names(names, names));
        }
        explored(crashes, 50);
      }
    }
  }

  private static final int ROOT_LEVEL = 80;

  // ---------------------------------------------------------------- 2 MiB

  private static final int HUGE = 2 << 20;

  /**
   * Words of a file of two 2 MiB extents.
   *
   * @param before each word may be this
   * @param after or that
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Words(long[] before, long[] after) {}

  private static final int[] PLACES = {
    0, 8, PAGE - 8, 5 * PAGE, HUGE - 8, HUGE, HUGE + 3 * PAGE, 2 * HUGE - 8
  };

  private static void words(DaxFileSystem fs, Words promise) throws IOException {
    try (DaxFile file = fs.open("/huge")) {
      assertEquals(2L * HUGE, file.sizeBytes());
      long[] word = new long[1];
      for (int i = 0; i < PLACES.length; i++) {
        file.read(PLACES[i], MemorySegment.ofArray(word));
        if (word[0] != promise.before[i] && word[0] != promise.after[i]) {
          fail("the word at " + PLACES[i] + " is " + word[0]);
        }
      }
      // What nobody has stored to is zero, wherever the device had garbage.
      byte[] page = new byte[PAGE];
      file.read(9L * PAGE, MemorySegment.ofArray(page));
      assertFalse(
          java.util.stream.IntStream.range(0, PAGE).anyMatch(i -> page[i] != 0),
          "page 9 is not zero");
    }
  }

  @Test
  @DisplayName(
      "Power loss beside stores, writes and a punch in extents of 2 MiB keeps words old or new")
  void huge() throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("huge", 8 << 20)) {
      pmem.region().segment().fill((byte) 0xDB);
      Persister unseen = Persister.of(pmem.region());
      DaxFileSystem.format(PmemBlockDevice.of(pmem.region(), unseen, PAGE), "huge");
      pmem.settleAll();
      PmemBlockDevice device = PmemBlockDevice.of(pmem.region(), pmem.persister(), PAGE);
      try (DaxFileSystem fs = DaxFileSystem.mount(device, 1);
          DaxFile file = fs.open("/huge", READ_WRITE)) {
        file.setExtentSizeHint(HUGE);
        file.allocate(0, 2L * HUGE, false);
        file.fsync();
        long[] now = new long[PLACES.length];
        try (CrashExplorer<Words> crashes =
                CrashExplorer.start(
                        pmem,
                        "huge",
                        seed(),
                        (left, p) -> verify(left, p, CrashShapesTest::words),
                        new Words(now, now))
                    .statesPerPoint(12);
            DaxMapping mapping = file.map(0, 2L * HUGE)) {
          for (int i = 0; i < PLACES.length; i++) {
            long[] next = now.clone();
            next[i] = i + 1L;
            crashes.expect(new Words(now, next));
            if (i % 3 == 2) {
              file.write(PLACES[i], MemorySegment.ofArray(new long[] {i + 1}));
              file.fsync();
            } else {
              mapping.putLong(PLACES[i], i + 1);
              mapping.persist(PLACES[i], 8);
            }
            now = next;
            crashes.expect(new Words(now, now));
          }
          long[] punched = now.clone();
          for (int i = 0; i < PLACES.length; i++) {
            punched[i] = PLACES[i] < HUGE ? 0 : now[i];
          }
          crashes.expect(new Words(now, punched));
          file.punchHole(0, HUGE);
          crashes.expect(new Words(punched, punched));
          explored(crashes, 100);
        }
      }
    }
  }

  // ---------------------------------------------------------------- a repair

  /** Before the repair: the same defects, and a repair that works. After it: sound. */
  private void repaired(CrashedState left, boolean acknowledged) throws IOException {
    PmemBlockDevice device = device(left);
    CheckReport found = FileSystemCheck.repair(device);
    assertTrue(found.isRepairable(), () -> found.defects().toString());
    if (acknowledged) {
      assertSound(found);
    }
    assertSound(FileSystemCheck.check(device));
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      assertTrue(fs.exists("/kept"), "a name that both commits had");
    }
  }

  @Test
  @DisplayName(
      "Power loss in a repair from the older superblock leaves something that a repair can do"
          + " again")
  void repair() throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("repair", 512 << 10)) {
      Persister unseen = Persister.of(pmem.region());
      PmemBlockDevice prepared = PmemBlockDevice.of(pmem.region(), unseen, PAGE);
      DaxFileSystem.format(prepared, "repair");
      try (DaxFileSystem fs = DaxFileSystem.mount(prepared, 1)) {
        for (String name : new String[] {"/kept", "/other", "/last"}) {
          try (DaxFile file = fs.open(name, READ_WRITE)) {
            file.write(100, MemorySegment.ofArray(new byte[9000]));
          }
          fs.sync();
        }
      }
      MemorySegment memory = pmem.region().segment();
      long root = memory.get(ValueLayout.JAVA_LONG, (long) PAGE * Fallback.newestSlot(memory) + 72);
      memory.set(
          ValueLayout.JAVA_LONG,
          root * PAGE + 512,
          ~memory.get(ValueLayout.JAVA_LONG, root * PAGE + 512));
      pmem.settleAll();
      try (CrashExplorer<Boolean> crashes =
          CrashExplorer.start(pmem, "repair", seed(), this::repaired, false)
              .statesPerPoint(64)
              .flushesOneIn(2)) {
        FileSystemCheck.repair(PmemBlockDevice.of(pmem.region(), pmem.persister(), PAGE));
        crashes.expect(true);
        explored(crashes, 8);
      }
    }
  }
}

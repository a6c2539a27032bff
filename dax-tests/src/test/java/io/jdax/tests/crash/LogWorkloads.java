package io.jdax.tests.crash;

import static io.jdax.tests.crash.FsRun.PAGE;

import io.jdax.tests.crash.Workloads.Workload;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the log of notes is used for, on the files of {@link FsRun#populate}: to be run on devices
 * with a log of few frames, so that they are full soon, and are taken again and again.
 */
final class LogWorkloads {
  /** What begins so changes nothing but by notes. */
  private static final String TOLD = "told-";

  /** With so many frames these never lack one, so that nothing is told to the tree instead. */
  private static final int ENOUGH = 8;

  static final Map<String, Workload> ALL = new LinkedHashMap<>();

  private static final String[] FILES = {"/a", "/b", "/d/c"};

  static {
    told(
        "dsync",
        r -> {
          r.append("/b", PAGE, true);
          r.append("/b", 700, true);
          r.append("/b", 8, true);
          r.write("/b", 100, 500, true);
          r.append("/b", 2 * PAGE, true);
        });
    told(
        "fsync",
        r -> {
          r.append("/b", PAGE);
          r.append("/b", 900);
          r.fsync("/b");
          r.write("/b", 50, 300);
          r.append("/b", 40);
          r.append("/b", PAGE);
          r.fsync("/b");
          r.append("/b", PAGE);
        });
    told(
        "turns",
        r -> {
          for (int i = 0; i < 3; i++) {
            r.append("/a", 300 + PAGE * (i % 2));
            r.append("/b", PAGE, i == 1);
            r.append("/d/c", 1000);
            r.fsync(FILES[i]);
          }
        });
    told(
        "holes",
        r -> {
          r.store("/d/c", 100, 64, false);
          r.storePersist("/d/c", PAGE + 8, 8, false);
          r.append("/d/c", 3 * PAGE);
          r.storePersist("/d/c", 4 * PAGE - 200, 400, true);
          r.fsync("/d/c");
        });
    told(
        "closes", // each of which folds, and commits once
        r -> {
          for (int i = 0; i < 6; i++) {
            r.append(FILES[i % 3], PAGE / 2, i % 2 == 0);
            r.close(FILES[i % 3]);
          }
        });
    told(
        "syncs", // each of which is one commit, that folds one file, and the next file is told
        r -> {
          for (int i = 0; i < 4; i++) {
            r.append(FILES[i % 3], PAGE / 2, true);
            r.close(FILES[i % 3]);
            r.sync();
          }
          r.append("/b", 30, true);
        });
    ALL.put(TOLD + "frames", new FrameAfterFrame());
    ALL.put(
        "unwritten",
        r -> {
          r.allocate("/b", 0, 6 * PAGE, false);
          r.storePersist("/b", 2 * PAGE + 8, 100, false);
          r.write("/b", 3 * PAGE + 100, PAGE, true);
          r.store("/b", 5 * PAGE, 64, false);
          r.write("/b", 8, 8);
          r.fsync("/b");
        });
    ALL.put(
        "folds", // by all that the log does not know, each of which voids what it was told
        r -> {
          r.append("/a", PAGE, true);
          r.truncate("/a", 2 * PAGE + 10);
          r.append("/a", 2 * PAGE);
          r.punch("/a", PAGE, PAGE);
          r.storePersist("/a", PAGE, 80, false);
          r.zeroRange("/a", 0, 2 * PAGE);
          r.write("/a", 100, PAGE, true);
          r.allocate("/a", 4 * PAGE, 2 * PAGE, false);
          r.storePersist("/a", 5 * PAGE, 8, false);
          r.setTimes("/a", Instant.ofEpochSecond(-5, 7), Instant.ofEpochSecond(99, 1));
          r.append("/a", 100);
        });
    ALL.put(
        "owners", // frames go round, and have records of earlier owners and of an earlier life
        r -> {
          for (int i = 0; i < 6; i++) {
            String path = FILES[i % 3];
            r.append(path, PAGE, true);
            r.append(path, 100);
            r.truncate(path, PAGE + i);
            if (i == 3) {
              r.remount();
            }
          }
          r.append("/a", 50, true);
        });
    ALL.put(
        "gone", // of a file without a name records mean nothing
        r -> {
          r.append("/a", PAGE, true);
          r.unlink("/a");
          r.closeOrphans();
          r.append("/b", 2 * PAGE, true);
          r.create("/x");
          r.append("/x", 600, true);
          r.rename("/x", "/b");
          r.closeOrphans();
        });
    ALL.put("cut-off", new NoFrameLeft());
  }

  private LogWorkloads() {}

  /** Whether the older superblock, with the records, tells the same as the newer one. */
  static boolean isToldByRecords(FsKind kind) {
    return kind.workload().startsWith(TOLD) && kind.logFrames() >= ENOUGH;
  }

  private static void told(String name, Workload workload) {
    ALL.put(
        TOLD + name,
        new Workload() {
          @Override
          public void prepare(FsRun run) throws IOException {
            run.remount(); // after which both superblocks have all names
          }

          @Override
          public void run(FsRun run) throws IOException {
            workload.run(run);
          }
        });
  }

  /** More records than a frame has, of which the last of one and the first of the next count. */
  private static final class FrameAfterFrame implements Workload {
    private static final int BEFORE = 58;
    private static final int RECORDS = 63;

    @Override
    public void prepare(FsRun run) throws IOException {
      run.remount();
      for (int i = 0; i < BEFORE; i++) {
        run.append("/b", 8);
      }
      run.fsync("/b");
    }

    @Override
    public void run(FsRun run) throws IOException {
      for (int i = BEFORE; i < RECORDS + 3; i++) {
        run.append("/b", 8, i % 2 == 0);
      }
      run.fsync("/b");
    }
  }

  /** Notes that go to the tree instead, then again to the log. */
  private static final class NoFrameLeft implements Workload {
    @Override
    public void run(FsRun run) throws IOException {
      run.append("/b", PAGE, true);
      run.holdFrames();
      long before = run.fs.logStatistics().notesToTree();
      run.create("/x");
      run.append("/x", PAGE);
      run.append("/x", 600, true);
      run.storePersist("/x", 100, 8, false);
      run.truncate("/b", PAGE + 5);
      run.append("/b", PAGE);
      run.storePersist("/d/c", 8, 300, false);
      run.fsync("/x");
      if (!run.cached && run.fs.logStatistics().notesToTree() == before) {
        throw new AssertionError("nothing was told to the tree: " + run.fs.logStatistics());
      }
      run.letFramesGo();
      run.append("/x", PAGE, true);
      run.append("/b", 100);
      run.fsync("/b");
    }
  }
}

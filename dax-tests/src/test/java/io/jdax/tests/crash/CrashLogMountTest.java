package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.testing.CrashFigures;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Crashes in the mount that tells the tree what the log has, and in the mount after that. */
class CrashLogMountTest {
  private static final int CALLS = 70;

  /** Records of three files in more frames than files, which nobody has folded. */
  private static FsRun told(String name) throws IOException {
    FsRun run = new FsRun(name, FsRun.Settings.of(0));
    run.populate();
    run.remount();
    for (int i = 0; i < CALLS; i++) {
      run.append("/b", 8);
    }
    run.append("/a", FsRun.PAGE);
    run.storePersist("/d/c", 100, 50, false);
    run.store("/d/c", FsRun.PAGE, 50, false);
    run.fsync("/a");
    return run;
  }

  private static void explored(CrashFigures figures, long distinct) {
    System.out.println(figures);
    assertTrue(figures.points() >= 6 && figures.distinct() >= distinct, figures::toString);
  }

  @Test
  @DisplayName("Two losses of power in a row, in the mounts after a kill, lose nothing of the log")
  void afterKill() throws IOException {
    try (FsRun run = told("log8-killed")) {
      FsPromise promise = FsRun.promise("in a mount after a kill", run.state);
      explored(Recovery.afterKill(run.pmem, run.name + "/0/killed", promise, 1), 40);
    }
  }

  @Test
  @DisplayName("Two losses of power in a row, in mounts of a log that is durable, lose nothing")
  void afterPowerLoss() throws IOException {
    try (FsRun run = told("log8-lost")) {
      run.sync();
      FsPromise promise = FsRun.promise("in a mount after a loss of power", run.state);
      PmemBlockDevice device = PmemBlockDevice.of(run.pmem.region(), run.pmem.persister(), 4096);
      explored(Recovery.verify(device, run.name + "/0/all", promise, 1), 10);
    }
  }
}

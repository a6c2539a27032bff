package io.jdax.tests.crash;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import io.jdax.testing.Verifier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Power is lost in the mount after a power loss or a kill, at each of its steps, and in the mount
 * after that, and so on; what is left in the end has to be right.
 */
final class Recovery {
  private static final int STATES_PER_POINT = 8;

  private static final int FLUSHES_ONE_IN = 4;

  private Recovery() {}

  /**
   * Mounts a copy of what is left, and loses power all the time.
   *
   * @param device what the first power loss has left; is not changed
   * @param more in how many mounts after that power is lost, too
   */
  static CrashFigures verify(PmemBlockDevice device, String id, FsPromise promise, int more)
      throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("recovery", device.region().sizeBytes())) {
      pmem.region().segment().copyFrom(device.region().segment());
      pmem.settleAll();
      return mount(pmem, id, promise, more, false);
    }
  }

  /**
   * As {@link #verify}, of the mount that finds what a killed process has left in memory, of which
   * a loss of power may still take what nobody has drained.
   *
   * @param killed is not changed
   * @param promise of power loss
   */
  static CrashFigures afterKill(SimulatedPmem killed, String id, FsPromise promise, int more)
      throws IOException {
    try (SimulatedPmem pmem = killed.afterKill("after a kill")) {
      return mount(pmem, id, promise, more, true);
    }
  }

  private static CrashFigures mount(
      SimulatedPmem pmem, String id, FsPromise promise, int more, boolean killed)
      throws IOException {
    PmemBlockDevice own = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
    try (CrashExplorer<FsPromise> crashes =
        CrashExplorer.start(
                pmem, id.replace('/', ':'), id.hashCode(), new Again(pmem, more, killed), promise)
            .statesPerPoint(STATES_PER_POINT)
            .flushesOneIn(FLUSHES_ONE_IN)) {
      DaxFileSystem.mount(own, 1).close();
      crashes.check();
      return crashes.figures();
    }
  }

  private static final class Again implements Verifier<FsPromise> {
    private final SimulatedPmem explored;
    private final int more;

    /** Whether until now processes were killed, and power was never lost. */
    private final boolean killed;

    private @Nullable PmemBlockDevice device;

    Again(SimulatedPmem explored, int more, boolean killed) {
      this.explored = explored;
      this.more = more;
      this.killed = killed;
    }

    @Override
    public void verify(CrashedState left, FsPromise promise) throws IOException {
      if (device == null) {
        device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
      }
      boolean killedAgain = killed && left.isKilled();
      if (more > 0 && killedAgain) {
        Recovery.afterKill(explored, left.id(), promise, more - 1);
      } else if (more > 0) {
        Recovery.verify(device, left.id(), promise, more - 1);
      }
      FoundFs.verify(device, left.id(), killedAgain ? promise.ifKilled() : promise, 0);
    }
  }
}

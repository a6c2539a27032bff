package io.jdax.tests.crash;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import io.jdax.testing.Verifier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Power is lost again in the mount after a power loss, at each of its steps, and then once more.
 */
final class Recovery {
  private static final int STATES_PER_POINT = 8;

  private Recovery() {}

  /**
   * Mounts a copy of what is left, and loses power all the time.
   *
   * @param device what the first power loss has left; is not changed
   */
  static void verify(PmemBlockDevice device, String id, FsPromise promise) throws IOException {
    try (SimulatedPmem pmem = SimulatedPmem.create("recovery", device.region().sizeBytes())) {
      pmem.region().segment().copyFrom(device.region().segment());
      pmem.settleAll();
      PmemBlockDevice own = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
      try (CrashExplorer<FsPromise> crashes =
          CrashExplorer.start(pmem, id.replace('/', ':'), id.hashCode(), verifier(), promise)
              .statesPerPoint(STATES_PER_POINT)
              .flushesOneIn(4)) {
        DaxFileSystem.mount(own, 1).close();
        crashes.check();
      }
    }
  }

  private static Verifier<FsPromise> verifier() {
    return new Verifier<>() {
      private @Nullable PmemBlockDevice device;

      @Override
      public void verify(CrashedState left, FsPromise promise) throws IOException {
        if (device == null) {
          device = PmemBlockDevice.of(left.region(), left.persister(), 4096);
        }
        FoundFs.verify(device, left.id(), promise, 0);
      }
    };
  }
}

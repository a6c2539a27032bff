package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CrashMountTest {
  @Test
  @DisplayName(
      "Power loss in the mount after a power loss, which gives up an orphan, loses nothing")
  void again() throws IOException {
    try (FsRun before = new FsRun("mount", FsRun.Settings.of(0));
        SimulatedPmem pmem = SimulatedPmem.create("again", before.pmem.region().sizeBytes())) {
      before.populate();
      before.unlink("/a"); // is open: an orphan
      pmem.region().segment().copyFrom(before.pmem.region().segment());
      pmem.settleAll();
      FsPromise promise = FsRun.promise("in mount", before.state);
      try (CrashExplorer<FsPromise> crashes =
          CrashExplorer.start(pmem, "mount", 1, new FsVerifier(pmem), promise)) {
        PmemBlockDevice device = PmemBlockDevice.of(pmem.region(), pmem.persister(), 4096);
        DaxFileSystem.mount(device, 1).close();
        crashes.check();
        assertTrue(crashes.figures().distinct() > 100, crashes.figures().toString());
      }
    }
  }
}

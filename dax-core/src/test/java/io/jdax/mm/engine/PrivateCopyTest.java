package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.os.LinuxFiles;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Copies that private mappings make of what can't be read. */
class PrivateCopyTest {
  @Test
  @DisplayName(
      "A private copy of bad media is a MediaErrorException, and no frame is used or shown")
  void badMedia() throws IOException {
    Region region = DaxContract.regionIn("/dev/shm", 4 << 20);
    TinyDisk disk = new TinyDisk(region, RecordingPersister.alone(region));
    TinyFile file = (TinyFile) disk.create("f");
    file.put(0, 64, true, 1);
    FileMapping mapping = file.space().map(0, 64 * PAGE, Sharing.PRIVATE, false, HolePolicy.ZERO);
    mapping.populate(0, 64 * PAGE, false);
    mapping.putLong(0, 7);
    long firstBad = 32;
    LinuxFiles.ftruncate(region.fd(), file.pfn(firstBad) * PAGE, "bad");
    // Often, so that it is tried interpreted and compiled.
    for (int i = 0; i < 15_000; i++) {
      long page = firstBad + i % 32;
      MediaErrorException e =
          assertThrows(MediaErrorException.class, () -> mapping.putLong(page * PAGE + 8, 1));
      assertEquals(file.pfn(page) * PAGE, e.offset());
    }
    assertEquals(1, disk.frames().privateFramesInUse());
    assertEquals(1, mapping.statistics().privateCopies());
    assertEquals(file.pfn(firstBad), mapping.table().pfn(firstBad));
    assertEquals(7, mapping.getLong(0));
    mapping.putLong(PAGE, 8);
    assertEquals(8, mapping.getLong(PAGE));
    assertTrue(file.space().invalidateLock().tryLockExclusive(0), "a fault kept the lock");
    file.space().invalidateLock().unlockExclusive();
    mapping.close();
    disk.frames().quarantine().drainNow();
    assertEquals(0, disk.frames().privateFramesInUse());
    file.close();
    disk.close();
  }
}

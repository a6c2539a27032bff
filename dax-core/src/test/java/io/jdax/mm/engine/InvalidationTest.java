package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Errno;
import io.jdax.os.FailingCalls;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Unmapper;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InvalidationTest {
  @Test
  @DisplayName(
      "A punch inside a 2 MiB entry whose rest can't be flushed is refused, and has taken nothing"
          + " away")
  void refusedBeforeTheChange() throws IOException {
    try (Region region = Region.anonymous("refused", 8 << 20)) {
      FailingPersister persister = new FailingPersister(region);
      TinyDisk disk = new TinyDisk(region, persister);
      TinyFile file = (TinyFile) disk.create("h");
      file.put(0, 512, true, 512);
      long pfn = file.pfn(10);
      FileMapping closed = file.space().map(0, HUGE);
      closed.putLong(8 * PAGE, 8);
      closed.close();
      disk.frames().quarantine().turnOver();
      file.space().sweep();
      FileMapping m = file.space().map(0, HUGE);
      m.putLong(10 * PAGE, 10);
      persister.fail = true;
      assertThrows(RegionException.class, () -> file.punch(10, 1, 0));
      assertEquals(pfn, file.pfn(10), "it is the file's still");
      assertEquals(10, m.getLong(10 * PAGE));
      persister.fail = false;
      file.punch(10, 1, 0);
      assertEquals(0, file.pfn(10));
      assertEquals(0, m.getLong(10 * PAGE));
      file.space().close();
      disk.close();
    }
  }

  @Test
  @DisplayName(
      "Memory of page tables and entries that the kernel would not take back is offered again")
  void offeredAgain() throws IOException {
    long bytes = 1 << 20;
    int flags = LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS;
    long at = LinuxMemory.mmap(0, bytes, LinuxMemory.PROT_READ, flags, -1, 0, "pieces");
    MappedPieces pieces = new MappedPieces();
    for (int i = 0; i < 16; i++) {
      pieces.makeRoom();
      pieces.note(at + i * (bytes / 16), bytes / 16);
    }
    try (FailingCalls _ = FailingCalls.named("munmap", Errno.ENOMEM)) {
      pieces.run();
    }
    assertTrue(isMapped(at + bytes / 2));
    Unmapper.unmap(0, 0);
    assertFalse(isMapped(at + bytes / 2));
  }

  private static boolean isMapped(long address) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .map(line -> line.split("[- ]"))
        .anyMatch(
            range ->
                Long.parseUnsignedLong(range[0], 16) <= address
                    && address < Long.parseUnsignedLong(range[1], 16));
  }
}

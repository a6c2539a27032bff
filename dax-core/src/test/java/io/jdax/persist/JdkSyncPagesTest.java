package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.os.LinuxFiles;
import io.jdax.os.LinuxMemory;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JdkSyncPagesTest {
  @Test
  @DisplayName(
      "A page in the middle that is not backed is found by a load, before the JDK writes lines"
          + " back")
  void pageInTheMiddle() throws IOException {
    int empty = LinuxFiles.memfdCreate("empty");
    try (Region region = Region.anonymous("sync", 8 * 65_536)) {
      // A page that was taken away for poison, and nothing is wrong around it.
      long at = region.address() + 3 * 65_536;
      LinuxMemory.mmap(
          at, 65_536, 3, LinuxMemory.MAP_SHARED | LinuxMemory.MAP_FIXED, empty, 0, "empty");
      AtomicInteger forced = new AtomicInteger();
      JdkSyncPersister persister =
          new JdkSyncPersister(region, region.segment(), lines -> forced.incrementAndGet());
      MediaErrorException bad =
          assertThrows(MediaErrorException.class, () -> persister.persist(65_536 + 8, 6 * 65_536));
      assertEquals(3 * 65_536, bad.offset());
      assertEquals(0, forced.get());
      persister.persist(0, 3 * 65_536);
      persister.persist(4 * 65_536, 4 * 65_536);
      MemorySegment source = MemorySegment.ofArray(new byte[8]);
      persister.copyPersist(8, source, 0, 8);
      assertEquals(3, forced.get());
    } finally {
      LinuxFiles.close(empty);
    }
  }
}

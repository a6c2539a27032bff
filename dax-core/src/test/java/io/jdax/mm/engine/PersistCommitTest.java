package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a persist asks the file system to commit. */
class PersistCommitTest {
  @Test
  @DisplayName("persist through a SYNC mapping commits what stores of other mappings need, no more")
  void syncPersistCommitsForOthers() throws IOException {
    Region region = Region.anonymous("commit", 4 << 20);
    TinyDisk disk = new TinyDisk(region, RecordingPersister.alone(region));
    TinyFile file = (TinyFile) disk.create("f");
    file.truncate(4 * PAGE, 0);
    FileMapping plain = file.space().map(0, 4 * PAGE);
    FileMapping sync = file.space().map(0, 4 * PAGE, Sharing.SHARED, true, HolePolicy.ZERO);
    sync.putLong(0, 1);
    long before = disk.commits();
    sync.persist(0, 8);
    assertEquals(before, disk.commits());
    plain.putLong(2 * PAGE, 42);
    assertEquals(before, disk.commits());
    sync.persist(2 * PAGE, 8);
    assertEquals(before + 1, disk.commits());
    file.close();
    disk.close();
  }
}

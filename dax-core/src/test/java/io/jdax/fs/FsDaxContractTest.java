package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.block.PmemBlockDevice;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.mm.engine.ContractDisk;
import io.jdax.mm.engine.DaxContract;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules over the file system. */
class FsDaxContractTest extends DaxContract {
  @Override
  protected ContractDisk format(Region region, Persister persister) throws IOException {
    return new FsContractDisk(region, persister);
  }

  /** Looks at what is durable, since a commit that has nothing to do is none. */
  @Override
  @Test
  @DisplayName("I9 a SYNC mapping commits before its first store to a page, and never for a load")
  protected void syncMappingsCommitFirst() throws IOException {
    file.truncate(4 * PAGE, 0);
    file.write(PAGE, bytes(8, 1));
    List<Long> before = durablePages();
    DaxMapping m = space.map(0, 4 * PAGE, Sharing.SHARED, true, HolePolicy.ZERO);
    m.getLong(0);
    m.getLong(PAGE);
    assertEquals(before, durablePages());
    assertFalse(before.contains(0L));
    m.putLong(PAGE, 1);
    assertEquals(List.of(1L), durablePages());
    m.putLong(0, 1);
    assertEquals(List.of(0L, 1L), durablePages());
    m.putLong(8, 2);
    m.persist(0, 16);
    assertEquals(2, survivors(file.pfn(0))[8]);
  }

  @Test
  @DisplayName("persist through a SYNC mapping makes durable what other mappings' stores need")
  void syncPersistCommitsForOthers() throws IOException {
    file.truncate(4 * PAGE, 0);
    DaxMapping plain = space.map(0, 4 * PAGE);
    DaxMapping sync = space.map(0, 4 * PAGE, Sharing.SHARED, true, HolePolicy.ZERO);
    plain.putLong(2 * PAGE, 42);
    assertFalse(durablePages().contains(2L));
    sync.persist(2 * PAGE, 8);
    assertEquals(List.of(2L), durablePages());
    assertEquals(42, survivors(file.pfn(2))[0]);
  }

  /** Pages of the file that power loss would leave it. */
  private List<Long> durablePages() throws IOException {
    byte[] image = ((RecordingPersister) disk.frames().persister()).image();
    try (Region region = Region.anonymous("survivor", image.length)) {
      MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
      try (PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
          DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile left = fs.open("f")) {
        return left.extents().stream()
            .flatMapToLong(
                e ->
                    java.util.stream.LongStream.range(
                        e.offset() >>> 12, (e.offset() + e.length()) >>> 12))
            .boxed()
            .toList();
      }
    }
  }
}

package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Sharing;
import io.jdax.mm.engine.ContractDisk;
import io.jdax.mm.engine.ContractFile;
import io.jdax.mm.engine.DaxContract;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules over the file system, with every file in the DRAM tier. */
class FsDaxContractCachedTest extends DaxContract {
  @Override
  protected ContractDisk format(Region region, Persister persister) throws IOException {
    return new FsContractDisk(
        region,
        persister,
        MountOptions.DEFAULTS
            .withTier(TierMode.CACHED)
            .withCacheBytes(1024 * PAGE)
            .withWritebackAge(Duration.ofDays(1)));
  }

  /** The block is set aside, and taken by the write back. */
  @Override
  @Test
  @DisplayName("S1.2 the first store sets a block aside, or keeps the unwritten one, and zeroes")
  protected void storeAllocates() throws IOException {
    file.truncate(8 * PAGE, 0);
    file.allocate(2, 1);
    long unwritten = file.pfn(2);
    long free = disk.freeBlocks();
    long usable = ((FsContractDisk) disk).fs().statfs().usableBlocks();
    DaxMapping m = space.map(0, 8 * PAGE);
    m.putInt(100, 7);
    m.putInt(2 * PAGE + 100, 9);
    assertEquals(free, disk.freeBlocks());
    assertTrue(((FsContractDisk) disk).fs().statfs().usableBlocks() < usable);
    space.flushDirty(0, Long.MAX_VALUE);
    assertEquals(free - 1, disk.freeBlocks());
    assertEquals(ExtentState.WRITTEN, file.state(0));
    assertEquals(unwritten, file.pfn(2));
    byte[] expected = new byte[(int) PAGE];
    expected[100] = 9;
    assertArrayEquals(expected, file.read(2 * PAGE, (int) PAGE));
  }

  /** Whole pages are written back. */
  @Override
  @Test
  @DisplayName("I4 persist of a few bytes writes their page back, and no other")
  protected void persistOfLines() throws IOException {
    file.write(0, bytes((int) (2 * PAGE), 9));
    space.flushDirty(0, Long.MAX_VALUE);
    DaxMapping m = space.map(0, 2 * PAGE);
    m.putLong(1024, 2);
    m.putLong(PAGE, 3);
    m.persist(1024, 8);
    assertEquals(2, survivors(file.pfn(0))[1024]);
    m.putLong(1024, 4);
    m.putLong(PAGE + 8, 3);
    m.force();
    assertEquals(4, survivors(file.pfn(0))[1024]);
    assertEquals(3, survivors(file.pfn(1))[0]);
    assertEquals(3, survivors(file.pfn(1))[8]);
  }

  /** Asking where a page lies would write it back, so it has a block before. */
  @Override
  @Test
  @DisplayName("I3 I4 persist writes back what is dirty, once")
  protected void persistFlushesDirtyPagesOnce() throws IOException {
    file.write(0, bytes((int) (16 * PAGE), 9));
    space.flushDirty(0, Long.MAX_VALUE);
    long third = file.pfn(3);
    long ninth = file.pfn(9);
    long flushed = space.statistics().flushedPages();
    DaxMapping m = space.map(0, 16 * PAGE);
    m.putLong(3 * PAGE, 5);
    m.putLong(9 * PAGE + 16, 6);
    assertEquals(9, survivors(third)[0]);
    m.force();
    assertEquals(5, survivors(third)[0]);
    assertEquals(6, survivors(ninth)[16]);
    assertEquals(flushed + 2, space.statistics().flushedPages());
    m.force();
    assertEquals(flushed + 2, space.statistics().flushedPages());
  }

  @Override
  @Test
  @DisplayName("I9 a SYNC mapping is refused: a store to DRAM is never durable by itself")
  protected void syncMappingsCommitFirst() throws IOException {
    file.truncate(PAGE, 0);
    assertThrows(
        NotInPlaceException.class, () -> space.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO));
  }

  /** It is a copy that fails here; see WritebackErrorsTest. */
  @Override
  @Test
  @DisplayName("I10 a failed write back is reported, and the page stays dirty")
  protected void flushErrorsPropagate() throws IOException {
    Region region = Region.anonymous("failing", 4 << 20);
    BadMedia media = new BadMedia(region);
    try (ContractDisk d = format(region, media)) {
      ContractFile f = d.create("f");
      f.truncate(PAGE, 0);
      try (DaxMapping m = f.space().map(0, PAGE)) {
        m.putLong(0, 7);
        media.bad = true;
        assertThrows(MediaErrorException.class, m::force);
        assertThrows(MediaErrorException.class, m::force);
        media.bad = false;
        m.force();
        long pfn = f.pfn(0);
        assertEquals(7, region.segment().get(ValueLayout.JAVA_LONG, pfn << 12));
      }
      f.close();
    }
  }
}

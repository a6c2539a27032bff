package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.Inode;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tier.CachedFile;
import io.jdax.fs.tier.CachedRoom;
import io.jdax.fs.tier.CachedWrite;
import io.jdax.fs.volume.Patience;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages in DRAM of a file with blocks of 512 bytes, while several threads are at them. */
@Timeout(180)
class CachedFileTest {
  private static final int BLOCK = 512;

  private Region region;
  private BadMedia media;
  private FsFixture fixture;
  private DaxFileSystem fs;

  @BeforeEach
  void mount() throws IOException {
    region = Region.anonymous("cached", 8 << 20);
    media = new BadMedia(region);
    MountOptions cached =
        MountOptions.DEFAULTS.withTier(TierMode.CACHED).withCacheBytes(1024 * PAGE);
    fixture = new FsFixture(region, media, BLOCK, cached);
    fs = fixture.fs;
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  @DisplayName("A block that is first written while others of its page are written back is kept")
  void writtenBackMeanwhile() throws Exception {
    int pages = 400;
    try (DaxFile file = fs.open("/f", RW);
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 40; round++) {
        file.truncate(0);
        file.truncate((long) pages * PAGE);
        AtomicLong at = new AtomicLong();
        Future<?> flusher =
            pool.submit(
                () -> {
                  for (long page; (page = at.get()) < pages; ) {
                    file.addressSpace().flushDirty(page * PAGE, PAGE);
                  }
                  return null;
                });
        try {
          for (int page = 0; page < pages; page++) {
            at.set(page);
            for (int in = 0; in < PAGE; in += BLOCK) {
              file.write((long) page * PAGE + in, FsFixture.bytes(BLOCK, page % 100 + 1));
            }
          }
        } finally {
          at.set(pages);
          flusher.get();
        }
        file.fsync();
        assertEquals(
            (long) pages * PAGE,
            file.extents().stream().mapToLong(FileExtent::length).sum(),
            "bytes with storage, round " + round);
      }
    }
  }

  // ---------------------------------------------------------------- growth

  @Test
  @DisplayName("A write that turns back does not end the growth that another one has begun")
  void growthOfAnother() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(BLOCK, 1));
      file.fsync();
      Inode inode = file.inode;
      CachedFile cached = (CachedFile) inode.store();
      cached.grow(
          BLOCK, PAGE, Limits.fileBlocks(inode.volume.units)); // as one who has the lock of writers
      MemorySegment bytes = FsFixture.bytes(BLOCK, 2);
      CachedWrite other = new CachedWrite(cached, BLOCK, 2 * BLOCK, bytes);
      assertFalse(other.run(), "it needs that lock, too");
      other.close();
      DaxMapping m = file.map(0, PAGE);
      m.putByte(0, (byte) 3);
      assertEquals(PAGE / BLOCK - 1, cached.delayedBlocks(), "the page will have no holes");
      cached.grown();
    }
  }

  // ---------------------------------------------------------------- where blocks lie

  @Test
  @DisplayName("The first block of a page is taken from the frame behind the page before")
  void framesFollowEachOther() throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      file.write(0, FsFixture.bytes(PAGE, 1));
      file.fsync();
      other.write(0, FsFixture.bytes(8 * PAGE, 2));
      other.fsync();
      other.truncate(0);
      file.inode.volume.bringBackSpace();
      file.inode.volume.bringBackSpace();
      file.write(PAGE, FsFixture.bytes(BLOCK, 3));
      file.fsync();
      assertEquals(1, file.extents().size());
    }
  }

  // ---------------------------------------------------------------- calls that fail

  @Test
  @DisplayName("A zeroRange that fails between taking blocks and recording them gives them back")
  void zeroRangeThatFails() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(40L * PAGE);
      DaxMapping m = file.map(0, PAGE);
      m.putByte(0, (byte) 1);
      file.fsync();
      file.inode.volume.bringBackSpace();
      long before = file.inode.volume.data.usableBlocks();
      m.putByte(0, (byte) 2);
      media.copied =
          (offset, length) -> {
            media.bad = true;
            m.putByte(1, (byte) 3); // dirty again
          };
      assertThrows(MediaErrorException.class, () -> file.zeroRange(BLOCK, 38L * PAGE, true));
      media.copied = (offset, length) -> {};
      media.bad = false;
      file.inode.volume.bringBackSpace();
      long lost = before - file.inode.volume.data.usableBlocks();
      assertTrue(lost < 64, lost + " blocks");
    }
  }

  @Test
  @DisplayName("A truncate that can't zero the tail gives up what the file has lost all the same")
  void truncateThatFails() throws IOException {
    long usable;
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(40 * PAGE, 1));
      file.fsync();
      media.badToFill = true;
      assertThrows(MediaErrorException.class, () -> file.truncate(100));
      media.badToFill = false;
      assertEquals(100, file.sizeBytes());
      file.inode.volume.bringBackSpace();
      file.inode.volume.bringBackSpace();
      usable = file.inode.volume.data.usableBlocks();
    }
    fixture.remount();
    fs = fixture.fs;
    try (DaxFile file = fs.open("/f", RW)) {
      long lost = file.inode.volume.data.usableBlocks() - usable;
      assertTrue(lost < 64, lost + " blocks");
    }
  }

  @Test
  @DisplayName(
      "What is written while its page is written back is on the media after the next fsync")
  void rewrittenMeanwhile() throws Exception {
    int rewrites = 400_000;
    try (DaxFile file = fs.open("/f", RW);
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      MemorySegment word = MemorySegment.ofArray(new byte[Long.BYTES]);
      file.write(0, MemorySegment.ofArray(new byte[PAGE]));
      file.fsync();
      long at = file.extents().getFirst().pfn() * PAGE;
      AtomicBoolean over = new AtomicBoolean();
      Future<Object> other =
          pool.submit(
              () -> {
                while (!over.get()) {
                  file.addressSpace().flushDirty(0, PAGE);
                }
                return null;
              });
      try {
        for (long i = 1; i <= rewrites; i++) {
          file.write(0, word); // dirty already when it is written again, or not any more
          word.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, i);
          file.write(0, word);
          file.addressSpace().flushDirty(0, PAGE);
          assertEquals(i, region.segment().get(ValueLayout.JAVA_LONG, at));
        }
      } finally {
        over.set(true);
        other.get();
      }
    }
  }

  @Test
  @DisplayName("What was copied before the caller's memory failed is dirty, and so written back")
  void halfCopied(@TempDir Path folder) throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        Arena arena = Arena.ofShared()) {
      file.write(0, FsFixture.bytes(PAGE, 3));
      file.fsync(); // clean
      MemorySegment buffer = ShortFile.map(folder, 2 * PAGE, 0, PAGE, arena);
      assertThrows(BufferFaultException.class, () -> file.write(0, buffer.asSlice(PAGE / 2, PAGE)));
      byte[] seen = new byte[PAGE];
      file.read(0, MemorySegment.ofArray(seen));
      file.fsync();
      long at = file.extents().getFirst().pfn() * PAGE;
      assertEquals(-1, region.segment().asSlice(at, PAGE).mismatch(MemorySegment.ofArray(seen)));
    }
  }

  @Test
  @DisplayName("A dirty page is not evicted, and a clean one that is on its way out is")
  void dirtyPagesStay() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(2 * PAGE, 3));
      CachedFile cached = (CachedFile) file.inode.store();
      long[] pages = {0, 1};
      for (boolean dirty : new boolean[] {true, false}) {
        cached.unmap(pages, 2);
        assertEquals(dirty ? 0 : 2, cached.evict(pages, 2));
        byte[] seen = new byte[1];
        file.read(PAGE, MemorySegment.ofArray(seen));
        assertEquals(3, seen[0]);
        file.fsync();
      }
    }
  }

  @Test
  @DisplayName("A page that a mapping has marked since its writeback, or that is pinned, stays")
  void markedAndPinnedPagesStay() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(2 * PAGE, 3));
      CachedFile cached = (CachedFile) file.inode.store();
      DaxMapping m = file.map(0, 2 * PAGE);
      m.putByte(0, (byte) 4);
      assertEquals(3, m.getByte(PAGE));
      file.fsync();
      m.putByte(0, (byte) 5); // only the mapping knows
      long[] pages = {0, 1};
      cached.unmap(pages, 2);
      try (Pin _ = file.pin(PAGE, PAGE, PinAccess.READ, false)) {
        assertEquals(0, cached.evict(pages, 2));
      }
      assertEquals(5, m.getByte(0));
      file.fsync();
      cached.unmap(pages, 2);
      assertEquals(2, cached.evict(pages, 2));
      assertEquals(5, m.getByte(0));
    }
  }

  @Test
  @DisplayName("What was set aside for a write into DRAM, and put back or not taken, is given back")
  void roomIsGivenBack() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(4L * PAGE);
      CachedFile cached = (CachedFile) file.inode.store();
      Volume volume = file.inode.volume;
      long usable = volume.data.usableBlocks();
      long promised = volume.space.promisedItems();
      try (CachedRoom room = cached.rooms.roomAtLast(0, 2 * PAGE, new Patience())) {
        assertTrue(volume.data.usableBlocks() < usable);
        int word = room.take(0, 0, 0, PAGE);
        room.putBack(word); // somebody else was faster
        room.putBackOne(room.take(3));
      }
      assertEquals(usable, volume.data.usableBlocks());
      assertEquals(promised, volume.space.promisedItems());
    }
  }
}

package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.facts.FilePages.Place;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import io.jdax.mm.engine.PageRun;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are smaller than pages, and stores through mappings: the rules S0 of the design. */
@Timeout(180)
class SubpageTest {
  /** Who else maps the page. */
  enum Neighbour {
    NONE,
    READ_ONLY,
    SHARED,
    PRIVATE
  }

  /** How the file becomes longer. */
  enum Growth {
    TRUNCATE,
    WRITE,
    APPEND,
    ALLOCATE
  }

  record Setting(int block, TierMode tier, Neighbour neighbour, Growth growth) {}

  static Stream<Setting> settings() {
    List<Setting> all = new ArrayList<>();
    for (int block : new int[] {512, 1024, 2048, 4096}) {
      for (TierMode tier : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
        for (Neighbour neighbour : Neighbour.values()) {
          for (Growth growth : Growth.values()) {
            all.add(new Setting(block, tier, neighbour, growth));
          }
        }
      }
    }
    return all.stream();
  }

  /** A file system with some block size, on which what should have been zeroed shows. */
  private static FsFixture bed(long bytes, int block, TierMode tier) throws IOException {
    Region region = Region.anonymous("subpage", bytes);
    region.segment().fill((byte) 0xA5);
    MountOptions options = MountOptions.DEFAULTS.withTier(tier).withCacheBytes(256 * PAGE);
    return new FsFixture(region, Persister.of(region), block, options);
  }

  private static byte[] read(DaxFile file) throws IOException {
    byte[] out = new byte[Math.toIntExact(file.sizeBytes())];
    file.read(0, MemorySegment.ofArray(out));
    return out;
  }

  private static long allocated(FsFixture bed, String path) throws IOException {
    return bed.fs.stat(path).allocatedBytes();
  }

  private static @Nullable DaxMapping neighbour(DaxFile file, Neighbour kind) throws IOException {
    if (kind == Neighbour.NONE) {
      return null;
    }
    DaxMapping m = file.map(0, PAGE, Sharing.valueOf(kind.name()), false, HolePolicy.ZERO);
    if (kind == Neighbour.PRIVATE) {
      m.putByte(1, (byte) 9); // nobody else's
    }
    m.getByte(0);
    return m;
  }

  private static void grow(DaxFile file, Growth growth) throws IOException {
    switch (growth) {
      case TRUNCATE -> file.truncate(10_000);
      case WRITE -> file.write(10_000, FsFixture.bytes(1, 7));
      case APPEND -> file.append(FsFixture.bytes(9_000, 7));
      case ALLOCATE -> file.allocate(1024, 9_000, false);
    }
  }

  // ---------------------------------------------------------------- S0.2

  @ParameterizedTest
  @MethodSource("settings")
  @DisplayName(
      "S0.2 a page of which the end was in the middle: after the file has grown, stores to every"
          + " byte of it are kept")
  void growthInsideOfAPage(Setting s) throws IOException {
    try (FsFixture bed = bed(4 << 20, s.block, s.tier)) {
      try (DaxFile file = bed.fs.open("/f", RW)) {
        file.truncate(0);
        file.write(0, FsFixture.bytes(1024, 1));
        file.fsync();
        DaxMapping m = file.map(0, PAGE);
        DaxMapping other = neighbour(file, s.neighbour);
        m.putByte(0, (byte) 2);
        m.putByte(3000, (byte) 99); // beyond the end: no content, ever (S0.3)
        assertEquals(
            Math.max(1024, s.block), allocated(bed, "/f"), "only what lies before the end");
        grow(file, s.growth);
        byte[] expected = new byte[Math.toIntExact(file.sizeBytes())];
        Arrays.fill(expected, 0, 1024, (byte) 1);
        expected[0] = 2;
        if (s.growth == Growth.WRITE) {
          expected[10_000] = 7;
        } else if (s.growth == Growth.APPEND) {
          Arrays.fill(expected, 1024, 10_024, (byte) 7);
        }
        assertArrayEquals(expected, read(file), "after it has grown");
        for (int at = 0; at < PAGE; at++) {
          byte value = (byte) (at * 7 + 3);
          m.putByte(at, value);
          expected[at] = value;
        }
        assertArrayEquals(expected, read(file));
        if (other != null && s.neighbour != Neighbour.PRIVATE) {
          assertEquals(expected[2500], other.getByte(2500), "what a neighbour sees");
        }
        file.fsync();
        bed.remount();
        try (DaxFile again = bed.fs.open("/f")) {
          assertArrayEquals(expected, read(again), "after a remount");
          long last =
              again.extents().stream().mapToLong(e -> e.offset() + e.length()).max().orElse(0);
          assertTrue(
              last <= (expected.length + s.block - 1) / s.block * (long) s.block,
              () -> "blocks up to " + last);
        }
      }
      bed.assertSound();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName("S0.2 where there is no space for the rest of a mapped page, the file does not grow")
  void growthWithoutSpace(int block) throws IOException {
    try (FsFixture bed = bed(1 << 20, block, TierMode.DIRECT);
        DaxFile file = bed.fs.open("/f", RW);
        DaxFile hog = bed.fs.open("/hog", RW)) {
      file.write(0, FsFixture.bytes(block, 1));
      DaxMapping m = file.map(0, PAGE);
      m.putByte(0, (byte) 2);
      fill(hog, block);
      NoSpaceException e = assertThrows(NoSpaceException.class, () -> file.truncate(10_000));
      assertTrue(Messages.of(e).contains("subpage"), e::getMessage);
      assertEquals(block, file.sizeBytes());
      hog.truncate(0);
      bed.fs.sync();
      file.truncate(10_000);
      m.putByte(PAGE - 1, (byte) 3);
      file.fsync();
      assertEquals(3, read(file)[PAGE - 1]);
    }
  }

  /** Until not even one block is left. */
  private static void fill(DaxFile hog, int block) throws IOException {
    for (int step = 64 * block; step >= block; ) {
      try {
        hog.append(FsFixture.bytes(step, 5));
        hog.fsync();
      } catch (NoSpaceException e) {
        step /= 2;
      }
    }
  }

  // ---------------------------------------------------------------- S0.1

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096})
  @DisplayName("S0.1 without space it is the store that fails, and every accepted one is kept")
  void storesUntilFull(int block) throws IOException {
    byte[] accepted = new byte[1 << 20];
    try (FsFixture bed = bed(1 << 20, block, TierMode.DIRECT)) {
      try (DaxFile file = bed.fs.open("/f", RW)) {
        file.truncate(accepted.length);
        DaxMapping m = file.map(0, accepted.length);
        int refused = 0;
        for (int at = 0; at < accepted.length; at += 1000) {
          try {
            m.putByte(at, (byte) (at / 1000 | 1));
            accepted[at] = (byte) (at / 1000 | 1);
          } catch (NoSpaceException e) {
            refused++;
          }
        }
        assertTrue(refused > 0, "the device is larger than thought");
        assertArrayEquals(accepted, read(file));
      }
      bed.remount();
      try (DaxFile file = bed.fs.open("/f")) {
        assertArrayEquals(accepted, read(file), "after a remount");
      }
      bed.assertSound();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName("S0.1 over quota it is the store that fails")
  void storesUntilOverQuota(int block) throws IOException {
    try (FsFixture bed = bed(4 << 20, block, TierMode.DIRECT)) {
      bed.fs.createDirectory("/p");
      bed.fs.setQuota("/p", new Quota(6 * PAGE, 10));
      try (DaxFile file = bed.fs.open("/p/f", RW)) {
        file.truncate(20L * PAGE);
        DaxMapping m = file.map(0, 20L * PAGE);
        for (int page = 0; page < 6; page++) {
          m.putByte((long) page * PAGE, (byte) 1);
        }
        assertThrows(QuotaExceededException.class, () -> m.putByte(6L * PAGE, (byte) 1));
        assertEquals(6 * PAGE, requireNonNull(bed.fs.quota("/p")).usedBytes());
        file.punchHole(PAGE, block);
        assertEquals(6 * PAGE - block, requireNonNull(bed.fs.quota("/p")).usedBytes());
        file.write(7L * PAGE, FsFixture.bytes(block, 2));
        assertThrows(
            QuotaExceededException.class, () -> file.write(8L * PAGE, FsFixture.bytes(1, 2)));
      }
      bed.assertSound();
    }
  }

  // ---------------------------------------------------------------- S0.3 to S0.5

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096})
  @DisplayName("S0.4 S0.5 what writeback takes does not depend on the size, and is no hole")
  void writebackKnowsBlocks(int block) throws IOException {
    try (FsFixture bed = bed(4 << 20, block, TierMode.CACHED);
        DaxFile file = bed.fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(100, 1));
      file.write(2L * PAGE + 3000, FsFixture.bytes(10, 2));
      DaxMapping m = file.map(0, 3L * PAGE);
      assertEquals(0, m.getByte(PAGE));
      file.addressSpace().flushDirty(0, Long.MAX_VALUE);
      assertEquals(2L * block, allocated(bed, "/f"), "a block for each write");
      file.truncate(50);
      file.truncate(3L * PAGE);
      assertEquals(PAGE, allocated(bed, "/f"), "mapped: the rest of the page is set aside");
      assertEquals(0, m.getByte(60), "S0.3");
      m.putByte(PAGE - 1, (byte) 4);
      file.fsync();
      assertEquals(PAGE, allocated(bed, "/f"), "page_mkwrite has given the page its blocks");
      bed.fs.sync();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName(
      "A hole in a part of a mapped page: the rest keeps what was stored, also just before")
  void punchInsideOfAPage(int block) throws IOException {
    for (TierMode tier : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
      try (FsFixture bed = bed(4 << 20, block, tier)) {
        byte[] expected = new byte[3 * PAGE];
        try (DaxFile file = bed.fs.open("/f", RW)) {
          file.truncate(3L * PAGE);
          DaxMapping m = file.map(0, 3L * PAGE);
          for (int at = 0; at < 3 * PAGE; at++) {
            expected[at] = (byte) (at % 251 + 1);
            m.putByte(at, expected[at]);
          }
          file.punchHole(PAGE + block, PAGE);
          Arrays.fill(expected, PAGE + block, 2 * PAGE + block, (byte) 0);
          assertArrayEquals(expected, read(file));
          assertEquals(expected[PAGE], m.getByte(PAGE));
          assertEquals(2L * PAGE, allocated(bed, "/f"));
          m.putByte(PAGE, (byte) 77);
          m.putByte(PAGE + block, (byte) 78);
          expected[PAGE] = 77;
          expected[PAGE + block] = 78;
        }
        bed.remount();
        try (DaxFile file = bed.fs.open("/f")) {
          assertArrayEquals(expected, read(file));
        }
        bed.assertSound();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName("A hole in a part of a mapped page: no store to the rest is lost meanwhile")
  void punchBesideStores(int block) throws Exception {
    try (FsFixture bed = bed(4 << 20, block, TierMode.DIRECT);
        DaxFile file = bed.fs.open("/f", RW);
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      file.write(0, FsFixture.bytes(4 * PAGE, 1));
      DaxMapping m = file.map(0, 4L * PAGE);
      AtomicBoolean end = new AtomicBoolean();
      Future<Long> stores =
          pool.submit(
              () -> {
                long value = 0;
                byte[] got = new byte[8];
                while (!end.get()) {
                  m.putLong(PAGE, ++value);
                  file.read(PAGE, MemorySegment.ofArray(got));
                  assertEquals(
                      value,
                      MemorySegment.ofArray(got).get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
                      "a store that has returned");
                }
                return value;
              });
      for (int i = 0; i < 150 && !stores.isDone(); i++) {
        file.punchHole(PAGE + 2048, block);
        assertEquals(0, read(file)[PAGE + 2048]);
        file.write(PAGE + 2048, FsFixture.bytes(block, i));
        if (i % 3 == 0) {
          file.fsync();
        }
        if (i % 5 == 0) {
          m.putByte(PAGE + 2048, (byte) 3);
        }
      }
      end.set(true);
      long last = stores.get();
      assertTrue(last > 0);
      file.fsync();
      assertEquals(last, m.getLong(PAGE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName("What write() overwrites is durable on return, whether the page is in place or not")
  void overwritesAreDurable(int block) throws IOException {
    Region region = Region.anonymous("recorded", 4 << 20);
    RecordingPersister recording = RecordingPersister.alone(region);
    try (FsFixture bed = new FsFixture(region, recording, block, MountOptions.DEFAULTS);
        DaxFile file = bed.fs.open("/f", RW)) {
      byte[] expected = new byte[PAGE + 2 * block];
      file.write(0, FsFixture.bytes(expected.length, 1));
      file.fsync();
      DaxMapping m = file.map(0, 2L * PAGE);
      assertEquals(1, m.getByte(PAGE)); // the second page is in DRAM
      file.write(10, FsFixture.bytes(PAGE + block, 2));
      Arrays.fill(expected, (byte) 1);
      Arrays.fill(expected, 10, 10 + PAGE + block, (byte) 2);
      try (DaxFileSystem after = bed.powerLoss();
          DaxFile left = after.open("/f")) {
        assertArrayEquals(expected, read(left));
      }
    }
  }

  // ---------------------------------------------------------------- in place, or through DRAM

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048})
  @DisplayName("A page is in place when its blocks lie together, and is told so; else in DRAM")
  void places(int block) throws IOException {
    try (FsFixture bed = bed(4 << 20, block, TierMode.DIRECT)) {
      try (DaxFile file = bed.fs.open("/f", RW)) {
        file.truncate(8L * PAGE);
        assertEquals(List.of(), file.pages());
        DaxMapping m = file.map(0, 8L * PAGE);
        m.putByte(0, (byte) 1); // a hole: a frame for all of the page
        file.write(2L * PAGE, FsFixture.bytes(block, 2)); // a block of it: its frame is kept
        assertEquals(
            List.of(new FilePages(0, 1, Place.IN_PLACE), new FilePages(2, 1, Place.DRAM)),
            file.pages());
        assertEquals(2, m.getByte(2L * PAGE));
        assertThrows(
            NotInPlaceException.class,
            () -> file.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO));
        assertEquals(1, bed.fs.tier().united());
      }
      bed.remount();
      try (DaxFile file = bed.fs.open("/f", RW)) {
        DaxMapping m = file.map(0, 8L * PAGE);
        long before = bed.fs.tier().united();
        m.putByte(2L * PAGE + block, (byte) 3); // the rest of the frame was still free
        assertEquals(before + 1, bed.fs.tier().united());
        assertEquals(
            List.of(new FilePages(0, 1, Place.IN_PLACE), new FilePages(2, 1, Place.IN_PLACE)),
            file.pages());
        assertEquals(0, bed.fs.tier().broughtIn());
        assertEquals(2, m.getByte(2L * PAGE));
        try (Pin pin = file.pin(2L * PAGE, PAGE, PinAccess.WRITE, true)) {
          pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 5, (byte) 6);
        }
        file.fsync();
        assertEquals(6, m.getByte(2L * PAGE + 5));
      }
      bed.assertSound();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024})
  @DisplayName("Small files share frames when space is short, and never show each other's bytes")
  void framesAreDivided(int block) throws IOException {
    try (FsFixture bed = bed(1 << 20, block, TierMode.DIRECT)) {
      int files = 0;
      try {
        for (; files < 4000; files++) {
          try (DaxFile file = bed.fs.open("/f" + files, RW)) {
            file.write(0, FsFixture.bytes(block, files % 100 + 1));
          }
        }
      } catch (NoSpaceException e) {
        // a file without content may be left
      }
      int perFrame = PAGE / block;
      assertTrue(files > (1 << 20) / PAGE, files + " files: no frame was divided");
      bed.remount();
      for (int i = 0; i < files; i++) {
        try (DaxFile file = bed.fs.open("/f" + i)) {
          DaxMapping m = file.map(0, PAGE);
          for (int at = 0; at < PAGE; at++) {
            assertEquals(at < block ? i % 100 + 1 : 0, m.getByte(at), "file " + i + " at " + at);
          }
          m.close();
        }
      }
      for (int i = 0; i < files; i += 2) {
        bed.fs.unlink("/f" + i);
      }
      bed.fs.sync();
      bed.remount();
      try (DaxFile file = bed.fs.open("/scattered", RW)) {
        byte[] all = new byte[1 << 20];
        file.truncate(all.length);
        DaxMapping m = file.map(0, all.length);
        int pages = 0;
        try {
          for (; pages < all.length / PAGE; pages++) {
            for (int at = pages * PAGE; at < (pages + 1) * PAGE; at += 8) {
              m.putLong(at, 0x0101010101010101L * (at / 8 % 250 + 1));
              Arrays.fill(all, at, at + 8, (byte) (at / 8 % 250 + 1));
            }
          }
        } catch (NoSpaceException e) {
          // at the first store to a page
        }
        assertTrue(pages > files / perFrame / 4, pages + " pages");
        file.fsync();
        assertTrue(
            file.pages().stream().anyMatch(p -> p.place() == Place.DRAM), "no page lay apart");
        assertArrayEquals(all, read(file));
        assertFalse(file.isCached());
      }
      bed.assertSound();
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1}")
  @CsvSource({"512,DIRECT", "1024,DIRECT", "2048,CACHED", "4096,DIRECT", "4096,CACHED"})
  @DisplayName("mkwrite tells of the page that it made, however much lies together around it")
  void mkwriteTellsOfWhatItMade(int block, TierMode tier) throws IOException {
    try (FsFixture bed = bed(8 << 20, block, tier);
        DaxFile file = bed.fs.open("/f", RW)) {
      file.truncate(16 * PAGE);
      PageRun made = new PageRun();
      for (long page = 0; page < 16; page++) {
        long stamp = file.inode.addressSpace.invalidateLock().lockShared();
        try {
          file.inode.mkwrite(page, 0, made);
        } finally {
          file.inode.addressSpace.invalidateLock().unlockShared(stamp);
        }
        assertEquals(ExtentState.WRITTEN, made.state);
        assertEquals(page, made.firstPage);
        assertEquals(1, made.pageCount, "of page " + page);
      }
    }
  }
}

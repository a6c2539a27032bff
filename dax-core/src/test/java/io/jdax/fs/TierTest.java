package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.cache.FramesExhaustedException;
import io.jdax.cache.TierMode;
import io.jdax.fs.error.BufferFaultException;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.Sharing;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files whose pages go through DRAM. */
@Timeout(180)
class TierTest {
  private static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};
  private static final long PAGE = 4096;
  private static final int FRAMES = 64;

  private Region region;
  private BadMedia media;
  private PmemBlockDevice device;
  private DaxFileSystem fs;

  @BeforeEach
  void mount() throws IOException {
    region = Region.anonymous("tier", 16 << 20);
    media = new BadMedia(region);
    device = PmemBlockDevice.of(region, media, 4096);
    DaxFileSystem.format(device, "tier");
    mount(TierMode.CACHED);
  }

  private void mount(TierMode mode) throws IOException {
    fs =
        DaxFileSystem.mount(
            device,
            MountOptions.DEFAULTS
                .withTier(mode)
                .withCacheBytes(FRAMES * PAGE)
                .withWritebackAge(Duration.ofDays(1)));
  }

  private void remount(TierMode mode) throws IOException {
    fs.close();
    mount(mode);
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
    device.close();
    region.close();
  }

  private static byte[] read(DaxFile file, long offset, int length) throws IOException {
    byte[] out = new byte[length];
    int n = file.read(offset, MemorySegment.ofArray(out));
    return java.util.Arrays.copyOf(out, Math.max(0, n));
  }

  private static int at(DaxFile file, long offset) throws IOException {
    return read(file, offset, 1)[0];
  }

  /** All that is in DRAM leaves, as far as it may. */
  private void evictAll(DaxFile around) throws IOException {
    around.addressSpace().writeback(0, Long.MAX_VALUE);
    try (DaxFile other = fs.open("/evictor", RW)) {
      for (int page = 0; page < 3 * FRAMES; page++) {
        other.write(page * PAGE, FsFixture.bytes(4096, 99));
      }
    }
    fs.unlink("/evictor");
  }

  // ---------------------------------------------------------------- coherence

  @Test
  @DisplayName("S3.5 what one of read, write, load, store and pin has put is what the others get")
  void oneContent() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      assertTrue(file.isCached());
      file.truncate(4 * PAGE);
      DaxMapping a = file.map(0, 4 * PAGE);
      DaxMapping b = file.map(0, 4 * PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
      assertEquals(0, b.getByte(PAGE));
      a.putByte(PAGE, (byte) 1);
      assertEquals(1, at(file, PAGE));
      assertEquals(1, b.getByte(PAGE));
      file.write(PAGE + 1, FsFixture.bytes(1, 2));
      assertEquals(2, a.getByte(PAGE + 1));
      assertEquals(1, a.getByte(PAGE));
      assertEquals(0, b.getByte(3 * PAGE));
      file.write(3 * PAGE + 5, FsFixture.bytes(1, 3));
      assertEquals(3, b.getByte(3 * PAGE + 5));
      assertEquals(0, b.getByte(3 * PAGE + 4));
      try (Pin pin = file.pin(PAGE, 8, PinAccess.WRITE, true)) {
        MemorySegment pinned = pin.segments().getFirst();
        assertEquals(2, pinned.get(ValueLayout.JAVA_BYTE, 1));
        pinned.set(ValueLayout.JAVA_BYTE, 2, (byte) 4);
        assertEquals(4, a.getByte(PAGE + 2));
        assertEquals(4, at(file, PAGE + 2));
        a.putByte(PAGE + 3, (byte) 5);
        file.write(PAGE + 4, FsFixture.bytes(1, 6));
        assertEquals(5, pinned.get(ValueLayout.JAVA_BYTE, 3));
        assertEquals(6, pinned.get(ValueLayout.JAVA_BYTE, 4));
      }
      byte[] before = read(file, 0, (int) (4 * PAGE));
      evictAll(file);
      assertArrayEquals(before, read(file, 0, (int) (4 * PAGE)));
      assertEquals(6, b.getByte(PAGE + 4));
      a.putByte(PAGE, (byte) 7);
      assertEquals(7, at(file, PAGE));
    }
  }

  @Test
  @DisplayName("S3.5 S3.2 what is punched, zeroed or cut off is so for all, in DRAM or not")
  void takenAway() throws IOException {
    for (boolean evicted : new boolean[] {false, true}) {
      for (boolean durable : new boolean[] {false, true}) {
        try (DaxFile file = fs.open("/f", RW)) {
          file.write(0, FsFixture.bytes((int) (8 * PAGE), 1));
          if (durable) {
            file.fsync();
          }
          if (evicted) {
            evictAll(file);
          }
          DaxMapping m = file.map(0, 8 * PAGE);
          assertEquals(1, m.getByte(2 * PAGE));
          m.putByte(3 * PAGE + 1, (byte) 2);
          file.punchHole(PAGE + 100, 2 * PAGE);
          assertEquals(1, m.getByte(PAGE + 99));
          assertEquals(0, m.getByte(PAGE + 100));
          assertEquals(0, m.getByte(2 * PAGE));
          assertEquals(0, m.getByte(3 * PAGE + 1));
          assertEquals(1, m.getByte(3 * PAGE + 100));
          assertEquals(0, at(file, 3 * PAGE + 1));
          file.zeroRange(4 * PAGE, PAGE, false);
          assertEquals(0, m.getByte(4 * PAGE));
          file.write(4 * PAGE + 8, FsFixture.bytes(1, 3));
          assertEquals(3, m.getByte(4 * PAGE + 8));
          file.truncate(6 * PAGE + 10);
          assertEquals(1, m.getByte(6 * PAGE + 9));
          assertThrows(BeyondEndException.class, () -> m.getByte(7 * PAGE));
          file.truncate(8 * PAGE);
          assertEquals(0, m.getByte(6 * PAGE + 10));
          assertEquals(0, m.getByte(7 * PAGE));
          byte[] before = read(file, 0, (int) (8 * PAGE));
          evictAll(file);
          assertArrayEquals(before, read(file, 0, (int) (8 * PAGE)));
          m.close();
        }
        fs.unlink("/f");
      }
    }
  }

  @Test
  @DisplayName("S0.3 S3.5 what is stored beyond the end is not content when the file grows")
  void tail() throws IOException {
    for (int how = 0; how < 3; how++) {
      for (boolean evicted : new boolean[] {false, true}) {
        try (DaxFile file = fs.open("/f", RW)) {
          file.write(0, FsFixture.bytes(100, 1));
          DaxMapping m = file.map(0, PAGE);
          m.putByte(99, (byte) 2);
          m.putByte(200, (byte) 9);
          file.fsync(); // all of the page
          if (evicted) {
            evictAll(file);
          }
          switch (how) {
            case 0 -> file.truncate(2 * PAGE);
            case 1 -> file.write(2 * PAGE, FsFixture.bytes(1, 1));
            default -> file.allocate(0, 3 * PAGE, false);
          }
          assertEquals(2, at(file, 99));
          assertEquals(0, at(file, 200));
          assertEquals(0, m.getByte(200));
          m.close();
        }
        remount(TierMode.DIRECT);
        try (DaxFile file = fs.open("/f")) {
          assertEquals(0, at(file, 200));
        }
        remount(TierMode.CACHED);
        fs.unlink("/f");
      }
    }
  }

  @Test
  @DisplayName("S0.3 S3.5 nor when a load brings the page in at that moment")
  void tailAgainstLoads() throws Exception {
    for (int round = 0; round < 200; round++) {
      try (DaxFile file = fs.open("/f", RW);
          ExecutorService thread = Executors.newSingleThreadExecutor()) {
        file.write(0, FsFixture.bytes(100, 1));
        try (DaxMapping m = file.map(0, PAGE)) {
          m.fill(100, 3996, (byte) 9);
        }
        file.fsync();
        file.setTier(TierMode.DIRECT); // nothing of it is in DRAM then
        file.setTier(TierMode.CACHED);
        try (DaxMapping m = file.map(0, PAGE)) {
          Future<Byte> load = thread.submit(() -> m.getByte(0));
          file.write(PAGE, FsFixture.bytes(1, 1));
          load.get();
          assertEquals(0, m.getByte(4095));
        }
      }
      fs.unlink("/f");
    }
  }

  @Test
  @DisplayName("S3.5 allocate gives DRAM pages their blocks, and their content stays")
  void allocate() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(PAGE, FsFixture.bytes(4096, 1));
      DaxMapping m = file.map(0, 4 * PAGE);
      file.allocate(0, 4 * PAGE, false);
      assertEquals(1, m.getByte(PAGE));
      m.putByte(0, (byte) 2);
      file.write(3 * PAGE, FsFixture.bytes(1, 3));
      assertEquals(3, m.getByte(3 * PAGE));
      assertEquals(0, m.getByte(2 * PAGE));
      List<ExtentState> states = new ArrayList<>();
      for (FileExtent e : file.extents()) {
        for (long p = 0; p < e.length() / PAGE; p++) {
          states.add(e.state());
        }
      }
      assertEquals(
          List.of(
              ExtentState.WRITTEN, ExtentState.WRITTEN, ExtentState.UNWRITTEN, ExtentState.WRITTEN),
          states);
    }
  }

  @Test
  @DisplayName("S2.1 S3.5 data and holes are found before anything is written back")
  void seek() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(1L << 44);
      file.write(5 * PAGE, FsFixture.bytes(1, 1));
      file.write((1L << 44) - 1, FsFixture.bytes(1, 2));
      assertEquals(5 * PAGE, file.nextData(0));
      assertEquals(6 * PAGE, file.nextHole(5 * PAGE));
      assertEquals((1L << 44) - PAGE, file.nextData(6 * PAGE));
      assertEquals(0, at(file, 0));
      try (DaxMapping m = file.map(0, PAGE)) {
        assertEquals(0, m.getByte(0));
        m.putByte(0, (byte) 3);
      }
      assertEquals(0, file.nextData(0));
    }
  }

  @Test
  @DisplayName("S3.5 a store that lands right after its page was copied is written back next time")
  void storesDuringWriteBack() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes((int) (3 * PAGE), 1));
      file.fsync();
      for (boolean mapped : new boolean[] {false, true}) {
        file.write(PAGE, FsFixture.bytes(4096, mapped ? 2 : 4));
        try (DaxMapping m = file.map(0, 3 * PAGE)) {
          m.getByte(PAGE);
          boolean[] done = new boolean[1];
          media.copied =
              (offset, length) -> {
                if (length == 4096 && !done[0]) {
                  done[0] = true;
                  if (mapped) {
                    m.putByte(PAGE + 7, (byte) 3);
                  } else {
                    file.write(PAGE + 7, FsFixture.bytes(1, 3));
                  }
                }
              };
          file.fsync();
          media.copied = (offset, length) -> {};
          assertTrue(done[0]);
          file.fsync();
          long pfn = file.extents().getFirst().pfn() + 1;
          assertEquals(3, region.segment().get(ValueLayout.JAVA_BYTE, (pfn << 12) + 7));
        }
      }
    }
  }

  // ---------------------------------------------------------------- eviction

  @Test
  @DisplayName("S3.5 64 frames, 1,000 hot pages, 4 threads that store, write and read: all is kept")
  void hot() throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    int pages = 1000;
    byte[] expected = new byte[(int) (pages * PAGE)];
    try (DaxFile file = fs.open("/f", RW);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      file.truncate(expected.length);
      List<Future<Void>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int thread = t;
        all.add(
            threads.submit(() -> heat(file, expected, thread, 3_000, new Random(seed + thread))));
      }
      for (Future<Void> each : all) {
        each.get();
      }
      assertArrayEquals(expected, read(file, 0, expected.length));
      assertTrue(fs.tier().evictions() > 500, fs.tier()::toString);
      assertEquals(FRAMES, fs.tier().frames());
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
    for (TierMode mode : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
      remount(mode);
      try (DaxFile file = fs.open("/f")) {
        assertArrayEquals(expected, read(file, 0, expected.length), "-Djdax.test.seed=" + seed);
      }
    }
  }

  /** Every fourth page is this thread's. */
  private static Void heat(DaxFile file, byte[] expected, int thread, int steps, Random random)
      throws IOException {
    try (DaxMapping m = file.map(0, expected.length)) {
      for (int i = 0; i < steps; i++) {
        int page = random.nextInt(expected.length / 4096 / 4) * 4 + thread;
        int at = page * 4096 + random.nextInt(512) * 8;
        switch (random.nextInt(4)) {
          case 0 -> {
            long value = random.nextLong();
            m.putLong(at, value);
            ByteLongs.put(expected, at, value);
          }
          case 1 -> {
            byte[] bytes = new byte[1 + random.nextInt((page + 1) * 4096 - at)];
            random.nextBytes(bytes);
            file.write(at, MemorySegment.ofArray(bytes));
            System.arraycopy(bytes, 0, expected, at, bytes.length);
          }
          case 2 -> assertEquals(ByteLongs.get(expected, at), m.getLong(at));
          default -> {
            byte[] got = read(file, at, 8);
            assertEquals(ByteLongs.get(expected, at), ByteLongs.get(got, 0));
          }
        }
      }
    }
    return null;
  }

  /** Longs in an array, as mappings store them. */
  private static final class ByteLongs {
    static void put(byte[] bytes, int at, long value) {
      MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
    }

    static long get(byte[] bytes, int at) {
      return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }
  }

  @Test
  @DisplayName("S3.5 one write, load or store of more than there are frames goes through")
  void largerThanTheCache() throws IOException {
    byte[] bytes = new byte[(int) (5 * FRAMES * PAGE)];
    new Random(4).nextBytes(bytes);
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, MemorySegment.ofArray(bytes));
      assertArrayEquals(bytes, read(file, 0, bytes.length));
      try (DaxMapping m = file.map(0, bytes.length)) {
        byte[] got = new byte[bytes.length];
        m.copyTo(0, MemorySegment.ofArray(got), 0, got.length);
        assertArrayEquals(bytes, got);
        new Random(5).nextBytes(bytes);
        m.copyFrom(0, MemorySegment.ofArray(bytes), 0, bytes.length);
      }
      assertArrayEquals(bytes, read(file, 0, bytes.length));
    }
    remount(TierMode.DIRECT);
    try (DaxFile file = fs.open("/f")) {
      assertArrayEquals(bytes, read(file, 0, bytes.length));
    }
  }

  @Test
  @DisplayName("S3.5 the dirty pages of an open file without a name hold nobody up")
  void unlinkedAndDirty() throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      fs.unlink("/f");
      for (int page = 0; page < FRAMES - 8; page++) {
        file.write(page * PAGE, FsFixture.bytes(4096, page));
      }
      for (int page = 0; page < FRAMES; page++) {
        other.write(page * PAGE, FsFixture.bytes(4096, page));
      }
      for (int page = 0; page < FRAMES - 8; page++) {
        assertEquals((byte) page, at(file, page * PAGE + 9));
      }
    }
  }

  @Test
  @DisplayName("S3.5 all frames pinned: a typed error, no hang; and all goes on once they are not")
  void allPinned() throws IOException {
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      file.truncate(FRAMES * PAGE);
      other.write(0, FsFixture.bytes(4096, 1));
      other.fsync();
      List<Pin> pins = new ArrayList<>();
      for (int page = 0; page < FRAMES; page++) {
        pins.add(file.pin(page * PAGE, PAGE, PinAccess.WRITE, true));
      }
      FramesExhaustedException e =
          assertThrows(
              FramesExhaustedException.class, () -> other.write(PAGE, FsFixture.bytes(4096, 2)));
      assertTrue(e.getMessage().contains("64 frames"), e.getMessage());
      try (DaxMapping m = other.map(0, 4 * PAGE)) {
        assertThrows(FramesExhaustedException.class, () -> m.putByte(0, (byte) 5));
        assertThrows(FramesExhaustedException.class, () -> m.getByte(0));
        assertThrows(FramesExhaustedException.class, () -> other.pin(0, 1, PinAccess.READ, true));
        assertEquals(1, at(other, 5));
        assertEquals(4096, other.sizeBytes());
        pins.removeLast().close();
        m.putByte(0, (byte) 5);
        for (Pin pin : pins) {
          pin.close();
        }
        other.write(PAGE, FsFixture.bytes(4096, 2));
        assertEquals(5, at(other, 0));
      }
    }
  }

  @Test
  @DisplayName(
      "S2.5 S3.5 a pin of more than there are frames is refused, and does not try for ever")
  void pinLargerThanTheCache() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(4 * FRAMES * PAGE);
      assertThrows(
          FramesExhaustedException.class,
          () -> file.pin(0, (FRAMES + 1) * PAGE, PinAccess.WRITE, true));
      file.write(0, FsFixture.bytes((int) (2 * FRAMES * PAGE), 1));
      assertThrows(
          FramesExhaustedException.class,
          () -> file.pin(0, 2 * FRAMES * PAGE, PinAccess.READ, false));
      file.pin(0, FRAMES / 2 * PAGE, PinAccess.WRITE, true).close();
    }
  }

  // ---------------------------------------------------------------- space

  @Test
  @DisplayName("S0.1 S3.5 delayed blocks are set aside, and given back by truncate, punch, unlink")
  void delayedSpace() throws IOException {
    long before = fs.statfs().usableBlocks();
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes((int) (20 * PAGE), 1));
    long with = fs.statfs().usableBlocks();
    assertTrue(with <= before - 20, with + " of " + before);
    file.truncate(10 * PAGE);
    assertTrue(fs.statfs().usableBlocks() > with, fs.statfs()::toString);
    file.punchHole(0, 5 * PAGE);
    assertTrue(fs.statfs().usableBlocks() > with, fs.statfs()::toString);
    fs.unlink("/f");
    assertEquals(1, at(file, 6 * PAGE));
    file.close();
    fs.sync();
    fs.frames().quarantine().drainNow();
    for (int i = 0; i < 4; i++) {
      fs.createDirectory("/d");
      fs.removeDirectory("/d");
    }
    fs.frames().quarantine().drainNow();
    assertEquals(FRAMES, fs.tier().freeFrames());
    assertEquals(0, fs.tier().dirtyFrames());
    remount(TierMode.CACHED);
    long after = fs.statfs().usableBlocks();
    assertTrue(Math.abs(before - after) <= 2, before + " before, " + after + " after");
  }

  // ---------------------------------------------------------------- modes

  @Test
  @DisplayName("I9 S3.5 a SYNC mapping of a cached file is refused")
  void syncIsRefused() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(PAGE);
      NotInPlaceException e =
          assertThrows(
              NotInPlaceException.class,
              () -> file.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO));
      assertTrue(e.getMessage().contains("DRAM"), e.getMessage());
      file.setTier(TierMode.DIRECT);
      file.map(0, PAGE, Sharing.SHARED, true, HolePolicy.ZERO).close();
    }
  }

  @Test
  @DisplayName(
      "S3.5 a file's tier is changed while nobody maps or pins it, kept, and loses nothing")
  void setTier() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(9000, 1));
      DaxMapping m = file.map(0, 4 * PAGE);
      m.putByte(1, (byte) 2);
      assertThrows(FileSystemException.class, () -> file.setTier(TierMode.DIRECT));
      assertTrue(file.isCached());
      m.close();
      try (Pin pin = file.pin(0, 1, PinAccess.READ, true)) {
        assertEquals(1, pin.segments().size());
        assertThrows(PinnedException.class, () -> file.setTier(TierMode.DIRECT));
      }
      file.setTier(TierMode.DIRECT);
      assertFalse(file.isCached());
      assertEquals(2, at(file, 1));
      assertEquals(1, at(file, 8999));
      file.write(0, FsFixture.bytes(1, 3));
      file.setTier(TierMode.CACHED);
      assertEquals(3, at(file, 0));
      assertEquals(2, at(file, 1));
      file.setTier(TierMode.DIRECT);
    }
    remount(TierMode.CACHED);
    try (DaxFile file = fs.open("/f", RW);
        DaxFile other = fs.open("/g", RW)) {
      assertFalse(file.isCached());
      assertEquals(TierMode.DIRECT, file.tier());
      assertTrue(other.isCached());
      assertEquals(3, at(file, 0));
      assertEquals(2, at(file, 1));
    }
  }

  @Test
  @DisplayName("S3.5 when nothing can be written nothing goes through DRAM")
  void readOnly() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes(5000, 4));
    }
    fs.close();
    java.nio.file.Path copy = java.nio.file.Files.createTempFile("jdax-tier-", "");
    try {
      java.nio.file.Files.write(copy, region.segment().toArray(ValueLayout.JAVA_BYTE));
      try (Region loads = Region.at(copy).readOnly(true).open();
          PmemBlockDevice only =
              PmemBlockDevice.of(loads, io.jdax.persist.Persister.of(loads), 4096);
          DaxFileSystem mounted =
              DaxFileSystem.mount(only, MountOptions.DEFAULTS.withTier(TierMode.CACHED));
          DaxFile file = mounted.open("/f")) {
        assertFalse(file.isCached());
        assertEquals(4, at(file, 4999));
        try (DaxMapping m = file.map(0, PAGE)) {
          assertEquals(4, m.getByte(0));
        }
      }
    } finally {
      java.nio.file.Files.delete(copy);
    }
    mount(TierMode.CACHED);
  }

  @Test
  @DisplayName("A write from, or a read into, memory that is not backed fails with a typed error")
  void bufferFault(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("short");
    try (DaxFile file = fs.open("/f", RW);
        FileChannel channel =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      file.write(0, FsFixture.bytes(2 * 4096, 3));
      channel.write(ByteBuffer.wrap(new byte[2 * 4096]), 0);
      MemorySegment buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * 4096, arena);
      channel.truncate(4096);
      for (int time = 0; time < 2; time++) { // the pages are in DRAM; then they are not
        BufferFaultException e =
            assertThrows(BufferFaultException.class, () -> file.write(0, buffer));
        assertEquals(4096, e.bufferByte());
        assertThrows(BufferFaultException.class, () -> file.read(0, buffer));
        file.fsync();
        assertEquals(3, at(file, 4096), "what was not copied is as before");
        assertArrayEquals(new byte[4096], read(file, 0, 4096));
        evictAll(file);
      }
      file.setTier(TierMode.DIRECT);
      assertThrows(BufferFaultException.class, () -> file.read(0, buffer));
    }
  }
}

package io.jdax.fs;

import static io.jdax.LongSizes.MIB;
import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.PowerFailures;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is appended to keeps storage for what comes next, and nobody lacks it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StorageAheadTest {
  private static final int PIECE = 8192;
  private static final int PIECE_PAGES = PIECE / (int) PAGE;
  private static final int HUGE = 512;

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  private static List<DaxFile> open(DaxFileSystem fs, int files, OpenMode... modes)
      throws IOException {
    List<DaxFile> all = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      all.add(fs.open("/f" + i, modes));
    }
    return all;
  }

  private static void close(List<DaxFile> files) throws IOException {
    for (DaxFile file : files) {
      file.close();
    }
  }

  /**
   * Two writes, of which the second goes on from the first: the file keeps storage from then on,
   * unless what comes after its blocks is just what it wants, and somebody else's then.
   */
  private static void begin(DaxFile file) throws IOException {
    file.append(FsFixture.bytes(PIECE, 1));
    file.append(FsFixture.bytes(PIECE, 1));
    for (int more = 0; more < 4 && ahead(file) == 0; more++) {
      file.append(FsFixture.bytes(PIECE, 1));
    }
    assertTrue(ahead(file) > 0, "it keeps nothing");
  }

  private static long ahead(DaxFile file) {
    return file.inode.ahead.blocks();
  }

  private static long aheadOfAll(DaxFileSystem fs) {
    return fs.volume.space.aheadFrames();
  }

  /** Blocks in use that are no nodes, when none is on its way back. */
  private static long dataBlocks(DaxFileSystem fs) throws IOException {
    fs.sync();
    fs.reclaim();
    FileSystemStat stat = fs.statfs();
    return stat.totalBlocks() - stat.freeBlocks() - stat.metadataBlocks();
  }

  /** When nothing is under way, as many frames are free by count as by number. */
  private static void assertBooksAgree(DaxFileSystem fs) {
    Space space = fs.volume.space;
    assertEquals(space.freeFrames(), space.nodesAtHand());
  }

  private static void verify(DaxFile file, long bytes, int value) throws IOException {
    byte[] found = new byte[(int) bytes];
    assertEquals(bytes, file.sizeBytes());
    assertEquals(bytes, Math.max(0, file.read(0, MemorySegment.ofArray(found))));
    for (byte b : found) {
      assertEquals(value, b);
    }
  }

  /** A way to make a file longer. */
  enum Way {
    WRITE,
    APPEND,
    DSYNC(OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE, OpenMode.DSYNC),
    APPEND_MODE(OpenMode.READ, OpenMode.APPEND, OpenMode.CREATE),
    HINT_16,
    HINT_512,
    HINT_2048;

    @SuppressWarnings("ImmutableEnumChecker") // open() takes an array, and does not change it
    final OpenMode[] modes;

    Way() {
      this(RW);
    }

    Way(OpenMode... modes) {
      this.modes = modes;
    }

    void prepare(DaxFile file) throws IOException {
      if (name().startsWith("HINT_")) {
        file.setExtentSizeHint(Long.parseLong(name().substring(5)) * PAGE);
      }
    }

    void add(DaxFile file, MemorySegment bytes) throws IOException {
      if (this == WRITE || this == DSYNC) {
        file.write(file.sizeBytes(), bytes);
      } else if (this == APPEND_MODE) {
        file.write(0, bytes);
      } else {
        file.append(bytes);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @DisplayName("Four files that are appended to in turns have at most three extents each")
  void filesWrittenSideBySideAreNotInterleaved(Way way) throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB)) {
      List<DaxFile> files = open(fixture.fs, 4, way.modes);
      for (DaxFile file : files) {
        way.prepare(file);
      }
      for (int at = 0; at < 2 * MIB; at += PIECE) {
        for (int i = 0; i < 4; i++) {
          way.add(files.get(i), FsFixture.bytes(PIECE, i + 1));
        }
      }
      for (int i = 0; i < 4; i++) {
        DaxFile file = files.get(i);
        assertTrue(file.extents().size() <= 3, () -> way + ": " + extents(file));
        assertEquals(2 * MIB, file.stat().allocatedBytes());
        verify(file, 2 * MIB, i + 1);
      }
      assertEquals(4 * 2 * MIB / PAGE, dataBlocks(fixture.fs));
      close(files);
      assertEquals(0, aheadOfAll(fixture.fs));
      fixture.assertSound();
      assertEquals(4 * 2 * MIB / PAGE, dataBlocks(fixture.fs));
      for (int i = 0; i < 4; i++) {
        try (DaxFile file = fixture.fs.open("/f" + i, RW)) {
          verify(file, 2 * MIB, i + 1);
        }
      }
    }
  }

  private static String extents(DaxFile file) {
    return file.inode.extents.all().toString();
  }

  @Test
  @DisplayName("Appends to a file with a hint of 2 MiB fill 2 MiB pages of the device")
  void appendsFillTheWindowsOfAHint() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB)) {
      List<DaxFile> files = open(fixture.fs, 2, RW);
      for (DaxFile file : files) {
        file.setExtentSizeHint(2 * MIB);
      }
      for (long at = 0; at < 6 * MIB; at += PIECE) {
        for (DaxFile file : files) {
          file.append(FsFixture.bytes(PIECE, 1));
        }
      }
      for (DaxFile file : files) {
        for (FileExtent e : file.extents()) {
          assertEquals(0, e.offset() % (2 * MIB), () -> extents(file));
          assertEquals(0, e.place() % (2 * MIB), () -> extents(file));
          assertEquals(ExtentState.WRITTEN, e.state());
        }
      }
      close(files);
      fixture.assertSound();
    }
  }

  @Test
  @DisplayName("A write into the middle of a window has the rest of it ahead")
  void aWindowIsKeptFromItsBeginning() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW);
        DaxFile other = fixture.fs.open("/other", RW)) {
      file.setExtentSizeHint(2 * MIB);
      file.write(5 * PAGE, FsFixture.bytes(PIECE, 1));
      assertEquals(HUGE - 5 - PIECE_PAGES, ahead(file));
      other.write(0, FsFixture.bytes(PIECE, 2));
      while (file.sizeBytes() < 2 * MIB - PAGE) {
        file.append(FsFixture.bytes((int) PAGE, 1));
      }
      assertEquals(1, ahead(file));
      assertEquals(2, file.extents().size(), () -> extents(file)); // unwritten, then written
      assertEquals(0, file.extents().getFirst().place() % (2 * MIB));
      assertEquals(2 * MIB - PAGE, file.stat().allocatedBytes());
    }
  }

  @Test
  @DisplayName("A file keeps nothing before a second write goes on from the first at its end")
  void aFileThatIsWrittenOnceKeepsNothing() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.append(FsFixture.bytes(PIECE, 1));
      file.write(0, FsFixture.bytes(PIECE, 1));
      file.write(100 * PAGE, FsFixture.bytes(PIECE, 1));
      file.write(50 * PAGE, FsFixture.bytes(PIECE, 1));
      file.truncate(200 * PAGE);
      file.append(FsFixture.bytes(PIECE, 1));
      assertEquals(0, ahead(file));
      file.append(FsFixture.bytes(PIECE, 1));
      assertTrue(ahead(file) > 0);
    }
  }

  @Test
  @DisplayName("What is kept grows with the file, to 64 MiB, and not beyond a part of the device")
  void whatIsKeptIsBounded() throws IOException {
    try (FsFixture fixture = new FsFixture(2048 * MIB);
        DaxFile file = fixture.fs.open("/f", RW);
        DaxFile sparse = fixture.fs.open("/sparse", RW)) {
      begin(file);
      assertEquals(256 - PIECE_PAGES, ahead(file));
      sparse.truncate(2048 * MIB);
      begin(sparse);
      assertEquals(64 * MIB / PAGE - PIECE_PAGES, ahead(sparse));
      for (int i = 0; i < 10; i++) {
        try (DaxFile more = fixture.fs.open("/more" + i, RW)) {
          more.truncate(2048 * MIB);
          more.append(FsFixture.bytes(PIECE, 1));
          more.append(FsFixture.bytes(PIECE, 1));
          assertTrue(aheadOfAll(fixture.fs) <= fixture.fs.statfs().usableBlocks() / 8);
        }
      }
    }
    try (FsFixture fixture = new FsFixture(MIB);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.append(FsFixture.bytes(PIECE, 1));
      file.append(FsFixture.bytes(PIECE, 1));
      assertEquals(0, ahead(file), "of a tiny device");
    }
  }

  // ---------------------------------------------------------------- nobody lacks it

  /** Appends by pages until nothing fits; returns how many did. */
  private static long fill(DaxFile file) throws IOException {
    for (int bytes = (int) MIB; bytes >= PAGE; bytes /= 2) {
      try {
        while (true) {
          file.append(FsFixture.bytes(bytes, 9));
        }
      } catch (NoSpaceException | QuotaExceededException full) {
        // by halves
      }
    }
    return file.sizeBytes() / PAGE;
  }

  private static long fitsBesideAppenders(int appenders, boolean ahead, boolean quota)
      throws IOException {
    try (FsFixture fixture = new FsFixture(128 * MIB)) {
      if (quota) {
        fixture.fs.setQuota("/", new Quota(1000 * PAGE, 0));
      }
      List<DaxFile> files = open(fixture.fs, appenders, RW);
      for (DaxFile file : files) {
        file.append(FsFixture.bytes(PIECE, 1));
        file.append(FsFixture.bytes(PIECE, 1));
        if (!ahead) {
          file.inode.volume.space.giveBackAllAhead();
        }
      }
      assertEquals(ahead, aheadOfAll(fixture.fs) > 1000);
      long fits;
      try (DaxFile last = fixture.fs.open("/last", RW)) {
        fits = fill(last);
        if (quota) {
          assertEquals(1000 * PAGE, Objects.requireNonNull(fixture.fs.quota("/")).usedBytes());
        } else {
          assertEquals(0, last.inode.volume.space.aheadFrames(), "somebody keeps what others want");
        }
      }
      close(files);
      fixture.assertSound();
      return fits;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("As much fits on a full device, or in a full quota, as if nobody kept anything")
  void asMuchFitsAsIfNobodyKeptAnything(boolean quota) throws IOException {
    assertEquals(fitsBesideAppenders(10, false, quota), fitsBesideAppenders(10, true, quota));
  }

  @Test
  @DisplayName("What is kept is free and usable, and in no figure of its file")
  void whatIsKeptIsFree() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW)) {
      fixture.fs.setQuota("/", new Quota(100 * PAGE, 0));
      begin(file);
      FileSystemStat with = fixture.fs.statfs();
      assertEquals(2 * PIECE, file.stat().allocatedBytes());
      assertEquals(2 * PIECE, Objects.requireNonNull(fixture.fs.quota("/")).usedBytes());
      assertEquals(2 * PIECE, file.nextHole(0));
      assertEquals(1, file.extents().size());
      file.inode.volume.space.giveBackAllAhead();
      assertEquals(with, fixture.fs.statfs());
    }
  }

  @Test
  @DisplayName("Mappings, pins, allocate and other files get the blocks that somebody keeps")
  void everyKindOfRequestGetsWhatIsKept() throws IOException {
    for (int kind = 0; kind < 5; kind++) {
      try (FsFixture fixture = new FsFixture(32 * MIB)) {
        requestsGetWhatIsKept(fixture.fs, kind);
        fixture.assertSound();
      }
    }
  }

  private static void requestsGetWhatIsKept(DaxFileSystem fs, int kind) throws IOException {
    List<DaxFile> keepers = open(fs, 4, RW);
    try (DaxFile file = fs.open("/file", RW);
        DaxFile filler = fs.open("/filler", RW)) {
      file.truncate(64 * PAGE);
      for (DaxFile keeper : keepers) {
        begin(keeper);
      }
      Space space = file.inode.volume.space;
      long kept = space.aheadFrames();
      while (space.freeFrames() - kept > 40) {
        filler.allocate(filler.sizeBytes(), 16 * PAGE, false);
      }
      assertEquals(kept, space.aheadFrames(), "nobody lacked it yet");
      assertTrue(space.usableFrames() > 64 + 40, "there is nothing to be had");
      for (long page = 0; page < 64; page++) {
        request(fs, file, page, kind);
      }
      assertEquals(0, space.aheadFrames());
    }
    close(keepers);
  }

  private static void request(DaxFileSystem fs, DaxFile file, long page, int kind)
      throws IOException {
    long at = page * PAGE;
    switch (kind) {
      case 0 -> file.write(at, FsFixture.bytes((int) PAGE, 1));
      case 1 -> file.allocate(at, PAGE, false);
      case 2 -> file.pin(at, PAGE, PinAccess.WRITE, true).close();
      case 3 -> {
        try (DaxMapping mapping = file.map(0, 64 * PAGE)) {
          mapping.putByte(at, (byte) 1);
        }
      }
      default -> fs.setAttribute("/file", "user." + page, new byte[2000]);
    }
  }

  @Test
  @DisplayName("Two threads append while a third fills the device: all of it is used, and right")
  void appendersAgainstOneThatFills() throws Exception {
    try (FsFixture fixture = new FsFixture(16 * MIB);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 10; round++) {
        List<DaxFile> files = open(fixture.fs, 3, RW);
        List<Future<Long>> ends = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          DaxFile file = files.get(i);
          int value = i + 1;
          int bytes = i == 2 ? 1 << 16 : PIECE;
          ends.add(
              threads.submit(
                  () -> {
                    try {
                      while (true) {
                        file.append(FsFixture.bytes(bytes, value));
                      }
                    } catch (NoSpaceException full) {
                      return file.sizeBytes();
                    }
                  }));
        }
        long pages = 0;
        for (int i = 0; i < 3; i++) {
          long size = ends.get(i).get();
          pages += size / PAGE;
          verify(files.get(i), size, i + 1);
        }
        pages -= files.get(2).sizeBytes() / PAGE;
        pages += fill(files.get(2)); // what the others had set aside when they were refused
        assertBooksAgree(fixture.fs);
        close(files);
        fixture.assertSound();
        assertEquals(pages, dataBlocks(fixture.fs));
        for (int i = 0; i < 3; i++) {
          fixture.fs.unlink("/f" + i);
        }
        fixture.remount();
      }
    }
  }

  // ---------------------------------------------------------------- given back

  @Test
  @DisplayName("Truncate and punch give back what goes on from what they take, and else nothing")
  void truncateAndPunchGiveBack() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW)) {
      begin(file);
      long kept = ahead(file);
      file.punchHole(0, PIECE);
      file.truncate(2 * PIECE - 100);
      file.truncate(2 * PIECE);
      file.truncate(2 * PIECE + 10 * PAGE);
      assertEquals(kept, ahead(file));
      file.punchHole(2 * PIECE - PAGE, PAGE);
      assertEquals(0, ahead(file));
      file.truncate(0);
      begin(file);
      file.truncate(PIECE);
      assertEquals(0, ahead(file));
      file.append(FsFixture.bytes(PIECE, 1)); // where the last one did not end
      assertEquals(0, ahead(file));
    }
  }

  @Test
  @DisplayName("A store beyond the next block gives back what is kept, one into it takes it")
  void storesAfterTheEnd() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW);
        DaxFile other = fixture.fs.open("/other", RW)) {
      begin(file);
      other.append(FsFixture.bytes(PIECE, 1));
      long kept = ahead(file);
      file.truncate(100 * PAGE);
      try (DaxMapping mapping = file.map(0, 100 * PAGE)) {
        mapping.putByte(2 * PIECE, (byte) 1);
        mapping.putByte(2 * PIECE + PAGE, (byte) 1);
        assertEquals(kept - 2, ahead(file));
        file.write(2 * PIECE + 2 * PAGE, FsFixture.bytes((int) PAGE, 1));
        file.pin(2 * PIECE + 3 * PAGE, PAGE, PinAccess.WRITE, true).close();
        file.allocate(2 * PIECE + 4 * PAGE, PAGE, false);
        assertEquals(kept - 5, ahead(file));
        long place = file.extents().getFirst().place();
        for (FileExtent e : file.extents()) {
          assertEquals(place + e.offset(), e.place(), () -> extents(file));
        }
        mapping.putByte(90 * PAGE, (byte) 1);
        assertEquals(0, ahead(file));
      }
      assertBooksAgree(fixture.fs);
    }
  }

  @Test
  @DisplayName("The last close gives back what is kept, and no close before it")
  void theLastCloseGivesBack() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB)) {
      DaxFile file = fixture.fs.open("/f", RW);
      DaxFile again = fixture.fs.open("/f", RW);
      begin(file);
      long kept = ahead(file);
      file.close();
      assertEquals(kept, ahead(again));
      again.close();
      assertEquals(0, aheadOfAll(fixture.fs));
      DaxFile nameless = fixture.fs.open("/g", RW);
      begin(nameless);
      fixture.fs.unlink("/g");
      nameless.append(FsFixture.bytes(PIECE, 1));
      nameless.close();
      assertEquals(0, aheadOfAll(fixture.fs));
      begin(fixture.fs.open("/left-open", RW));
      fixture.assertSound();
      assertEquals(0, aheadOfAll(fixture.fs));
      begin(fixture.fs.open("/abandoned", RW));
      fixture.fs.abandon();
      assertEquals(List.of(), FileSystemCheck.check(fixture.device).defects());
    }
  }

  @Test
  @DisplayName(
      "A file system that becomes read-only keeps nothing, nor does a file that changes tier")
  void readOnlyAndTierGiveBack() throws IOException {
    try (FsFixture fixture = new FsFixture(64 * MIB);
        DaxFile file = fixture.fs.open("/f", RW)) {
      begin(file);
      fixture.fs.setReadOnly(true);
      assertEquals(0, ahead(file));
      fixture.fs.setReadOnly(false);
      file.append(FsFixture.bytes(PIECE, 1));
      assertTrue(ahead(file) > 0, "it goes on");
      file.setTier(TierMode.CACHED);
      assertEquals(0, ahead(file));
      file.setTier(TierMode.DIRECT);
      file.append(FsFixture.bytes(PIECE, 1));
      verify(file, 4 * PIECE, 1);
      assertBooksAgree(fixture.fs);
    }
  }

  // ---------------------------------------------------------------- failures

  @Test
  @DisplayName("After a loss of power nothing shows what was kept")
  void aLossOfPowerGivesBack() throws IOException {
    try (FsFixture fixture = new FsFixture(32 * MIB, true);
        DaxFile file = fixture.fs.open("/f", RW)) {
      begin(file);
      file.fsync();
      assertTrue(ahead(file) > 0);
      file.append(FsFixture.bytes(PIECE, 1));
      try (DaxFileSystem after = fixture.powerLoss();
          DaxFile found = after.open("/f", RW)) {
        verify(found, 2 * PIECE, 1);
        assertEquals(2 * PIECE_PAGES, dataBlocks(after));
        assertEquals(2 * PIECE, found.stat().allocatedBytes());
        begin(found);
      }
    }
  }

  @Test
  @DisplayName(
      "Wherever power is lost while files are appended to, no defect and no garbage is left")
  void powerLossWhileAppending() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    List<byte[]> images = new ArrayList<>();
    int bytes = 6 << 20;
    try (Region region = Region.anonymous("appended", bytes);
        Region after = Region.anonymous("after", bytes)) {
      region.segment().fill((byte) 0xDB);
      DaxFileSystem.format(PmemBlockDevice.of(region, Persister.of(region), (int) PAGE), "test");
      Persister persister = PowerFailures.collecting(region, new SplittableRandom(seed), 1, images);
      try (DaxFileSystem fs =
              DaxFileSystem.mount(PmemBlockDevice.of(region, persister, (int) PAGE));
          DaxFile file = fs.open("/f", RW);
          DaxFile other = fs.open("/g", RW)) {
        fs.sync();
        images.clear();
        for (int i = 0; i < 4; i++) {
          file.append(FsFixture.bytes(PIECE, 1));
          other.append(FsFixture.bytes(PIECE, 1));
        }
        assertTrue(ahead(file) > 0);
        file.fsync();
        file.truncate(2 * PIECE);
        file.append(FsFixture.bytes(PIECE, 1));
        fs.sync();
        assertBooksAgree(fs);
      }
      for (byte[] image : images) {
        after.segment().copyFrom(MemorySegment.ofArray(image));
        PmemBlockDevice device = PmemBlockDevice.of(after, Persister.of(after), (int) PAGE);
        assertTrue(
            FileSystemCheck.check(device).defects().stream()
                .allMatch(d -> d.code() == DefectCode.SB1), // torn
            "seed " + seed);
        try (DaxFileSystem fs = DaxFileSystem.mount(device);
            DaxFile file = fs.open("/f", RW);
            DaxFile other = fs.open("/g", RW)) {
          verify(file, file.sizeBytes(), 1);
          verify(other, other.sizeBytes(), 1);
          assertEquals(
              (file.stat().allocatedBytes() + other.stat().allocatedBytes()) / PAGE,
              dataBlocks(fs),
              "seed " + seed);
        }
      }
      assertTrue(images.size() > 10, "power was lost " + images.size() + " times");
    }
  }

  @Test
  @DisplayName("An append that keeps storage and fails at any step leaves the books right")
  void failuresAtEachStep() throws IOException {
    for (FailurePoint point : FailurePoint.values()) {
      for (int hint : new int[] {0, HUGE}) {
        int step = 1;
        while (!getsThrough(point, step, hint)) {
          step++;
          assertTrue(step < 200, "no end");
        }
      }
    }
  }

  private static boolean getsThrough(FailurePoint point, int failing, int hint) throws IOException {
    try (FsFixture fixture = new FsFixture(16 * MIB)) {
      DaxFile file = fixture.fs.open("/f", RW);
      file.setExtentSizeHint(hint * PAGE);
      file.append(FsFixture.bytes(PIECE, 1));
      Thread tester = Thread.currentThread();
      int[] count = {0};
      FailurePoint.listen(
          p -> {
            if (p == point && Thread.currentThread().equals(tester) && ++count[0] == failing) {
              throw new OutOfMemoryError("injected");
            }
          });
      boolean thrown = false;
      try {
        file.append(FsFixture.bytes(PIECE, 1));
        file.append(FsFixture.bytes(PIECE, 1));
        file.truncate(PIECE);
        file.append(FsFixture.bytes(PIECE, 1));
        file.append(FsFixture.bytes(PIECE, 1));
        file.close();
      } catch (OutOfMemoryError | TreeFailedException e) {
        thrown = true;
      }
      FailurePoint.listen(null);
      if (thrown && file.inode.volume.tree.failure() == null) {
        if (!file.isOpen()) {
          file = fixture.fs.open("/f", RW);
        }
        long size = file.sizeBytes();
        file.append(FsFixture.bytes(PIECE, 1));
        verify(file, size + PIECE, 1);
        assertEquals(size + PIECE, file.stat().allocatedBytes());
        file.close();
        assertEquals(0, aheadOfAll(fixture.fs));
        fixture.assertSound();
        assertEquals((size + PIECE) / PAGE, dataBlocks(fixture.fs));
      } else if (thrown) {
        fixture.fs.abandon();
      }
      return count[0] < failing;
    }
  }

  @Test
  @DisplayName("Blocks that were kept and can't be written are in use by nobody, the others free")
  void badBlocksAhead() throws IOException {
    Region region = Region.anonymous("bad", 32 * MIB);
    BadMedia media = new BadMedia(region);
    try (FsFixture fixture = new FsFixture(region, media, MountOptions.DEFAULTS);
        DaxFile file = fixture.fs.open("/f", RW)) {
      begin(file);
      media.bad = true;
      assertThrows(MediaErrorException.class, () -> file.append(FsFixture.bytes((int) PAGE, 2)));
      media.bad = false;
      assertEquals(1, file.inode.volume.badBlocks.count());
      assertEquals(2 * PIECE, file.sizeBytes());
      file.append(FsFixture.bytes(PIECE, 1));
      verify(file, 3 * PIECE, 1);
      for (FileExtent e : file.extents()) {
        for (long at = 0; at < e.length(); at += PAGE) {
          assertFalse(file.inode.volume.badBlocks.contains((e.place() + at) / PAGE));
        }
      }
      assertEquals(3 * PIECE_PAGES + 1, dataBlocks(fixture.fs));
    }
  }

  // ---------------------------------------------------------------- the tier

  /**
   * What is tried.
   *
   * @param sync whether each append is durable on return, so that it gets its blocks at once
   */
  record InDram(int block, TierMode tier, int bytes, boolean sync) {}

  static List<InDram> inDram() {
    return List.of(
        new InDram(4096, TierMode.CACHED, PIECE, false),
        new InDram(4096, TierMode.CACHED, PIECE, true),
        new InDram(4096, TierMode.CACHED, 1000, true),
        new InDram(512, TierMode.CACHED, PIECE, false),
        new InDram(512, TierMode.CACHED, PIECE, true),
        new InDram(512, TierMode.CACHED, 1000, true),
        new InDram(512, TierMode.DIRECT, PIECE, false),
        new InDram(512, TierMode.DIRECT, 1000, false),
        new InDram(2048, TierMode.DIRECT, PIECE, false));
  }

  @ParameterizedTest
  @MethodSource("inDram")
  @DisplayName("Files that get their blocks at write-back are not interleaved either")
  void filesInDram(InDram how) throws IOException {
    Region region = Region.anonymous("tier", 64 * MIB);
    MountOptions options = MountOptions.DEFAULTS.withTier(how.tier).withCacheBytes(32 * MIB);
    try (FsFixture fixture = new FsFixture(region, Persister.of(region), how.block, options)) {
      List<DaxFile> files = open(fixture.fs, 4, how.sync ? Way.DSYNC.modes : RW);
      long bytes = 0;
      for (; bytes < 2 * MIB; bytes += how.bytes) {
        for (DaxFile file : files) {
          file.append(FsFixture.bytes(how.bytes, 1));
        }
      }
      for (DaxFile file : files) {
        file.fsync();
        assertTrue(file.extents().size() <= 3, () -> how + ": " + extents(file));
        verify(file, bytes, 1);
      }
      assertEquals(how.tier == TierMode.CACHED, files.getFirst().isCached());
      close(files);
      assertEquals(0, aheadOfAll(fixture.fs));
      fixture.assertSound();
      assertEquals(4 * ((bytes + how.block - 1) / how.block), dataBlocks(fixture.fs));
    }
  }
}

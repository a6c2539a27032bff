package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DaxFileTest {
  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    fixture = new FsFixture(16 << 20);
    fs = fixture.fs;
    file = fs.open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void remount() throws IOException {
    file.close();
    fixture.remount();
    fs = fixture.fs;
    file = fs.open("/f", RW);
  }

  private byte[] read(long offset, int length) throws IOException {
    byte[] out = new byte[length];
    int n = file.read(offset, MemorySegment.ofArray(out));
    return n == length ? out : java.util.Arrays.copyOf(out, Math.max(0, n));
  }

  @Test
  @DisplayName("What is written is read back also after a remount")
  void whatIsWrittenIsReadBackAlsoAfterARemount() throws IOException {
    byte[] data = new byte[10_000];
    new java.util.Random(1).nextBytes(data);
    file.write(5_000, MemorySegment.ofArray(data));
    assertEquals(15_000, file.sizeBytes());
    assertArrayEquals(data, read(5_000, 10_000));
    assertArrayEquals(new byte[5_000], read(0, 5_000));
    remount();
    assertEquals(15_000, file.sizeBytes());
    assertArrayEquals(data, read(5_000, 10_000));
    assertArrayEquals(new byte[5_000], read(0, 5_000));
    assertEquals(-1, file.read(15_000, MemorySegment.ofArray(new byte[1])));
  }

  @Test
  @DisplayName("What is stored in a mapping is read and survives a remount")
  void whatIsStoredInAMappingIsReadAndSurvivesARemount() throws IOException {
    file.truncate(1 << 20);
    try (DaxMapping m = file.map(0, 1 << 20)) {
      for (int page = 0; page < 256; page += 3) {
        m.putLong(page * 4096L + 8, page);
      }
      assertEquals(
          3, MemorySegment.ofArray(read(3 * 4096 + 8, 8)).get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
    }
    remount();
    try (DaxMapping m = file.map(0, 1 << 20)) {
      for (int page = 0; page < 256; page++) {
        assertEquals(page % 3 == 0 ? page : 0, m.getLong(page * 4096L + 8));
      }
    }
  }

  @Test
  @DisplayName("Write and mapping see each other")
  void writeAndMappingSeeEachOther() throws IOException {
    file.truncate(8192);
    DaxMapping m = file.map(0, 8192);
    assertEquals(0, m.getByte(4100));
    file.write(4100, FsFixture.bytes(1, 7));
    assertEquals(7, m.getByte(4100));
    m.putByte(4101, (byte) 8);
    assertArrayEquals(new byte[] {0, 7, 8, 0}, read(4099, 4));
  }

  @Test
  @DisplayName("Truncated bytes read as zeros when the file grows again")
  void truncatedBytesReadAsZerosWhenTheFileGrowsAgain() throws IOException {
    file.write(0, FsFixture.bytes(20_000, 5));
    file.truncate(100);
    assertEquals(100, file.sizeBytes());
    file.truncate(20_000);
    byte[] expected = new byte[20_000];
    java.util.Arrays.fill(expected, 0, 100, (byte) 5);
    assertArrayEquals(expected, read(0, 20_000));
    remount();
    assertArrayEquals(expected, read(0, 20_000));
  }

  @Test
  @DisplayName("What a mapping stored behind the end does not become content")
  void whatAMappingStoredBehindTheEndDoesNotBecomeContent() throws IOException {
    file.write(0, FsFixture.bytes(100, 5));
    DaxMapping m = file.map(0, 4096);
    m.fill(100, 3996, (byte) 9);
    file.write(200, FsFixture.bytes(1, 6));
    byte[] expected = new byte[201];
    java.util.Arrays.fill(expected, 0, 100, (byte) 5);
    expected[200] = 6;
    assertArrayEquals(expected, read(0, 201));
    m.fill(201, 100, (byte) 9);
    file.truncate(5000);
    assertArrayEquals(new byte[4000], read(201, 4000));
  }

  @Test
  @DisplayName("Punched blocks are holes and the edges are zeros")
  void punchedBlocksAreHolesAndTheEdgesAreZeros() throws IOException {
    file.write(0, FsFixture.bytes(5 * 4096, 5));
    fs.sync();
    long free = fs.statfs().usableBlocks();
    file.punchHole(4000, 3 * 4096);
    byte[] expected = new byte[5 * 4096];
    java.util.Arrays.fill(expected, (byte) 5);
    java.util.Arrays.fill(expected, 4000, 4000 + 3 * 4096, (byte) 0);
    assertArrayEquals(expected, read(0, 5 * 4096));
    assertEquals(
        List.of(ExtentState.WRITTEN, ExtentState.WRITTEN),
        file.extents().stream().map(FileExtent::state).toList());
    assertEquals(4096, file.nextHole(0));
    assertEquals(3 * 4096, file.nextData(4096));
    remount();
    assertArrayEquals(expected, read(0, 5 * 4096));
    fs.sync();
    assertTrue(fs.statfs().usableBlocks() >= free + 2 - 1, "the blocks came back");
  }

  @Test
  @DisplayName("Zero range keeps the storage and reads as zeros")
  void zeroRangeKeepsTheStorageAndReadsAsZeros() throws IOException {
    file.write(0, FsFixture.bytes(5 * 4096, 5));
    DaxMapping m = file.map(0, 5 * 4096);
    assertEquals(5, m.getByte(4096));
    file.zeroRange(4000, 2 * 4096 + 200, false);
    byte[] expected = new byte[5 * 4096];
    java.util.Arrays.fill(expected, (byte) 5);
    java.util.Arrays.fill(expected, 4000, 4200 + 2 * 4096, (byte) 0);
    assertArrayEquals(expected, read(0, 5 * 4096));
    assertEquals(0, m.getByte(4096));
    assertEquals(5 * 4096, file.stat().allocatedBytes());
    m.putByte(4096, (byte) 3);
    expected[4096] = 3;
    m.force();
    remount();
    assertArrayEquals(expected, read(0, 5 * 4096));
  }

  @Test
  @DisplayName("Allocate gives storage and nothing else")
  void allocateGivesStorageAndNothingElse() throws IOException {
    file.allocate(100, 4 << 20, true);
    assertEquals(0, file.sizeBytes());
    assertEquals((4 << 20) + 4096, file.stat().allocatedBytes());
    file.allocate(0, 10_000, false);
    assertEquals(10_000, file.sizeBytes());
    assertArrayEquals(new byte[10_000], read(0, 10_000));
    assertEquals(-1, file.nextData(0));
    file.write(5000, FsFixture.bytes(10, 1));
    assertEquals(4096, file.nextData(0));
    assertEquals((4 << 20) + 4096, file.stat().allocatedBytes());
    remount();
    assertEquals(4096, file.nextData(0));
    assertEquals(8192, file.nextHole(4096));
    assertEquals((4 << 20) + 4096, file.stat().allocatedBytes());
  }

  @Test
  @DisplayName("Without space nothing changes")
  void withoutSpaceNothingChanges() throws IOException {
    long usable = fs.statfs().usableBlocks();
    NoSpaceException e =
        assertThrows(NoSpaceException.class, () -> file.allocate(0, (usable + 1) * 4096, false));
    assertTrue(e.usableBlocks() <= usable);
    assertThrows(
        NoSpaceException.class,
        () -> file.write(0, MemorySegment.ofArray(new byte[(int) (usable + 1) * 4096])));
    assertEquals(0, file.sizeBytes());
    assertEquals(List.of(), file.extents());
    assertTrue(
        fs.statfs().usableBlocks() >= usable, "a second try commits, which brings some back");
    file.write(0, MemorySegment.ofArray(new byte[(int) (usable - 8) * 4096]));
    file.fsync();
    file.truncate(0);
    fs.sync();
    file.write(0, MemorySegment.ofArray(new byte[(int) (usable - 8) * 4096]));
  }

  @Test
  @DisplayName("A full device records every accepted store")
  void aFullDeviceRecordsEveryAcceptedStore() throws IOException {
    file.truncate(1L << 30);
    DaxMapping m = file.map(0, 1L << 30);
    int stored = 0;
    try {
      for (; stored < 1 << 20; stored++) {
        m.putLong((stored * 7L % (1 << 18)) << 12, stored + 1); // nowhere two in a row
      }
    } catch (NoSpaceException e) {
      // as it should
    }
    assertTrue(stored > 1000);
    m.force();
    remount();
    DaxMapping after = file.map(0, 1L << 30);
    for (int i = 0; i < stored; i++) {
      assertEquals(i + 1, after.getLong((i * 7L % (1 << 18)) << 12));
    }
  }

  @Test
  @DisplayName("An extent size hint makes scattered stores one extent")
  void anExtentSizeHintMakesScatteredStoresOneExtent() throws IOException {
    file.truncate(4 << 20);
    file.setExtentSizeHint(2 << 20);
    DaxMapping m = file.map(0, 4 << 20);
    for (int page = 511; page >= 0; page -= 2) {
      m.putLong(page * 4096L, page);
    }
    for (int page = 510; page >= 0; page -= 2) {
      m.putLong(page * 4096L, page);
    }
    List<FileExtent> extents = file.extents();
    assertEquals(1, extents.size());
    assertEquals(0, extents.getFirst().pfn() % 512);
    assertEquals(2 << 20, extents.getFirst().length());
    remount();
    assertEquals(2 << 20, file.extentSizeHint());
    assertEquals(extents, file.extents());
  }

  @Test
  @DisplayName("Appends of many threads all arrive whole")
  void appendsOfManyThreadsAllArriveWhole() throws Exception {
    int threads = 4;
    int each = 500;
    List<Thread> all = new java.util.ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int value = t + 1;
      all.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      try {
                        file.append(FsFixture.bytes(100, value));
                      } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                      }
                    }
                  }));
    }
    for (Thread t : all) {
      t.join();
    }
    assertEquals(100L * threads * each, file.sizeBytes());
    int[] seen = new int[threads + 1];
    byte[] data = read(0, threads * each * 100);
    for (int i = 0; i < data.length; i += 100) {
      for (int k = 1; k < 100; k++) {
        assertEquals(data[i], data[i + k]);
      }
      seen[data[i]]++;
    }
    for (int t = 1; t <= threads; t++) {
      assertEquals(each, seen[t]);
    }
  }

  @Test
  @DisplayName("Modes are kept")
  void modesAreKept() throws IOException {
    file.write(0, FsFixture.bytes(10, 1));
    try (DaxFile reader = fs.open("/f")) {
      assertThrows(NonWritableChannelException.class, () -> reader.truncate(0));
      assertThrows(NonWritableChannelException.class, () -> reader.write(0, FsFixture.bytes(1, 1)));
      DaxMapping m = reader.map(0, 4096);
      assertThrows(IOException.class, () -> m.putByte(0, (byte) 1));
      assertThrows(
          NonWritableChannelException.class,
          () -> reader.map(0, 4096, io.jdax.mm.Sharing.SHARED, false, io.jdax.mm.HolePolicy.ZERO));
    }
    try (DaxFile writer = fs.open("/f", OpenMode.APPEND)) {
      assertThrows(NonReadableChannelException.class, () -> writer.read(0, ByteBuffer.allocate(1)));
      writer.write(0, FsFixture.bytes(1, 2));
    }
    assertEquals(11, file.sizeBytes());
    file.close();
    assertThrows(ClosedChannelException.class, () -> file.sizeBytes());
    file.close();
  }

  @Test
  @DisplayName("A mapping outlives its handle and its name")
  void aMappingOutlivesItsHandleAndItsName() throws IOException {
    file.truncate(8192);
    DaxMapping m = file.map(0, 8192);
    m.putByte(0, (byte) 1);
    file.close();
    m.putByte(1, (byte) 2);
    fs.unlink("/f");
    assertFalse(fs.exists("/f"));
    m.putByte(4096, (byte) 3);
    assertEquals(1, m.getByte(0));
    assertEquals(3, m.getByte(4096));
    long used = fs.statfs().freeBlocks();
    m.close();
    fs.volume.frames.quarantine().drainNow();
    fs.createDirectory("/x");
    fs.createDirectory("/y");
    fs.createDirectory("/z");
    assertTrue(fs.statfs().freeBlocks() >= used, "the blocks of the file came back");
  }

  @Test
  @DisplayName("A pin holds truncate up")
  void aPinHoldsTruncateUp() throws IOException {
    file.truncate(8192);
    var pin = file.pin(0, 8192, PinAccess.WRITE, true);
    assertThrows(PinnedException.class, () -> file.truncate(0));
    assertThrows(PinnedException.class, () -> fs.close());
    pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 3, (byte) 9);
    pin.close();
    assertEquals(9, read(3, 1)[0]);
    file.truncate(0);
  }

  @Test
  @DisplayName("Bad arguments are refused and change nothing")
  void badArgumentsAreRefusedAndChangeNothing() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> file.truncate(-1));
    assertThrows(IllegalArgumentException.class, () -> file.truncate(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> file.punchHole(-1, 5));
    assertThrows(IllegalArgumentException.class, () -> file.allocate(0, 0, false));
    assertThrows(IllegalArgumentException.class, () -> file.write(-1, FsFixture.bytes(1, 1)));
    assertThrows(IOException.class, () -> file.write(1L << 60, FsFixture.bytes(1, 1)));
    assertThrows(IllegalArgumentException.class, () -> file.setExtentSizeHint(1000));
    assertThrows(IllegalArgumentException.class, () -> file.nextData(-1));
    assertEquals(0, file.sizeBytes());
    assertEquals(List.of(), file.extents());
  }

  @Test
  @DisplayName("What a truncate cuts off is zeros at once in mappings, which show the last page")
  void truncatedTailInMappings() throws IOException {
    file.write(0, FsFixture.bytes(8192, 7));
    DaxMapping mapping = file.map(0, 8192);
    assertEquals(7, mapping.getByte(200));
    file.truncate(100);
    assertEquals(7, mapping.getByte(99));
    assertEquals(0, mapping.getByte(100));
    assertEquals(0, mapping.getByte(4095));
  }

  @Test
  @DisplayName("What a write does not reach of a new block reads as zeros, whatever was there")
  void newBlocksShowNothingOld() throws IOException {
    io.jdax.fs.space.Space space = file.inode.volume.space;
    for (long pfn = 0; pfn < space.totalFrames(); pfn++) {
      if (!space.isUsed(pfn)) {
        fixture.device.region().segment().asSlice(pfn << 12, 4096).fill((byte) 0x5a);
      }
    }
    file.truncate(16_384);
    file.write(100, FsFixture.bytes(10, 7));
    file.write(8192 + 4090, FsFixture.bytes(10, 7)); // the end of a block, and the begin of one
    byte[] expected = new byte[16_384];
    java.util.Arrays.fill(expected, 100, 110, (byte) 7);
    java.util.Arrays.fill(expected, 12_282, 12_292, (byte) 7);
    assertArrayEquals(expected, read(0, 16_384));
  }
}

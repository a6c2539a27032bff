package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * K12: what a device does about sectors that it knows to be bad, with a double in the kernel's
 * place.
 */
class PmemBadBlocksTest {
  private static final int SIZE = 64 << 10;
  private final TestDevices devices = new TestDevices();
  private Region region;

  /** Clears by filling with a byte that nobody may ever read. */
  private final class KernelDouble implements BadBlockClearer {
    final List<BadRange> cleared = new ArrayList<>();
    final int unit;
    Runnable then = () -> {};
    boolean fails;

    KernelDouble(int unit) {
      this.unit = unit;
    }

    @Override
    public int unitBytes() {
      return unit;
    }

    @Override
    public void clear(long offset, long length) throws IOException {
      if (fails) {
        throw new IOException("the double refuses");
      }
      cleared.add(new BadRange(offset, length));
      region.segment().asSlice(offset, length).fill((byte) 0xEE);
      then.run();
    }
  }

  @BeforeEach
  void open() throws IOException {
    region = devices.memfd(SIZE);
    region.segment().copyFrom(MemorySegment.ofArray(noise(SIZE, 1)));
  }

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  private byte[] raw() {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  private static MemorySegment buffer(int bytes) {
    return MemorySegment.ofArray(noise(bytes, 2));
  }

  private interface Request {
    void run() throws IOException;
  }

  private void refused(String message, long offset, long length, Request request) {
    byte[] before = raw();
    MediaErrorException e = assertThrows(MediaErrorException.class, request::run);
    assertEquals(
        "memfd:block-test: bytes [" + offset + ", +" + length + "): " + message, e.getMessage());
    assertEquals(offset, e.offset());
    assertEquals(length, e.length());
    assertArrayEquals(before, raw());
  }

  @Test
  @DisplayName("K12 a read that touches a bad sector fails and names it")
  void readOfABadSectorFails() throws IOException {
    BlockDevice device =
        TestDevices.withBadBlocks(region, 512, new KernelDouble(512), new BadRange(8 * 512, 1024));
    MemorySegment dst = buffer(4 * 512);
    byte[] before = dst.toArray(ValueLayout.JAVA_BYTE);
    refused("sectors [8, +2) are bad", 4096, 1024, () -> device.read(6, dst));
    refused("sectors [9, +1) are bad", 4608, 512, () -> device.read(9, dst));
    refused(
        "sectors [8, +1) are bad",
        4096,
        512,
        () -> device.read(7, dst.asSlice(0, 512), dst.asSlice(512, 512)));
    assertArrayEquals(before, dst.toArray(ValueLayout.JAVA_BYTE));
    device.read(4, dst);
    device.read(10, dst);
    assertEquals(3, device.statistics().errors());
  }

  @Test
  @DisplayName("Sector is bad when any of its bytes is")
  void sectorIsBadWhenAnyOfItsBytesIs() throws IOException {
    BlockDevice device =
        TestDevices.withBadBlocks(
            region, 4096, new KernelDouble(512), new BadRange(4096 + 512, 512));
    refused("sectors [1, +1) are bad", 4608, 512, () -> device.read(0, buffer(8192)));
    device.read(0, buffer(4096));
    device.read(2, buffer(4096));
  }

  @Test
  @DisplayName("K12 a write of whole bad sectors clears, copies, and only then lets readers in")
  void writeClearsThenCopiesThenForgets() throws IOException {
    KernelDouble clearer = new KernelDouble(512);
    BlockDevice device =
        TestDevices.withBadBlocks(
            region, 512, clearer, new BadRange(4096, 1024), new BadRange(8192, 512));
    clearer.then = () -> assertThrows(MediaErrorException.class, () -> device.read(8, buffer(512)));
    MemorySegment src = buffer(9 * 512);
    device.write(8, src);
    assertEquals(List.of(new BadRange(4096, 1024), new BadRange(8192, 512)), clearer.cleared);
    MemorySegment dst = MemorySegment.ofArray(new byte[9 * 512]);
    device.read(8, dst);
    assertEquals(-1, src.mismatch(dst));
    device.write(8, src);
    assertEquals(2, clearer.cleared.size(), "cleared once");
  }

  @Test
  @DisplayName("Write zeroes clears too")
  void writeZeroesClearsToo() throws IOException {
    KernelDouble clearer = new KernelDouble(512);
    BlockDevice device = TestDevices.withBadBlocks(region, 512, clearer, new BadRange(4096, 512));
    device.writeZeroes(8, 1);
    MemorySegment dst = buffer(512);
    device.read(8, dst);
    assertArrayEquals(new byte[512], dst.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  @DisplayName("Write of a part of a bad range clears that part")
  void writeOfAPartOfABadRangeClearsThatPart() throws IOException {
    KernelDouble clearer = new KernelDouble(512);
    BlockDevice device = TestDevices.withBadBlocks(region, 512, clearer, new BadRange(4096, 2048));
    device.write(9, buffer(512));
    device.read(9, buffer(512));
    refused("sectors [8, +1) are bad", 4096, 512, () -> device.read(8, buffer(512)));
    refused("sectors [10, +2) are bad", 5120, 1024, () -> device.read(9, buffer(4096)));
    assertEquals(List.of(new BadRange(4608, 512)), clearer.cleared);
  }

  @Test
  @DisplayName("K12 a write that does not cover the clearing unit is refused and changes nothing")
  void partialOverwriteIsRefused() throws IOException {
    KernelDouble clearer = new KernelDouble(4096);
    BlockDevice device = TestDevices.withBadBlocks(region, 512, clearer, new BadRange(4608, 512));
    String message =
        "sectors [9, +1) are bad, and only a write of all of bytes [4096, +4096) clears them";
    refused(message, 4608, 512, () -> device.write(9, buffer(512)));
    refused(message, 4608, 512, () -> device.write(9, buffer(7 * 512)));
    refused(message, 4608, 512, () -> device.write(0, buffer(15 * 512)));
    refused(message, 4608, 512, () -> device.writeZeroes(8, 2));
    assertEquals(List.of(), clearer.cleared);
    device.write(8, buffer(4096));
    assertEquals(List.of(new BadRange(4096, 4096)), clearer.cleared);
    device.read(9, buffer(512));
  }

  @Test
  @DisplayName("Write that cannot clear changes nothing")
  void writeThatCannotClearChangesNothing() throws IOException {
    KernelDouble clearer = new KernelDouble(512);
    clearer.fails = true;
    BlockDevice device = TestDevices.withBadBlocks(region, 512, clearer, new BadRange(4096, 512));
    String message = "sectors [8, +1) are bad and can't be cleared: the double refuses";
    refused(message, 4096, 512, () -> device.write(6, buffer(4 * 512)));
    refused(message, 4096, 512, () -> device.write(8, buffer(256), buffer(256)));
    refused(message, 4096, 512, () -> device.writeZeroes(0, 20));
    refused("sectors [8, +1) are bad", 4096, 512, () -> device.read(8, buffer(512)));
  }

  @Test
  @DisplayName("Memory has no bad blocks to clear")
  void memoryHasNoBadBlocksToClear() throws IOException {
    BlockDevice device =
        TestDevices.withBadBlocks(region, 512, BadBlockClearer.of(region), new BadRange(4096, 512));
    refused(
        "sectors [8, +1) are bad and can't be cleared: memory has no bad blocks",
        4096,
        512,
        () -> device.write(8, buffer(512)));
  }

  @Test
  @DisplayName("K12 direct access refuses bad frames and reaches up to the next one")
  void directAccessStopsBeforeBadFrames() throws IOException {
    PmemBlockDevice device =
        TestDevices.withBadBlocks(
            region, 512, new KernelDouble(512), new BadRange(4 * 4096 + 512, 512));
    assertEquals(32, device.directAccess(0, 8).contiguousSectors());
    assertEquals(8, device.directAccess(24, 8).contiguousSectors());
    assertEquals(SIZE / 512 - 40, device.directAccess(40, 8).contiguousSectors());
    refused("sectors [33, +1) are bad", 16896, 512, () -> device.directAccess(32, 8));
    refused("sectors [33, +1) are bad", 16896, 512, () -> device.directAccess(0, 48));
  }

  @Test
  @DisplayName("K12 what was cleared and could not be stored to stays bad")
  void clearedAndNotStored() throws IOException {
    KernelDouble clearer = new KernelDouble(512);
    BlockDevice device = TestDevices.withBadBlocks(region, 512, clearer, new BadRange(4096, 512));
    Arena arena = Arena.ofShared();
    MemorySegment src = arena.allocate(512);
    clearer.then = arena::close;
    assertThrows(IllegalStateException.class, () -> device.write(8, src));
    refused("sectors [8, +1) are bad", 4096, 512, () -> device.read(8, buffer(512)));
    clearer.then = () -> {};
    device.write(8, buffer(512));
    device.read(8, buffer(512));
  }
}

package io.jdax.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The raw device over any kind of region: the contract, and what only it has. */
abstract class PmemBlockDeviceContract extends BlockDeviceContract {
  @SuppressWarnings("NullAway.Init") // the contract calls open() before anything else
  private Region region;

  PmemBlockDeviceContract(int sectorSize) {
    super(sectorSize);
  }

  abstract Region create() throws IOException;

  @Override
  BlockDevice open() throws IOException {
    region = create();
    return TestDevices.device(region, sectorSize);
  }

  @Override
  BlockDevice reopenReadOnly() throws IOException {
    if (region.kind() == RegionKind.ANONYMOUS) {
      Path alive =
          Path.of("/proc/self/fd/" + region.fd()); // a memfd has no other path, and no lock
      Region second = Region.at(alive).readOnly(true).open();
      device.close();
      return TestDevices.device(second, sectorSize);
    }
    device.close();
    return TestDevices.device(Region.at(region.path()).readOnly(true).open(), sectorSize);
  }

  @Test
  @DisplayName("Sectors lie one after another in the region")
  void sectorsLieOneAfterAnotherInTheRegion() throws IOException {
    byte[] model = fillWithNoise(20);
    assertArrayEquals(model, region.segment().toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  @DisplayName("Closing the device closes the region")
  void closingTheDeviceClosesTheRegion() throws IOException {
    device.close();
    assertEquals(false, region.isOpen());
  }

  @Test
  @DisplayName("Sector size must be a power of two from512 to4096")
  void sectorSizeMustBeAPowerOfTwoFrom512To4096() throws IOException {
    Persister persister = Persister.of(region);
    for (int size : new int[] {0, -512, 256, 513, 3072, 8192}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> PmemBlockDevice.of(region, persister, size));
      assertEquals("sector size " + size + ": must be a power of two, 512 to 4096", e.getMessage());
    }
  }

  @Test
  @DisplayName("Write may take its bytes from the region itself")
  void writeMayTakeItsBytesFromTheRegionItself() throws IOException {
    byte[] model = fillWithNoise(21);
    device.write(10, region.segment().asSlice(0, 4L * sectorSize));
    System.arraycopy(model, 0, model, 10 * sectorSize, 4 * sectorSize);
    assertArrayEquals(model, contents());
  }

  @Test
  @DisplayName("Discard leaves the contents")
  void discardLeavesTheContents() throws IOException {
    byte[] model = fillWithNoise(22);
    device.discard(0, sectors);
    assertArrayEquals(model, contents());
  }

  // ---------------------------------------------------------------- direct access

  private PmemBlockDevice pmem() {
    return (PmemBlockDevice) device;
  }

  @Test
  @DisplayName("S3.4 direct access gives frame number, memory, and how far it stays contiguous")
  void directAccessGivesFrameMemoryAndReach() throws IOException {
    byte[] model = fillWithNoise(23);
    int perPage = 4096 / sectorSize;
    DirectAccess access = pmem().directAccess(3L * perPage, 2L * perPage);
    assertEquals(3, access.pfn());
    assertEquals(sectors - 3L * perPage, access.contiguousSectors());
    assertEquals(2 * 4096, access.segment().byteSize());
    assertArrayEquals(
        Arrays.copyOfRange(model, 3 * 4096, 5 * 4096),
        access.segment().toArray(ValueLayout.JAVA_BYTE));
    access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 99);
    MemorySegment sector = MemorySegment.ofArray(new byte[sectorSize]);
    device.read(3L * perPage, sector);
    assertEquals(99, sector.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  @DisplayName("Direct access takes whole pages only")
  void directAccessTakesWholePagesOnly() {
    int perPage = 4096 / sectorSize;
    assertEquals(
        device.name() + ": 0 bytes at sector 0 are not whole pages of 4096 bytes",
        assertThrows(MisalignedRequestException.class, () -> pmem().directAccess(0, 0))
            .getMessage());
    if (perPage > 1) {
      assertEquals(
          device.name()
              + ": "
              + sectorSize
              + " bytes at sector 0 are not whole pages of 4096 bytes",
          assertThrows(MisalignedRequestException.class, () -> pmem().directAccess(0, 1))
              .getMessage());
      assertEquals(
          device.name() + ": 4096 bytes at sector 1 are not whole pages of 4096 bytes",
          assertThrows(MisalignedRequestException.class, () -> pmem().directAccess(1, perPage))
              .getMessage());
    }
    assertEquals(
        device.name()
            + (": sectors ["
                + sectors
                + ", +"
                + perPage
                + ") are out of range: the device has "
                + sectors),
        assertThrows(SectorRangeException.class, () -> pmem().directAccess(sectors, perPage))
            .getMessage());
  }

  @Test
  @DisplayName("Direct access ends with the device")
  void directAccessEndsWithTheDevice() throws IOException {
    DirectAccess access = pmem().directAccess(0, 4096 / sectorSize);
    device.close();
    assertThrows(IllegalStateException.class, () -> access.segment().get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, () -> pmem().directAccess(0, 4096 / sectorSize));
  }
}

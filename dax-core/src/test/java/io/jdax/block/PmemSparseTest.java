package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Offsets are 64 bits wide: a sparse device of 1 TiB. */
class PmemSparseTest {
  private static final long TIB = 1L << 40;

  @Test
  @DisplayName("Sectors anywhere in a tebibyte work")
  void sectorsAnywhereInATebibyteWork() throws IOException {
    for (int sectorSize : new int[] {512, 4096}) {
      try (Region region = Region.anonymous("sparse", TIB);
          PmemBlockDevice device = TestDevices.device(region, sectorSize)) {
        assertEquals(TIB / sectorSize, device.sectorCount());
        long[] offsets = {
          0, (2L << 30) - sectorSize, 2L << 30, 4L << 30, 700L << 30, TIB - sectorSize
        };
        for (long offset : offsets) {
          device.write(offset / sectorSize, MemorySegment.ofArray(noise(sectorSize, offset)));
        }
        for (long offset : offsets) {
          MemorySegment dst = MemorySegment.ofArray(new byte[sectorSize]);
          device.read(offset / sectorSize, dst);
          assertEquals(-1, dst.mismatch(MemorySegment.ofArray(noise(sectorSize, offset))));
          assertEquals(-1, dst.mismatch(region.segment().asSlice(offset, sectorSize)));
        }
        device.writeZeroes((700L << 30) / sectorSize, (4L << 20) / sectorSize);
        assertEquals(
            (TIB - 4096) / 4096,
            device.directAccess((TIB - 4096) / sectorSize, 4096 / sectorSize).pfn());
      }
    }
  }

  @Test
  @DisplayName("Request larger than a chunk is whole")
  void requestLargerThanAChunkIsWhole() throws IOException {
    int length = (5 << 20) + 4096;
    try (Region region = Region.anonymous("large", 16L << 20);
        PmemBlockDevice device = TestDevices.device(region, 4096)) {
      MemorySegment src = MemorySegment.ofArray(noise(length, 1));
      MemorySegment dst = MemorySegment.ofArray(new byte[length]);
      device.write(3, src);
      device.read(3, dst);
      assertEquals(-1, src.mismatch(dst));
      device.write(5, src.asSlice(0, 3_000_001), src.asSlice(3_000_001));
      device.read(5, dst.asSlice(0, 77), dst.asSlice(77));
      assertEquals(-1, src.mismatch(dst));
      device.writeZeroes(0, device.sectorCount());
      device.read(5, dst);
      assertEquals(-1, dst.mismatch(MemorySegment.ofArray(new byte[length])));
    }
  }
}

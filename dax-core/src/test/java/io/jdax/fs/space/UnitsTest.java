package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.fs.format.Limits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest(name = "block shift {0}")
  @DisplayName("Bytes, blocks and pages agree around every edge")
  @ValueSource(ints = {9, 10, 11, 12})
  void edges(int shift) {
    Units u = new Units(shift);
    int size = 1 << shift;
    for (long edge : new long[] {0, size, 4096, 3L * 4096, Limits.FILE_BYTES - 4096}) {
      long block = edge / size;
      assertEquals(block, u.blockOf(edge));
      assertEquals(block, u.blockOf(edge + size - 1));
      assertEquals(block, u.blocksIn(edge));
      assertEquals(block + 1, u.blocksIn(edge + 1));
      assertEquals(edge, u.bytes(block));
      assertEquals(size - 1, u.inBlock(edge + size - 1));
      assertEquals(edge / 4096, u.pageOf(block));
      assertEquals((edge + 4095) / 4096, u.pageEnd(block));
      assertEquals(edge / 4096 + 1, u.pageEnd(block + 1));
      assertEquals((edge + 4095) / 4096, Units.pagesIn(edge));
      assertEquals(edge / 4096 * (4096 / size), u.blocksOf(edge / 4096));
    }
    assertEquals(Limits.FILE_BYTES, u.bytes(Limits.fileBlocks(u)));
  }

  @Test
  @DisplayName("Blocks have 512 to 4096 bytes")
  void sizes() {
    assertThrows(IllegalArgumentException.class, () -> new Units(8));
    assertThrows(IllegalArgumentException.class, () -> new Units(13));
  }
}

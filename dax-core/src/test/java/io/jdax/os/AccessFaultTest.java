package io.jdax.os;

import static io.jdax.Sizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessFaultTest {
  @TempDir Path dir;

  @Test
  @DisplayName("The first byte that is not backed is found wherever the range begins and ends")
  void firstUnbackedOfSlices() throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel file =
            FileChannel.open(
                dir.resolve("f"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      MemorySegment mapped = file.map(MapMode.READ_WRITE, 0, 4 * PAGE, arena);
      file.truncate(2 * PAGE);
      for (int begin : new int[] {0, 1, 100, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE - 1}) {
        MemorySegment slice = mapped.asSlice(begin);
        for (int from : new int[] {0, 1, 50}) {
          int backed = 2 * PAGE - begin;
          if (from < backed) {
            assertEquals(-1, AccessFault.firstUnbacked(slice, from, backed - from));
            assertFalse(AccessFault.isUnbacked(slice, from, backed - from));
          }
          long first = Math.max(from, backed);
          assertEquals(first, AccessFault.firstUnbacked(slice, from, first + 1 - from));
          assertEquals(first, AccessFault.firstUnbacked(slice, from, first + PAGE - from));
          assertTrue(AccessFault.isUnbacked(slice, from, first + 1 - from));
        }
      }
    }
  }

  @Test
  @DisplayName("An error that is owed to other memory is not taken for an unbacked byte")
  void owedToOthers() {
    MemorySegment array = MemorySegment.ofArray(new byte[PAGE]);
    try (OwedError owed = new OwedError(1)) {
      InternalError thrown =
          assertThrows(InternalError.class, () -> AccessFault.firstUnbacked(array, 0, PAGE));
      assertSame(owed.thrown(), thrown);
      assertEquals(-1, AccessFault.firstUnbacked(array, 0, PAGE));
    }
  }

  @Test
  @DisplayName("Memory on the heap is always backed")
  void heap() {
    MemorySegment array = MemorySegment.ofArray(new byte[3 * PAGE]);
    assertEquals(-1, AccessFault.firstUnbacked(array, 5, 3 * PAGE - 5));
    assertFalse(AccessFault.isUnbacked(array, 5, 3 * PAGE - 5));
  }
}

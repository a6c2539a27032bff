package io.jdax.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Errno;
import io.jdax.os.FailingCalls;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FirstTouchTest {
  private static final int SIZE = 8 << 20;
  private static final List<String> ONE = List.of("madvise");

  private final Region region = make();

  private static Region make() {
    try {
      return Region.anonymous("touched", SIZE);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  @Test
  @DisplayName(
      "Each part of a region is made present once, and what is short is left to the faults")
  void once() {
    try (FailingCalls calls = FailingCalls.none()) {
      region.touch(0, FirstTouch.WORTHWHILE_BYTES - 1);
      assertEquals(List.of(), calls.calls());
      region.touch(4096 - 1, 1 << 20);
      assertEquals(ONE, calls.calls());
      region.touch(256 << 10, 768 << 10); // all within the parts that the first had whole
      assertEquals(ONE, calls.calls());
      region.touch(0, 1 << 20); // the first part was not whole
      assertEquals(Collections.nCopies(2, "madvise"), calls.calls());
      region.touch(0, 1 << 20);
      assertEquals(Collections.nCopies(2, "madvise"), calls.calls());
    }
  }

  @Test
  @DisplayName("Up to the last byte, and what is there stays there")
  void bytesStay() {
    region.segment().fill((byte) 7);
    region.touch(0, SIZE);
    region.touch(SIZE - (300 << 10) - 3, (300 << 10) + 3);
    byte[] all = region.segment().toArray(ValueLayout.JAVA_BYTE);
    for (byte each : all) {
      assertEquals(7, each);
    }
  }

  @Test
  @DisplayName("Where the kernel refuses, the copy is as good, and is asked for again")
  void refused() throws IOException {
    MemorySegment source = MemorySegment.ofArray(new byte[1 << 20]).fill((byte) 3);
    Persister persister = Persister.of(region);
    try (FailingCalls calls = FailingCalls.named("madvise", Errno.EFAULT)) {
      persister.copyPersist(0, source, 0, 1 << 20);
      region.touch(0, 1 << 20);
      region.touch(0, 1 << 20);
      assertTrue(Collections.frequency(calls.calls(), "madvise") >= 2);
    }
    assertEquals(-1, region.segment().asSlice(0, 1 << 20).mismatch(source));
  }
}

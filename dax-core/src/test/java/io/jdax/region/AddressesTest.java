package io.jdax.region;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.machine.Errno;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.os.FailingCalls;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AddressesTest {
  private static final long SIZE = 1 << 20;

  @Test
  @DisplayName("A region that is closed keeps the addresses of its own bytes, and of nothing else")
  void givenBackAtClose() throws IOException {
    Region region = Region.anonymous("room", SIZE);
    long before = region.address() - Region.HEAD_BYTES;
    long tail;
    long last;
    try (RegionTail after = region.holdTail(() -> "test")) {
      tail = after.address();
      last = tail + after.bytes() - 4096;
    }
    assertTrue(ProcessView.at(tail).startsWith("---p"), ProcessView.at(tail));
    region.close();
    for (long address : new long[] {before, region.address() - 4096, tail, last}) {
      assertFalse(ProcessView.at(address).startsWith("---p"), ProcessView.at(address));
    }
    assertTrue(ProcessView.at(region.address() + SIZE - 4096).startsWith("rw"));
    Reference.reachabilityFence(region);
  }

  @Test
  @DisplayName(
      "What was accessible after a region stays so after its close, the rest is given back")
  void keptAfterFrames() throws IOException {
    Region region = Region.anonymous("frames", 4 * SIZE);
    long last;
    try (RegionTail after = region.holdTail(() -> "test")) {
      last = after.address() + after.bytes() - 4096;
    }
    long zero;
    try (FrameSpace frames = FrameSpace.over(region, Persister.of(region))) {
      zero = region.address() + (frames.zeroPfn() << 12);
    }
    region.close();
    assertTrue(ProcessView.at(zero).startsWith("r--p"), ProcessView.at(zero));
    assertEquals(0, MemorySegment.ofAddress(zero).reinterpret(8).get(JAVA_LONG, 0));
    assertFalse(ProcessView.at(last).startsWith("---p"), ProcessView.at(last));
    Reference.reachabilityFence(region);
  }

  @Test
  @DisplayName(
      "What lies at a closed region's addresses is charged when somebody stores there, not before")
  void notCharged() throws IOException {
    // Strict overcommit charges private memory that can be written as a whole, shared files never.
    Region region = Region.anonymous("large", 1L << 40);
    region.close();
    assertTrue(ProcessView.at(region.address()).startsWith("rw-s"));
    MemorySegment.ofAddress(region.address()).reinterpret(8).set(JAVA_LONG, 0, 1);
    Reference.reachabilityFence(region);
  }

  @Test
  @DisplayName("Without a descriptor for that, private memory does")
  void withoutDescriptor() throws IOException {
    Region region = Region.anonymous("r", SIZE);
    try (FailingCalls _ = FailingCalls.named("memfd_create", 24)) {
      region.close();
    }
    assertTrue(ProcessView.at(region.address()).startsWith("rw-p"));
    Reference.reachabilityFence(region);
  }

  @Test
  @Timeout(60)
  @DisplayName("An open that finds no addresses has closed regions collected, and finds some")
  void collected() throws IOException {
    for (int i = 0; i < 50; i++) {
      Region.anonymous("gone", SIZE).close();
    }
    try (FailingCalls _ =
            FailingCalls.by(
                (name, index) ->
                    name.equals("mmap") && ProcessViewQuiet.lingering() > 20 ? Errno.ENOMEM : 0);
        Region region = Region.anonymous("next", SIZE)) {
      assertTrue(region.isOpen());
    }
  }

  @Test
  @DisplayName(
      "Without addresses at all an open is refused with a sentence, and the next one works")
  void refused() throws IOException {
    try (FailingCalls _ = FailingCalls.named("mmap", Errno.ENOMEM)) {
      RegionSizeException e =
          assertThrows(RegionSizeException.class, () -> Region.anonymous("none", SIZE));
      assertTrue(Messages.of(e).contains("there is no address space for " + SIZE), Messages.of(e));
    }
    Region.anonymous("some", SIZE).close();
  }

  @Test
  @DisplayName("What the kernel does not take back at once, it is offered again")
  void offeredAgain() throws IOException {
    long reserved = ProcessView.reservedBytes();
    try (FailingCalls _ = FailingCalls.named("munmap", Errno.ENOMEM)) {
      Region.anonymous("kept", SIZE).close();
    }
    assertTrue(ProcessView.reservedBytes() > reserved);
    Region.anonymous("next", SIZE).close();
    assertTrue(ProcessView.reservedBytes() <= reserved);
  }

  /** For a hook that can't throw. */
  private static final class ProcessViewQuiet {
    static int lingering() {
      try {
        return ProcessView.mappings("jdax-closed-region").size();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  @DisplayName(
      "Mapped regions do not come to lie in each other's addresses, whoever was closed between")
  void apart() throws IOException {
    List<Region> open = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Region region = Region.anonymous("r" + i, SIZE);
      region.segment().set(JAVA_LONG, 8, i);
      open.add(region);
      if (i % 3 == 0) {
        open.remove(i / 5 % open.size()).close();
      }
    }
    for (Region region : open) {
      assertEquals("memfd:r" + region.segment().get(JAVA_LONG, 8), region.name());
      region.close();
    }
  }
}

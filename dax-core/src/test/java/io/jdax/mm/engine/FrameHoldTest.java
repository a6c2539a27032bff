package io.jdax.mm.engine;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionBusyException;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameHoldTest {
  @Test
  @DisplayName("A pin that outlives its frame space keeps the region open, and its bytes")
  void pinOutlivesFrames() throws IOException {
    Region region = Region.anonymous("pinned", 4 << 20);
    TinyDisk disk = new TinyDisk(region, Persister.of(region));
    ContractFile file = disk.create("f");
    file.write(0, new byte[8192]);
    FilePin pin = file.space().pin(0, 4096, PinAccess.WRITE, true);
    MemorySegment segment = pin.segments().getFirst();
    segment.set(JAVA_LONG, 0, 42);
    disk.frames().close();
    RegionBusyException busy = assertThrows(RegionBusyException.class, region::close);
    assertEquals(List.of("a closed frame space, 1 pin"), busy.holders());
    assertThrows(
        RegionBusyException.class,
        () -> FrameSpace.over(region, Persister.of(region)),
        "frames that a pin shows are not laid out anew");
    assertEquals(42, segment.get(JAVA_LONG, 0));
    assertThrows(
        IllegalStateException.class, () -> file.space().pin(0, 4096, PinAccess.READ, true));
    pin.close();
    pin.close();
    region.close();
    assertFalse(region.isOpen());
    assertThrows(IllegalStateException.class, () -> segment.get(JAVA_LONG, 0));
  }

  @Test
  @DisplayName("A pin that is refused holds nothing")
  void refusedPin() throws IOException {
    Region region = Region.anonymous("small", 1 << 20);
    TinyDisk disk = new TinyDisk(region, Persister.of(region));
    ContractFile file = disk.create("f");
    file.truncate(1L << 30, 0);
    assertThrows(IOException.class, () -> file.space().pin(0, 1L << 30, PinAccess.WRITE, true));
    assertThrows(
        IllegalArgumentException.class, () -> file.space().pin(-1, 1, PinAccess.READ, false));
    disk.frames().close();
    region.close();
    assertFalse(region.isOpen());
  }

  @Test
  @DisplayName("A region has one frame space at a time, and after it the next")
  void oneAtATime() throws IOException {
    try (Region region = Region.anonymous("one", 1 << 20)) {
      Persister persister = Persister.of(region);
      for (int i = 0; i < 3; i++) {
        try (FrameSpace frames = FrameSpace.over(region, persister)) {
          assertThrows(RegionBusyException.class, () -> FrameSpace.over(region, persister));
          assertTrue(frames.zeroPfn() > 0);
        }
      }
    }
  }

  @Test
  @DisplayName(
      "Frames that were promised to a cache are there, though private copies took all others")
  void promised() throws IOException {
    final int count = 15 << 18; // 15 GiB
    try (Region region = Region.anonymous("promise", 1 << 20);
        FrameSpace frames = FrameSpace.over(region, Persister.of(region))) {
      assertThrows(RegionException.class, () -> frames.promiseFrames(count + (1 << 18)));
      frames.promiseFrames(count);
      PrivateFrames copies = frames.privateFrames();
      long taken = 0;
      while (copies.allocate() != 0) {
        taken++;
      }
      assertTrue(taken > 200_000, "a GiB is left for copies, but for alignment: " + taken);
      assertTrue(frames.reserveFrames(count) > 0);
      assertThrows(RegionException.class, () -> frames.reserveFrames(1 << 18));
    }
  }
}

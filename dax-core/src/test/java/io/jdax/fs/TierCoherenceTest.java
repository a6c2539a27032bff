package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever stores, writes, punches or truncates: all see one content, in DRAM or not. */
@Timeout(180)
class TierCoherenceTest extends SmallTier {
  @Test
  @DisplayName("S3.5 what one of read, write, load, store and pin has put is what the others get")
  void oneContent() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      assertTrue(file.isCached());
      file.truncate(4 * PAGE);
      DaxMapping a = file.map(0, 4 * PAGE);
      DaxMapping b = file.map(0, 4 * PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
      assertEquals(0, b.getByte(PAGE));
      a.putByte(PAGE, (byte) 1);
      assertEquals(1, at(file, PAGE));
      assertEquals(1, b.getByte(PAGE));
      file.write(PAGE + 1, FsFixture.bytes(1, 2));
      assertEquals(2, a.getByte(PAGE + 1));
      assertEquals(1, a.getByte(PAGE));
      assertEquals(0, b.getByte(3 * PAGE));
      file.write(3 * PAGE + 5, FsFixture.bytes(1, 3));
      assertEquals(3, b.getByte(3 * PAGE + 5));
      assertEquals(0, b.getByte(3 * PAGE + 4));
      try (Pin pin = file.pin(PAGE, 8, PinAccess.WRITE, true)) {
        MemorySegment pinned = pin.segments().getFirst();
        assertEquals(2, pinned.get(ValueLayout.JAVA_BYTE, 1));
        pinned.set(ValueLayout.JAVA_BYTE, 2, (byte) 4);
        assertEquals(4, a.getByte(PAGE + 2));
        assertEquals(4, at(file, PAGE + 2));
        a.putByte(PAGE + 3, (byte) 5);
        file.write(PAGE + 4, FsFixture.bytes(1, 6));
        assertEquals(5, pinned.get(ValueLayout.JAVA_BYTE, 3));
        assertEquals(6, pinned.get(ValueLayout.JAVA_BYTE, 4));
      }
      byte[] before = read(file, 0, (int) (4 * PAGE));
      evictAll(file);
      assertArrayEquals(before, read(file, 0, (int) (4 * PAGE)));
      assertEquals(6, b.getByte(PAGE + 4));
      a.putByte(PAGE, (byte) 7);
      assertEquals(7, at(file, PAGE));
    }
  }

  @Test
  @DisplayName("S3.5 S3.2 what is punched, zeroed or cut off is so for all, in DRAM or not")
  void takenAway() throws IOException {
    for (boolean evicted : new boolean[] {false, true}) {
      for (boolean durable : new boolean[] {false, true}) {
        try (DaxFile file = fs.open("/f", RW)) {
          file.write(0, FsFixture.bytes((int) (8 * PAGE), 1));
          if (durable) {
            file.fsync();
          }
          if (evicted) {
            evictAll(file);
          }
          DaxMapping m = file.map(0, 8 * PAGE);
          assertEquals(1, m.getByte(2 * PAGE));
          m.putByte(3 * PAGE + 1, (byte) 2);
          file.punchHole(PAGE + 100, 2 * PAGE);
          assertEquals(1, m.getByte(PAGE + 99));
          assertEquals(0, m.getByte(PAGE + 100));
          assertEquals(0, m.getByte(2 * PAGE));
          assertEquals(0, m.getByte(3 * PAGE + 1));
          assertEquals(1, m.getByte(3 * PAGE + 100));
          assertEquals(0, at(file, 3 * PAGE + 1));
          file.zeroRange(4 * PAGE, PAGE, false);
          assertEquals(0, m.getByte(4 * PAGE));
          file.write(4 * PAGE + 8, FsFixture.bytes(1, 3));
          assertEquals(3, m.getByte(4 * PAGE + 8));
          file.truncate(6 * PAGE + 10);
          assertEquals(1, m.getByte(6 * PAGE + 9));
          assertThrows(BeyondEndException.class, () -> m.getByte(7 * PAGE));
          file.truncate(8 * PAGE);
          assertEquals(0, m.getByte(6 * PAGE + 10));
          assertEquals(0, m.getByte(7 * PAGE));
          byte[] before = read(file, 0, (int) (8 * PAGE));
          evictAll(file);
          assertArrayEquals(before, read(file, 0, (int) (8 * PAGE)));
          m.close();
        }
        fs.unlink("/f");
      }
    }
  }

  @Test
  @DisplayName("S0.3 S3.5 what is stored beyond the end is not content when the file grows")
  void tail() throws IOException {
    for (int how = 0; how < 3; how++) {
      for (boolean evicted : new boolean[] {false, true}) {
        try (DaxFile file = fs.open("/f", RW)) {
          file.write(0, FsFixture.bytes(100, 1));
          DaxMapping m = file.map(0, PAGE);
          m.putByte(99, (byte) 2);
          m.putByte(200, (byte) 9);
          file.fsync(); // all of the page
          if (evicted) {
            evictAll(file);
          }
          switch (how) {
            case 0 -> file.truncate(2 * PAGE);
            case 1 -> file.write(2 * PAGE, FsFixture.bytes(1, 1));
            default -> file.allocate(0, 3 * PAGE, false);
          }
          assertEquals(2, at(file, 99));
          assertEquals(0, at(file, 200));
          assertEquals(0, m.getByte(200));
          m.close();
        }
        remount(TierMode.DIRECT);
        try (DaxFile file = fs.open("/f")) {
          assertEquals(0, at(file, 200));
        }
        remount(TierMode.CACHED);
        fs.unlink("/f");
      }
    }
  }

  @Test
  @DisplayName("S0.3 S3.5 nor when a load brings the page in at that moment")
  void tailAgainstLoads() throws Exception {
    for (int round = 0; round < 200; round++) {
      try (DaxFile file = fs.open("/f", RW);
          ExecutorService thread = Executors.newSingleThreadExecutor()) {
        file.write(0, FsFixture.bytes(100, 1));
        try (DaxMapping m = file.map(0, PAGE)) {
          m.fill(100, 3996, (byte) 9);
        }
        file.fsync();
        file.setTier(TierMode.DIRECT); // nothing of it is in DRAM then
        file.setTier(TierMode.CACHED);
        try (DaxMapping m = file.map(0, PAGE)) {
          Future<Byte> load = thread.submit(() -> m.getByte(0));
          file.write(PAGE, FsFixture.bytes(1, 1));
          load.get();
          assertEquals(0, m.getByte(4095));
        }
      }
      fs.unlink("/f");
    }
  }

  @Test
  @DisplayName("S3.5 allocate gives DRAM pages their blocks, and their content stays")
  void allocate() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(PAGE, FsFixture.bytes(4096, 1));
      DaxMapping m = file.map(0, 4 * PAGE);
      file.allocate(0, 4 * PAGE, false);
      assertEquals(1, m.getByte(PAGE));
      m.putByte(0, (byte) 2);
      file.write(3 * PAGE, FsFixture.bytes(1, 3));
      assertEquals(3, m.getByte(3 * PAGE));
      assertEquals(0, m.getByte(2 * PAGE));
      List<ExtentState> states = new ArrayList<>();
      for (FileExtent e : file.extents()) {
        for (long p = 0; p < e.length() / PAGE; p++) {
          states.add(e.state());
        }
      }
      assertEquals(
          List.of(
              ExtentState.WRITTEN, ExtentState.WRITTEN, ExtentState.UNWRITTEN, ExtentState.WRITTEN),
          states);
    }
  }

  @Test
  @DisplayName("S2.1 S3.5 data and holes are found before anything is written back")
  void seek() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(1L << 44);
      file.write(5 * PAGE, FsFixture.bytes(1, 1));
      file.write((1L << 44) - 1, FsFixture.bytes(1, 2));
      assertEquals(5 * PAGE, file.nextData(0));
      assertEquals(6 * PAGE, file.nextHole(5 * PAGE));
      assertEquals((1L << 44) - PAGE, file.nextData(6 * PAGE));
      assertEquals(0, at(file, 0));
      try (DaxMapping m = file.map(0, PAGE)) {
        assertEquals(0, m.getByte(0));
        m.putByte(0, (byte) 3);
      }
      assertEquals(0, file.nextData(0));
    }
  }

  @Test
  @DisplayName("S3.5 a store that lands right after its page was copied is written back next time")
  void storesDuringWriteBack() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.write(0, FsFixture.bytes((int) (3 * PAGE), 1));
      file.fsync();
      for (boolean mapped : new boolean[] {false, true}) {
        file.write(PAGE, FsFixture.bytes(4096, mapped ? 2 : 4));
        try (DaxMapping m = file.map(0, 3 * PAGE)) {
          m.getByte(PAGE);
          boolean[] done = new boolean[1];
          media.copied =
              (offset, length) -> {
                if (length == 4096 && !done[0]) {
                  done[0] = true;
                  if (mapped) {
                    m.putByte(PAGE + 7, (byte) 3);
                  } else {
                    file.write(PAGE + 7, FsFixture.bytes(1, 3));
                  }
                }
              };
          file.fsync();
          media.copied = (offset, length) -> {};
          assertTrue(done[0]);
          file.fsync();
          long pfn = file.extents().getFirst().pfn() + 1;
          assertEquals(3, region.segment().get(ValueLayout.JAVA_BYTE, (pfn << 12) + 7));
        }
      }
    }
  }
}

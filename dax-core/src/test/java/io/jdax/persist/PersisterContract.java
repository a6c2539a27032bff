package io.jdax.persist;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.Messages;
import io.jdax.machine.Architecture;
import io.jdax.os.LinuxFiles;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every persister owes its caller. A subclass names a region and the way it is made durable.
 */
abstract class PersisterContract {
  static final long SIZE = 1 << 20;

  /** More than HotSpot needs to compile both tiers. */
  static final int COMPILED = 20_000;

  @TempDir Path disk;
  final TestRegions regions = new TestRegions();
  Region region;
  Persister persister;

  abstract Region region(long sizeBytes) throws IOException;

  abstract Persister persister(Region region) throws IOException;

  /**
   * Whether a flush touches what it flushes, and so finds out that it is not there. On aarch64 a
   * core may have nothing to clean where nothing is.
   */
  boolean flushTouches() throws IOException {
    return !(persister instanceof CacheLinePersister)
        || Architecture.CURRENT != Architecture.AARCH64;
  }

  @BeforeEach
  final void open() throws IOException {
    region = region(SIZE);
    persister = persister(region);
  }

  @AfterEach
  final void close() {
    regions.close();
  }

  @Test
  @DisplayName("Describes itself")
  void describesItself() {
    assertTrue(persister.toString().contains(region.name()));
    assertTrue(!persister.describe().isBlank());
    assertEquals(region, persister.region());
  }

  @Test
  @DisplayName("Flushes of any alignment leave the bytes as they are")
  void flushesOfAnyAlignmentLeaveTheBytesAsTheyAre() throws IOException {
    MemorySegment memory = region.segment();
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      long offset = random.nextLong(SIZE - 9000);
      long length = random.nextLong(9000);
      memory.asSlice(offset, length).fill((byte) i);
      persister.flush(offset, length);
      persister.drain();
      persister.persist(offset, length);
      persister.deepFlush(offset, length);
      for (long at = offset; at < offset + length; at += 61) {
        assertEquals((byte) i, memory.get(JAVA_BYTE, at));
      }
    }
  }

  @Test
  @DisplayName("Copies from heap and every arena arrive whole and alone")
  void copiesFromHeapAndEveryArenaArriveWholeAndAlone() throws IOException {
    byte[] pattern = new byte[10_000];
    new Random(2).nextBytes(pattern);
    MemorySegment heap = MemorySegment.ofArray(pattern);
    Arena shared = Arena.ofShared();
    try (Arena confined = Arena.ofConfined();
        shared) {
      List<MemorySegment> sources =
          List.of(
              heap,
              heap.asReadOnly(),
              MemorySegment.ofBuffer(ByteBuffer.wrap(pattern)),
              confined.allocate(pattern.length).copyFrom(heap),
              shared.allocate(pattern.length).copyFrom(heap),
              Arena.ofAuto().allocate(pattern.length).copyFrom(heap),
              Arena.global().allocate(pattern.length).copyFrom(heap));
      for (MemorySegment source : sources) {
        for (int length : new int[] {0, 1, 8, 63, 64, 100, 255, 256, 1023, 1024, 4096, 9001}) {
          for (boolean drained : new boolean[] {true, false}) {
            persister.fillPersist(4096, 16_384, (byte) 0x55);
            if (drained) {
              persister.copyPersist(5001, source, 7, length);
            } else {
              persister.copyNoDrain(5001, source, 7, length);
              persister.drain();
            }
            MemorySegment memory = region.segment();
            assertEquals(
                -1, MemorySegment.mismatch(memory, 5001, 5001 + length, heap, 7, 7 + length));
            assertEquals(0x55, memory.get(JAVA_BYTE, 5000));
            assertEquals(0x55, memory.get(JAVA_BYTE, 5001 + length));
          }
        }
      }
    }
  }

  @Test
  @DisplayName("Copy inside the region may overlap")
  void copyInsideTheRegionMayOverlap() throws IOException {
    MemorySegment memory = region.segment();
    for (long distance : new long[] {100, 4096, 20_000}) {
      for (long i = 0; i < 40_000; i++) {
        memory.set(JAVA_BYTE, i, (byte) (i * 7));
      }
      byte[] before = memory.asSlice(0, 8192).toArray(JAVA_BYTE);
      persister.copyPersist(distance, memory, 0, 8192);
      assertEquals(-1, memory.asSlice(distance, 8192).mismatch(MemorySegment.ofArray(before)));
    }
  }

  @Test
  @DisplayName("Fills reach exactly their range")
  void fillsReachExactlyTheirRange() throws IOException {
    MemorySegment memory = region.segment();
    for (int length : new int[] {0, 1, 64, 300, 1024, 5000}) {
      memory.asSlice(0, 16_384).fill((byte) 1);
      persister.fillPersist(777, length, (byte) 0xEE);
      persister.fillNoDrain(8192 + 3, length, (byte) 0xEE);
      persister.drain();
      assertEquals(1, memory.get(JAVA_BYTE, 776));
      assertEquals(1, memory.get(JAVA_BYTE, 777 + length));
      for (int i = 0; i < length; i++) {
        assertEquals((byte) 0xEE, memory.get(JAVA_BYTE, 777 + i));
        assertEquals((byte) 0xEE, memory.get(JAVA_BYTE, 8195 + i));
      }
    }
  }

  @Test
  @DisplayName("A fill that keeps a line reaches exactly its range")
  void aFillThatKeepsALineReachesExactlyItsRange() throws IOException {
    MemorySegment memory = region.segment();
    for (long offset : new long[] {4096, 777}) {
      for (int length : new int[] {1, 64, 300, 4096}) {
        for (long kept : new long[] {0, 63, 64, length / 2, length - 65, length - 1}) {
          if (kept < 0 || kept >= length) {
            continue;
          }
          memory.asSlice(0, 16_384).fill((byte) 1);
          persister.fillPersistKeeping(offset, length, (byte) 0xEE, offset + kept);
          assertEquals(1, memory.get(JAVA_BYTE, offset - 1));
          assertEquals(1, memory.get(JAVA_BYTE, offset + length));
          for (int i = 0; i < length; i++) {
            assertEquals((byte) 0xEE, memory.get(JAVA_BYTE, offset + i), "kept " + kept);
          }
        }
      }
    }
  }

  @Test
  @DisplayName("Ranges outside are refused and change nothing")
  void rangesOutsideAreRefusedAndChangeNothing() {
    MemorySegment source = MemorySegment.ofArray(new byte[128]).fill((byte) 9);
    List<Executable> calls = new ArrayList<>();
    for (long[] range :
        new long[][] {
          {-1, 8}, {SIZE - 7, 8}, {SIZE, 1}, {0, -1}, {8, Long.MAX_VALUE}, {0, SIZE + 1}
        }) {
      long offset = range[0];
      long length = range[1];
      calls.add(() -> persister.flush(offset, length));
      calls.add(() -> persister.persist(offset, length));
      calls.add(() -> persister.deepFlush(offset, length));
      calls.add(() -> persister.fillNoDrain(offset, length, (byte) 9));
      calls.add(() -> persister.fillPersist(offset, length, (byte) 9));
      calls.add(() -> persister.fillPersistKeeping(offset, length, (byte) 9, offset));
      calls.add(() -> persister.copyNoDrain(offset, source, 0, length));
      calls.add(() -> persister.copyPersist(offset, source, 0, length));
    }
    calls.add(() -> persister.fillPersistKeeping(64, 64, (byte) 9, 63));
    calls.add(() -> persister.fillPersistKeeping(64, 64, (byte) 9, 128));
    calls.add(() -> persister.copyPersist(0, source, 121, 8));
    calls.add(() -> persister.copyPersist(0, source, -1, 8));
    calls.add(() -> persister.copyNoDrain(0, region.segment(), SIZE - 7, 8));
    for (Executable call : calls) {
      assertThrows(IndexOutOfBoundsException.class, call);
    }
    assertEquals(0, region.segment().get(JAVA_BYTE, SIZE - 7));
    assertEquals(0, region.segment().get(JAVA_BYTE, 0));
  }

  @Test
  @DisplayName("Empty ranges at both ends are fine")
  void emptyRangesAtBothEndsAreFine() throws IOException {
    for (long offset : new long[] {0, SIZE}) {
      persister.flush(offset, 0);
      persister.persist(offset, 0);
      persister.deepFlush(offset, 0);
      persister.fillPersist(offset, 0, (byte) 1);
      persister.copyPersist(offset, MemorySegment.ofArray(new byte[0]), 0, 0);
    }
  }

  @Test
  @DisplayName("Closed source and source of another thread are refused")
  void closedSourceAndSourceOfAnotherThreadAreRefused() throws Exception {
    for (long length : new long[] {8, 4096}) {
      Arena arena = Arena.ofShared();
      MemorySegment closed = arena.allocate(4096);
      arena.close();
      assertThrows(IllegalStateException.class, () -> persister.copyPersist(0, closed, 0, length));
      try (Arena confined = Arena.ofConfined()) {
        MemorySegment mine = confined.allocate(4096);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread stranger =
            Thread.ofPlatform()
                .start(() -> thrown.set(thrownBy(() -> persister.copyPersist(0, mine, 0, length))));
        stranger.join();
        assertInstanceOf(WrongThreadException.class, thrown.get());
      }
    }
  }

  @Test
  @DisplayName("Source that is closed while it is copied never crashes")
  void sourceThatIsClosedWhileItIsCopiedNeverCrashes() throws Exception {
    Arena arena = Arena.ofShared();
    AtomicReference<MemorySegment> source = new AtomicReference<>(arena.allocate(8192));
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    Thread copier =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    Throwable thrown =
                        thrownBy(
                            () -> persister.copyPersist(0, requireNonNull(source.get()), 0, 8192));
                    if (thrown != null && !(thrown instanceof IllegalStateException)) {
                      wrong.set(thrown);
                      return;
                    }
                  }
                });
    for (int i = 0; i < 300; i++) {
      Arena old = arena;
      arena = Arena.ofShared();
      MemorySegment next = arena.allocate(8192);
      for (boolean closed = false; !closed; ) {
        try {
          old.close();
          closed = true;
        } catch (IllegalStateException heldByTheCopy) {
          Thread.onSpinWait();
        }
      }
      source.set(next);
    }
    copier.interrupt();
    copier.join();
    assertEquals(null, wrong.get());
  }

  @Test
  @DisplayName("Closed region is illegal state for every call")
  void closedRegionIsIllegalStateForEveryCall() throws IOException {
    region.close();
    MemorySegment source = MemorySegment.ofArray(new byte[4096]);
    List<Executable> calls =
        List.of(
            () -> persister.flush(0, 64),
            () -> persister.drain(),
            () -> persister.persist(0, 64),
            () -> persister.copyNoDrain(0, source, 0, 4096),
            () -> persister.copyPersist(0, source, 0, 64),
            () -> persister.fillNoDrain(0, 4096, (byte) 1),
            () -> persister.fillPersist(0, 64, (byte) 1),
            () -> persister.fillPersistKeeping(0, 4096, (byte) 1, 2048),
            () -> persister.deepFlush(0, 64));
    for (Executable call : calls) {
      assertThrows(IllegalStateException.class, call);
    }
  }

  @Test
  @DisplayName("Region that is closed under busy threads is illegal state and no crash")
  void regionThatIsClosedUnderBusyThreadsIsIllegalStateAndNoCrash() throws Exception {
    for (int round = 0; round < 20; round++) {
      Region mine = region(SIZE);
      Persister its = persister(mine);
      MemorySegment source = Arena.ofAuto().allocate(4096);
      List<Throwable> ends = Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      List<Executable> works =
          List.of(
              () -> its.persist(4096, 64),
              () -> its.copyPersist(8192, source, 0, 4096),
              () -> its.fillPersist(16_384, 4096, (byte) 3),
              () -> its.copyPersist(65_536, mine.segment(), 0, 4096));
      for (Executable work : works) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      Throwable thrown = null;
                      while (thrown == null) {
                        thrown = thrownBy(work);
                      }
                      ends.add(thrown);
                    }));
      }
      Thread.sleep(5);
      mine.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(works.size(), ends.size());
      for (Throwable end : ends) {
        assertInstanceOf(IllegalStateException.class, end, () -> stackOf(end));
      }
    }
  }

  @Test
  @DisplayName("Truncation is a media error that names the first lost byte")
  void truncationIsAMediaErrorThatNamesTheFirstLostByte() throws IOException {
    region.segment().fill((byte) 1);
    LinuxFiles.ftruncate(region.fd(), 8192, "test");
    MemorySegment source = MemorySegment.ofArray(new byte[16_384]);
    MediaErrorException lost =
        assertThrows(
            MediaErrorException.class, () -> persister.copyPersist(100, source, 0, 16_000));
    assertEquals(8192, lost.offset());
    assertTrue(Messages.of(lost).contains("shrank"), Messages.of(lost));
    assertDoesNotThrow(() -> persister.copyPersist(100, source, 0, 8000));
    assertDoesNotThrow(() -> persister.persist(100, 8000));
  }

  /** Before the calls are compiled and after: the JVM treats faults differently in each. */
  @Test
  @DisplayName("Truncated pages are media errors however often and the jvm lives")
  void truncatedPagesAreMediaErrorsHoweverOftenAndTheJvmLives() throws IOException {
    Region lost = region(SIZE);
    lost.segment().fill((byte) 1);
    Persister its = persister(lost);
    LinuxFiles.ftruncate(lost.fd(), 0, "test");
    List<Executable> faults = calls(its);
    List<Executable> works = calls(persister);
    faulty(faults, 20);
    for (int i = 0; i < COMPILED; i++) {
      assertEquals(null, thrownBy(works.get(i % works.size())));
    }
    faulty(faults, 2000);
  }

  private List<Executable> calls(Persister its) throws IOException {
    MemorySegment heap = MemorySegment.ofArray(new byte[4096]);
    MemorySegment off = Arena.ofAuto().allocate(4096);
    List<Executable> calls = new ArrayList<>();
    for (int length : new int[] {8, 4096}) {
      calls.add(() -> its.copyPersist(4096, heap, 0, length));
      calls.add(() -> its.copyPersist(4096, off, 0, length));
      calls.add(() -> its.fillPersist(4096, length, (byte) 1));
      calls.add(() -> its.fillPersistKeeping(4096, length, (byte) 1, 4096 + length / 2));
      if (flushTouches()) {
        calls.add(() -> its.flush(4096, length));
        calls.add(() -> its.persist(4096, length));
      }
    }
    return calls;
  }

  private static void faulty(List<Executable> calls, int times) {
    for (int i = 0; i < times; i++) {
      Throwable thrown = thrownBy(calls.get(i % calls.size()));
      if (!(thrown instanceof MediaErrorException)) {
        fail("call " + i % calls.size() + " should have met a media error, not " + thrown, thrown);
      }
    }
  }

  @Test
  @DisplayName("Unbacked source is named as the culprit")
  void unbackedSourceIsNamedAsTheCulprit() throws IOException {
    Path file = Files.write(disk.resolve("source"), new byte[16_384]);
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      MemorySegment source = channel.map(FileChannel.MapMode.READ_WRITE, 0, 16_384, arena);
      channel.truncate(4096);
      for (int length : new int[] {100, 4096}) {
        PersistException thrown =
            assertThrows(
                PersistException.class, () -> persister.copyPersist(0, source, 8192, length));
        assertTrue(Messages.of(thrown).contains("source"), Messages.of(thrown));
        assertTrue(Messages.of(thrown).contains("8192"), Messages.of(thrown));
      }
    }
  }

  @Test
  @DisplayName("Offsets beyond two gibibytes are their own")
  void offsetsBeyondTwoGibibytesAreTheirOwn() throws IOException {
    long size = 5L << 30;
    Region large = region(size);
    Persister its = persister(large);
    MemorySegment source = MemorySegment.ofArray(new byte[4096]).fill((byte) 7);
    for (long offset :
        new long[] {(2L << 30) - 8, (2L << 30) + 4096, (4L << 30) - 8, size - 4096}) {
      its.copyPersist(offset, source, 0, 4096);
      its.persist(offset, 4096);
      its.fillPersist(offset + 64, 64, (byte) 5);
      assertEquals(
          0x0707070707070707L, large.segment().get(JAVA_LONG.withByteAlignment(1), offset));
      assertEquals(5, large.segment().get(JAVA_BYTE, offset + 64));
    }
    assertEquals(0, large.segment().get(JAVA_BYTE, (2L << 30) + 8192));
    assertEquals(0, large.segment().get(JAVA_BYTE, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> its.persist(size, 1));
  }

  private static @Nullable Throwable thrownBy(Executable call) {
    try {
      call.execute();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  private static String stackOf(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}

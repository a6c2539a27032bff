package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WordStoresTest {
  private static final VarHandle WORD = JAVA_LONG.varHandle();
  private static final long OLD = 0x1111111111111111L;
  private static final long NEW = 0x2222222222222222L;

  /** Fewer where the processor is emulated. */
  private static final int TIMES = Integer.getInteger("jdax.test.stores", 150_000);

  private final MemorySegment memory = Arena.ofAuto().allocate(65_536, 4096);

  /** One way to store the range [offset, +length), all bytes of which are equal afterwards. */
  private interface Stores {
    void run(int round, long offset, long length);
  }

  /** Returns how often an aligned word inside a range was seen half old and half new. */
  private long torn(long offset, long length, Stores stores) throws InterruptedException {
    memory.fill((byte) OLD);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < TIMES; i++) {
                    stores.run(i, offset, length);
                  }
                  done.set(true);
                });
    long torn = 0;
    while (!done.get()) {
      for (long at = offset + 7 & -8; at + 8 <= offset + length; at += 8) {
        long now = (long) WORD.getOpaque(memory, at);
        torn += now != OLD && now != NEW ? 1 : 0;
      }
    }
    writer.join();
    return torn;
  }

  @Test
  @DisplayName("No aligned word is seen half old and half new, wherever a copy or fill begins")
  void noWordIsTorn() throws InterruptedException {
    for (int shift : new int[] {0, 1, 4}) {
      MemorySegment[] native2 = {Arena.ofAuto().allocate(512, 8), Arena.ofAuto().allocate(512, 8)};
      MemorySegment[] heap2 = {
        MemorySegment.ofArray(new byte[512]), MemorySegment.ofArray(new byte[512])
      };
      for (MemorySegment[] two : new MemorySegment[][] {native2, heap2}) {
        two[0].fill((byte) OLD);
        two[1].fill((byte) NEW);
        Stores copies =
            (i, offset, length) -> WordStores.copy(two[i & 1], shift, memory, offset, length);
        assertEquals(0, torn(4096 + 5, 100, copies));
        assertEquals(0, torn(4096 + 3, 211, copies));
        assertEquals(0, torn(4096, 92, copies));
      }
    }
    Stores fills =
        (i, offset, length) ->
            WordStores.fill(memory, offset, length, (byte) (i % 2 == 0 ? NEW : OLD));
    assertEquals(0, torn(4096 + 5, 100, fills));
    assertEquals(0, torn(4096, 92, fills));
  }

  @Test
  @DisplayName("No aligned word is loaded half old and half new, wherever it goes")
  void noWordIsLoadedTorn() throws InterruptedException {
    MemorySegment heap = MemorySegment.ofArray(new byte[512]);
    for (MemorySegment dst : new MemorySegment[] {heap, Arena.ofAuto().allocate(512, 8)}) {
      for (long[] range : new long[][] {{4096, 1, 256}, {4096 + 3, 3, 211}, {4096 + 5, 0, 100}}) {
        AtomicBoolean done = new AtomicBoolean();
        memory.fill((byte) OLD);
        Thread writer =
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < TIMES; i++) {
                        WordStores.fill(memory, 4096, 512, (byte) (i % 2 == 0 ? NEW : OLD));
                      }
                      done.set(true);
                    });
        long torn = 0;
        while (!done.get()) {
          WordStores.loadWords(memory, range[0], dst, range[1], range[2]);
          for (long at = -range[0] & 7; at + 8 <= range[2]; at += 8) {
            long now = dst.get(JAVA_LONG_UNALIGNED, range[1] + at);
            torn += now != OLD && now != NEW ? 1 : 0;
          }
        }
        writer.join();
        assertEquals(0, torn);
      }
    }
  }

  @Test
  @DisplayName("A load by words does what the JDK's copy does, also where the ranges overlap")
  void loadsLikeTheJdk() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    MemorySegment expected = Arena.ofAuto().allocate(memory.byteSize(), 8);
    MemorySegment heap = MemorySegment.ofArray(new byte[4096]);
    for (int i = 0; i < 20_000; i++) {
      long length = random.nextInt(i % 10 == 0 ? 2000 : 70);
      long from = random.nextInt(64) + 200L;
      boolean toHeap = i % 3 == 0;
      long to = toHeap ? random.nextInt(64) : Math.max(0, from + random.nextInt(160) - 80);
      for (int k = 0; k < 40; k++) {
        memory.set(JAVA_BYTE, random.nextInt(2400), (byte) random.nextInt());
      }
      MemorySegment dst = toHeap ? heap : memory;
      MemorySegment.copy(dst, 0, expected, 0, 4096);
      MemorySegment.copy(toHeap ? memory : expected, from, expected, to, length);
      WordStores.loadWords(memory, from, dst, to, length);
      assertEquals(
          -1,
          MemorySegment.mismatch(dst, 0, 4096, expected, 0, 4096),
          () -> "seed " + seed + ": load of " + length + " from " + from + " to " + to);
    }
  }

  @Test
  @DisplayName("A copy does what the JDK's does, also where the ranges overlap")
  void copiesLikeTheJdk() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    MemorySegment expected = Arena.ofAuto().allocate(memory.byteSize(), 8);
    MemorySegment heap = MemorySegment.ofArray(new byte[4096]);
    for (int i = 0; i < 30_000; i++) {
      long length = random.nextInt(i % 10 == 0 ? 2000 : 70);
      long to = random.nextInt(64) + 200L;
      boolean fromHeap = i % 3 == 0;
      long from = fromHeap ? random.nextInt(64) : Math.max(0, to + random.nextInt(160) - 80);
      MemorySegment src = fromHeap ? heap : memory;
      for (int k = 0; k < 40; k++) {
        src.set(JAVA_BYTE, random.nextInt(2400), (byte) random.nextInt());
      }
      MemorySegment.copy(memory, 0, expected, 0, 4096);
      MemorySegment.copy(fromHeap ? src : expected, from, expected, to, length);
      WordStores.copy(src, from, memory, to, length);
      assertEquals(
          -1,
          MemorySegment.mismatch(memory, 0, 4096, expected, 0, 4096),
          () -> "seed " + seed + ": copy of " + length + " from " + from + " to " + to);
    }
  }

  @Test
  @DisplayName("A fill reaches its range and nothing else")
  void fillsItsRange() {
    for (int offset = 64; offset < 80; offset++) {
      for (int length = 0; length < 120; length++) {
        memory.asSlice(0, 256).fill((byte) 1);
        WordStores.fill(memory, offset, length, (byte) 9);
        for (int at = 0; at < 256; at++) {
          assertEquals(
              at >= offset && at < offset + length ? 9 : 1,
              memory.get(JAVA_BYTE, at),
              "byte " + at);
        }
      }
    }
  }

  @Test
  @DisplayName("A range outside, or memory that is read-only, is refused before a byte has moved")
  void refusesWhole() {
    MemorySegment source = MemorySegment.ofArray(new byte[64]).fill((byte) 5);
    long end = memory.byteSize();
    assertThrows(
        IndexOutOfBoundsException.class, () -> WordStores.copy(source, 1, memory, end - 3, 9));
    assertThrows(IndexOutOfBoundsException.class, () -> WordStores.copy(source, 60, memory, 3, 9));
    assertThrows(
        IndexOutOfBoundsException.class, () -> WordStores.fill(memory, end - 3, 9, (byte) 5));
    MemorySegment readOnly = memory.asReadOnly();
    assertThrows(IllegalArgumentException.class, () -> WordStores.copy(source, 1, readOnly, 3, 9));
    assertThrows(IllegalArgumentException.class, () -> WordStores.fill(readOnly, 3, 9, (byte) 5));
    assertEquals(0, memory.get(JAVA_BYTE, end - 3));
    assertEquals(0, memory.get(JAVA_BYTE, 3));
  }
}

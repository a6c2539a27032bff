package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages are in which frames. */
class PageIndexTest {
  private static final long LAST = (1L << 48) - 1;

  private PageIndex index = new PageIndex(false);
  private final TreeMap<Long, Integer> frames = new TreeMap<>();
  private final TreeSet<Long> dirty = new TreeSet<>();

  @Test
  @DisplayName("S3.5 an empty index has nothing, before, in and behind any range")
  void empty() throws IOException {
    assertEquals(-1, index.get(0));
    assertEquals(-1, index.get(LAST));
    assertEquals(7, index.next(0, 7));
    assertEquals(Long.MAX_VALUE, index.nextDirty(0, Long.MAX_VALUE));
    assertEquals(-1, index.previous(LAST));
    assertEquals(-1, index.previous(0));
    assertFalse(index.remove(3));
    assertFalse(index.markDirty(3));
    assertEquals(0, index.claim(0, LAST, new long[3], 0));
    assertEquals(0, index.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("S3.5 the index answers as a sorted map and a set do, whatever is done to it")
  void model(boolean writtenThrough) {
    index = new PageIndex(writtenThrough);
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    try {
      for (int i = 0; i < 200_000; i++) {
        step(random);
      }
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
  }

  @Test
  @DisplayName("S3.5 where a claim fails, all that was dirty still is")
  void failingClaim() throws IOException {
    AtomicBoolean works = new AtomicBoolean();
    index =
        new PageIndex(
            false,
            () -> {
              if (!works.get()) {
                throw new IOException("no fence");
              }
            });
    for (int page = 0; page < 700; page += 7) {
      index.putIfAbsent(page, page);
      index.markDirty(page);
    }
    long[] pages = new long[100];
    assertThrows(IOException.class, () -> index.claim(3, 650, pages, 5));
    assertEquals(100, index.dirtyPages());
    works.set(true);
    assertEquals(5 + 92, index.claim(3, 650, pages, 5));
    assertEquals(8, index.dirtyPages());
  }

  @Test
  @DisplayName(
      "S3.5 a claim that fails marks what it has claimed, and not what was there before it")
  void failingClaimOfPart() {
    index =
        new PageIndex(
            false,
            () -> {
              throw new IOException("no fence");
            });
    for (int page = 0; page < 10; page++) {
      index.putIfAbsent(page, page);
    }
    index.markDirty(7);
    long[] pages = {3, 4, 0};
    assertThrows(IOException.class, () -> index.claim(0, 10, pages, 2));
    assertTrue(index.isDirty(7));
    assertEquals(1, index.dirtyPages());
  }

  @Test
  @DisplayName("S3.5 a claim pays for its fence once, and one that finds nothing does not")
  void fencePerClaim() throws IOException {
    AtomicInteger fences = new AtomicInteger();
    index = new PageIndex(false, fences::incrementAndGet);
    for (int page = 0; page < 1100; page += 100) {
      index.putIfAbsent(page, page);
      index.markDirty(page);
    }
    assertEquals(4, index.claim(0, 1000, new long[4], 0));
    assertEquals(1, fences.get());
    assertEquals(0, index.claim(0, 400, new long[4], 0));
    assertEquals(4, index.claim(0, 1000, new long[4], 4));
    assertEquals(1, fences.get());
    assertEquals(7, index.claim(0, 2000, new long[10], 0));
    assertEquals(2, fences.get());
  }

  @Test
  @DisplayName("S3.5 frame 0 is a frame as others are")
  void frameZero() {
    assertEquals(-1, index.putIfAbsent(5, 0));
    assertEquals(0, index.putIfAbsent(5, 3));
    assertEquals(0, index.get(5));
    assertEquals(5, index.next(0, 9));
    assertEquals(5, index.previous(9));
    assertTrue(index.markDirty(5));
    assertTrue(index.remove(5));
    assertEquals(-1, index.get(5));
  }

  @Test
  @DisplayName("S3.5 an index is empty until the first page comes, and when the last has gone")
  void isEmpty() {
    assertTrue(index.isEmpty());
    index.putIfAbsent(3, 1);
    index.putIfAbsent(4, 2);
    index.putIfAbsent(600, 3);
    assertFalse(index.isEmpty());
    assertFalse(index.remove(3));
    assertFalse(index.remove(600));
    assertFalse(index.isEmpty());
    assertFalse(index.remove(4));
    assertTrue(index.isEmpty());
  }

  /** Around the edges of 2 MiB and of words of dirty bits, near and far. */
  private static long page(Random random) {
    long base =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 512L * random.nextInt(6);
          case 2 -> 64L * random.nextInt(24);
          default -> LAST - 600L * random.nextInt(3);
        };
    return Math.clamp(base + random.nextInt(8) - 4, 0, LAST);
  }

  private void step(Random random) throws IOException {
    long page = page(random);
    boolean there = frames.containsKey(page);
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        int frame = random.nextInt(1 << 20);
        int old = index.putIfAbsent(page, frame);
        assertEquals(frames.getOrDefault(page, -1), old);
        frames.putIfAbsent(page, frame);
      }
      case 2 -> {
        assertEquals(dirty.remove(page), index.remove(page));
        frames.remove(page);
      }
      case 3 -> assertEquals(there && dirty.add(page), index.markDirty(page));
      case 4 -> {
        long end = random.nextBoolean() ? page + 1 : page(random);
        long[] claimed = new long[random.nextInt(5)];
        int before = random.nextInt(claimed.length + 1);
        int after = index.claim(page, end, claimed, before);
        for (int i = before; i < claimed.length; i++) {
          Long next = dirty.ceiling(page);
          if (next == null || next >= end) {
            assertEquals(i, after);
            return;
          }
          assertEquals(next, claimed[i]);
          dirty.remove(next);
        }
        assertEquals(claimed.length, after);
      }
      case 5 -> {
        long end = page(random);
        Long next = frames.ceilingKey(page);
        if (end > page) {
          assertEquals(next == null || next >= end ? end : next, index.next(page, end));
        }
      }
      case 6 -> {
        long end = random.nextBoolean() ? Long.MAX_VALUE : page + random.nextInt(2000);
        Long next = dirty.ceiling(page);
        assertEquals(next == null || next >= end ? end : next, index.nextDirty(page, end));
      }
      case 7 -> {
        Long before = frames.lowerKey(page);
        assertEquals(before == null ? -1 : before, index.previous(page));
      }
      default -> {
        assertEquals(frames.getOrDefault(page, -1), index.get(page));
        assertEquals(dirty.contains(page), index.isDirty(page));
        assertEquals(frames.size(), index.size());
        assertEquals(dirty.size(), index.dirtyPages());
      }
    }
  }

  @Test
  @DisplayName("S3.5 nothing comes before the first page, however far away the others are")
  void nothingBeforeTheFirst() {
    for (int shift = 9; shift < 48; shift++) {
      index.putIfAbsent((1L << shift) + 1535, 1);
      assertEquals(-1, index.previous(0));
    }
  }

  @Test
  @DisplayName("S3.5 who looks a page up while others come and go finds it, and never another's")
  void readersBesideAWriter() throws Exception {
    for (long page = 1024; page < 1024 + 512; page += 3) {
      index.putIfAbsent(page, (int) page);
    }
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Future<?>[] readers = new Future<?>[2];
      for (int r = 0; r < readers.length; r++) {
        long seed = r;
        readers[r] = threads.submit(() -> read(over, new Random(seed)));
      }
      Random random = new Random(9);
      for (int i = 0; i < 100_000; i++) {
        long page = 512L * random.nextInt(40);
        if (page != 1024) {
          index.putIfAbsent(page, (int) page);
          index.markDirty(page);
          index.remove(random.nextInt(4) == 0 ? page : 512L * (3 + random.nextInt(37)));
        }
      }
      over.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  private Void read(AtomicBoolean over, Random random) {
    while (!over.get()) {
      long stays = 1024 + 3L * random.nextInt(170);
      assertEquals(stays, index.get(stays));
      long comes = 512L * random.nextInt(40);
      int frame = index.get(comes);
      assertTrue(frame == -1 || frame == comes, () -> "page " + comes + " in frame " + frame);
      assertEquals(1024, index.next(1023, 1026));
    }
    return null;
  }
}

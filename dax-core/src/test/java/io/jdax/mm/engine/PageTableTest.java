package io.jdax.mm.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words, runs and directories say the same about every page. */
class PageTableTest {
  private static final int PAGES = PageTable.PAGES;
  private static final int WRITABLE = 1 << 30;

  private FrameSpace frames;
  private Region region;

  @BeforeEach
  void open() throws IOException {
    region = Region.anonymous("table", 1 << 20);
    frames = FrameSpace.over(region, RecordingPersister.alone(region));
  }

  @AfterEach
  void close() throws IOException {
    frames.close();
    region.close();
  }

  private PageTable table(long pages) throws IOException {
    return new PageTable(pages, frames.tablePool(), true);
  }

  private Generation now(PageTable table) {
    return new Generation(table, frames.epoch());
  }

  private static void show(PageTable table, long page, long count, long pfn, boolean writable)
      throws IOException {
    table.prepare(page);
    table.install(page, count, pfn, writable);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 700, 3 * PAGES, 5 * PAGES + 1, PageTable.NEAR_PAGES + 3 * PAGES + 7})
  @DisplayName("Random changes: what an access finds is what was shown last")
  void agreesWithModel(long pages) throws IOException {
    long seed = System.nanoTime();
    System.out.println("PageTableTest seed " + seed + " pages " + pages);
    Random random = new Random(seed);
    PageTable table = table(pages);
    // Beginning and end of a large one, where directories change.
    long[] from = {0, Math.max(0, pages - 2 * PAGES), Math.min(pages - 1, (1 << 18) - PAGES)};
    Map<Long, Integer> model = new TreeMap<>();
    for (int round = 0; round < 2000; round++) {
      long page = from[random.nextInt(from.length)];
      page = Math.min(pages - 1, page + random.nextInt(3 * PAGES));
      long whole = page & -PAGES;
      boolean writable = random.nextBoolean();
      switch (random.nextInt(6)) {
        case 0 -> { // a slot, in a row with its neighbours or not
          long count = Math.min(PAGES, pages - whole);
          install(table, model, whole, count, whole + random.nextInt(2) * 77L, writable);
        }
        case 1 -> install(table, model, page, 1, page + random.nextInt(2) * 77L, writable);
        case 2 -> {
          for (long p = whole; p < Math.min(pages, whole + PAGES); p++) {
            install(table, model, p, 1, p, writable); // a slot page by page, into a row
          }
        }
        case 3 -> {
          long count = Math.min(1 + random.nextInt(40), Math.min(pages, whole + PAGES) - page);
          install(table, model, page, count, page + random.nextInt(3), writable);
        }
        default -> {
          long count = Math.min(1 + random.nextInt(2 * PAGES), pages - page);
          long odd = random.nextInt(3);
          long dropped = table.drop(page, count, (p, pfn) -> p % 3 != odd);
          long end = page + count;
          long begin = page;
          int before = model.size();
          model.keySet().removeIf(p -> p >= begin && p < end && p % 3 != odd);
          assertEquals(before - model.size(), dropped);
        }
      }
      check(table, model, random, pages, from);
    }
    assertEquals(model.size(), table.count(0, Long.MAX_VALUE));
    table.giveBack(null);
  }

  private static void install(
      PageTable table, Map<Long, Integer> model, long page, long count, long to, boolean writable)
      throws IOException {
    long pfn = 1000 + to % (1 << 20);
    show(table, page, count, pfn, writable);
    for (long i = 0; i < count; i++) {
      model.put(page + i, (int) (pfn + i) | (writable ? WRITABLE : 0));
    }
  }

  private void check(
      PageTable table, Map<Long, Integer> model, Random random, long pages, long[] from) {
    Generation g = now(table);
    for (int i = 0; i < 200; i++) {
      long page = Math.min(pages - 1, from[i % from.length] + random.nextInt(3 * PAGES));
      long offset = (page << 12) + random.nextInt(4096);
      Integer shown = model.get(page);
      long pfn = shown == null ? 0 : shown & ~WRITABLE;
      long at = shown == null ? -1 : Epoch.HEAD_BYTES + (pfn << 12) + (offset & 4095);
      assertEquals(at, g.readable(offset), "page " + page);
      assertEquals(pfn, table.pfn(page));
      boolean writable = shown != null && shown >= WRITABLE;
      assertEquals(writable ? at : -1, g.writable(offset), "page " + page);
      if (writable) {
        long dirty = table.dirty(page / PAGES) + page % PAGES;
        assertEquals(Epoch.HEAD_BYTES + dirty, g.dirty(offset));
      }
    }
    assertTrue(g.readable(pages << 12) < 0 && g.readable(-1) < 0 && g.readable(1L << 60) < 0);
    assertTrue(g.writable(pages << 12) < 0 && g.writable(-8) < 0);
  }

  @Test
  @DisplayName("A file in a row that was shown page by page is one run, also its last, short slot")
  void runs() throws IOException {
    long pages = 2 * PAGES + 5;
    PageTable table = table(pages);
    for (long p = pages - 1; p >= 0; p--) {
      show(table, p, 1, 50 + p, true);
    }
    assertEquals(pages << 12, now(table).runLength);
    assertEquals(pages << 12, now(table).storeLength);
    table.drop(PAGES + 3, 1, (p, pfn) -> true);
    assertEquals((long) PAGES << 12, now(table).runLength);
    show(table, PAGES + 3, 1, 50 + PAGES + 3, false);
    assertEquals(pages << 12, now(table).runLength);
    assertEquals((long) PAGES << 12, now(table).storeLength);
    show(table, PAGES + 3, 1, 50 + PAGES + 3, true);
    assertEquals(pages << 12, now(table).storeLength);
    show(table, 0, PAGES, 9000, true);
    assertEquals((long) PAGES << 12, now(table).runLength);
  }

  @Test
  @DisplayName("A freed table's memory is given to the next one, empty")
  void reuse() throws IOException {
    for (long pages : new long[] {3, 100_000}) {
      PageTable first = table(pages);
      show(first, 1, 1, 7, true);
      Directory before = requireNonNull(first.near());
      long dirty = before.dirty;
      Set<Long> was = Set.of(offset(before.words), dirty);
      first.giveBack(null);
      PageTable second = table(pages);
      second.prepare(0);
      Directory after = requireNonNull(second.near());
      assertEquals(was, Set.of(offset(after.words), after.dirty));
      assertEquals(0, second.pfn(1));
      assertEquals(0, frames.raw().get(java.lang.foreign.ValueLayout.JAVA_BYTE, dirty + 1));
      second.giveBack(null);
    }
  }

  private long offset(long address) {
    return address - frames.raw().address();
  }

  @Test
  @DisplayName("An untouched mapping, however large, has no table")
  void untouched() throws IOException {
    for (long pages : new long[] {1, PageTable.NEAR_PAGES, 1L << 30}) {
      PageTable table = table(pages);
      assertEquals(0, table.pfn(pages - 1));
      assertEquals(-1, table.dirty(0));
      assertEquals(0, table.drop(0, pages, (p, pfn) -> true));
      assertEquals(0, table.count(0, Long.MAX_VALUE));
      assertTrue(now(table).readable(0) < 0 && now(table).writable(0) < 0);
    }
  }
}

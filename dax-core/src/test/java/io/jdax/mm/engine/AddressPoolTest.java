package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.os.LinuxMemory;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Addresses that are reserved first, and used later. */
class AddressPoolTest {
  private static final long MIB = 1 << 20;
  private static final long SIZE = 64 * MIB;

  private long base;

  @BeforeEach
  void reserve() throws IOException {
    int flags = LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE;
    base = LinuxMemory.mmap(0, SIZE, LinuxMemory.PROT_NONE, flags, -1, 0, "pool");
  }

  @AfterEach
  void unmap() throws IOException {
    LinuxMemory.munmap(base, SIZE);
  }

  private static byte get(long at) {
    return AllMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, at);
  }

  private static void set(long at) {
    AllMemory.SEGMENT.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
  }

  private AddressPool pool() {
    AddressPool pool =
        new AddressPool(
            "pool",
            (p, bytes) -> {
              throw new RegionException("pool", "no addresses are left");
            });
    pool.add(base, SIZE);
    return pool;
  }

  private static List<String> accessible(AddressPool pool) {
    List<String> told = new ArrayList<>();
    pool.forAccessible((at, bytes) -> told.add(at + " +" + bytes));
    return told;
  }

  @Test
  @DisplayName("A pool tells what has ever been accessible: 16 MiB at a time, in order")
  void tellsWhatIsAccessible() throws RegionException {
    AddressPool pool = pool();
    AddressRange range = pool.reserve(40 * MIB);
    assertEquals(base, range.at);
    assertEquals(List.of(base + " +0"), accessible(pool));
    pool.use(range.at, 100);
    assertEquals(List.of(base + " +" + 16 * MIB), accessible(pool));
    pool.use(range.at + 16 * MIB - 512, 512);
    assertEquals(List.of(base + " +" + 16 * MIB), accessible(pool));
    set(range.at + 16 * MIB - 1);
    pool.use(range.at + 16 * MIB - 512, 513);
    assertEquals(List.of(base + " +" + 32 * MIB), accessible(pool));
    assertEquals(1, get(range.at + 16 * MIB - 1), "what was accessible before has kept its bytes");
    set(range.at + 32 * MIB - 1);
    pool.close();
  }

  @Test
  @DisplayName("A closed pool has given its memory back, may still be looked at, and refuses")
  void closedPool() throws RegionException {
    AddressPool pool = pool();
    AddressRange range = pool.reserve(MIB);
    pool.use(range.at, MIB);
    set(range.at);
    set(range.at + MIB - 1);
    pool.close();
    assertEquals(0, get(range.at));
    assertEquals(0, get(range.at + MIB - 1));
    assertThrows(IllegalStateException.class, () -> pool.reserve(512));
    assertThrows(IllegalStateException.class, () -> pool.use(range.at, 512));
    set(range.at);
    pool.clean(range.at, MIB);
    assertEquals(1, get(range.at), "a late clean has nothing to do");
    pool.release(range);
  }

  @Test
  @DisplayName("Tables of pages give back the memory of words and of dirty bytes at the close")
  void closedTables() throws RegionException {
    TablePool tables = new TablePool("tables", base, MIB, SIZE);
    TablePool.Place place = tables.reserve(1000, true);
    TablePool.Place loads = tables.reserve(1000, false);
    assertEquals(0, loads.dirty());
    assertEquals(0, tables.dirtyOffset(loads, 7));
    assertTrue(place.dirty() >= base + MIB);
    assertEquals(place.dirty() - base + 7, tables.dirtyOffset(place, 7));
    tables.use(place, 512, 488);
    tables.use(loads, 0, 512);
    long word = place.words() + 999 * 4;
    long mark = place.dirty() + 999;
    set(word);
    set(mark);
    set(loads.words());
    tables.close();
    assertEquals(0, get(word));
    assertEquals(0, get(mark));
    assertEquals(0, get(loads.words()));
  }
}

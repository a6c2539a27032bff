package io.jdax.mm.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.mm.TableSpaceException;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Addresses of page tables: who is given some can touch all of his mapping. */
class TableSpaceTest {
  private static final long GIB = 1L << 30;

  private TinyDisk disk;
  private TinyFile file;

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("addresses", 4 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("f");
    file.truncate(1L << 47, 0);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  @Test
  @DisplayName("Thousands of mappings of 16 GiB can be touched, and their addresses come back")
  void manyMappings() throws IOException {
    for (int round = 0; round < 2; round++) {
      List<FileMapping> all = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        FileMapping mapping = file.space().map(0, 16 * GIB);
        assertEquals(0, mapping.getLong(16 * GIB - 8 - (i << 12)));
        all.add(mapping);
      }
      for (int i = 900; i < 4000; i++) {
        all.add(file.space().map(0, 16 * GIB)); // not touched: costs no memory
      }
      assertThrows(
          TableSpaceException.class,
          () -> {
            while (true) {
              all.add(file.space().map(0, 16 * GIB));
            }
          });
      for (FileMapping mapping : all) {
        mapping.close();
      }
    }
  }

  @Test
  @DisplayName(
      "A mapping that is too large is refused by map, changes nothing, and is let in later")
  void tooLarge() throws IOException {
    assertThrows(TableSpaceException.class, () -> file.space().map(0, 1L << 47));
    assertThrows(
        TableSpaceException.class,
        () -> file.space().map(0, 1L << 47, Sharing.PRIVATE, false, HolePolicy.ZERO));
    FileMapping half = file.space().map(0, 1L << 45);
    TableSpaceException e =
        assertThrows(TableSpaceException.class, () -> file.space().map(0, 1L << 45));
    assertTrue(Messages.of(e).contains("35184372088832 bytes"), Messages.of(e));
    half.getLong((1L << 45) - 8);
    half.putLong(0, 1);
    half.close();
    file.space().map(0, 1L << 45).close();
  }

  @Test
  @DisplayName("Each GiB of a mapping that map has accepted can be touched")
  void everyGib() throws IOException {
    long gibs = 13_200;
    FileMapping mapping =
        file.space().map(0, gibs * GIB, Sharing.READ_ONLY, false, HolePolicy.ZERO);
    for (long gib = 0; gib < gibs; gib++) {
      assertEquals(0, mapping.getLong(gib * GIB + 8));
    }
    mapping.close();
  }

  @Test
  @DisplayName("Random takes and adds: no two have an address, and all of it is one range again")
  void ranges() {
    long seed = System.nanoTime();
    System.out.println("TableSpaceTest seed " + seed);
    Random random = new Random(seed);
    AddressRanges free = new AddressRanges();
    long all = 1 << 22;
    free.add(new AddressRange(512, all));
    TreeMap<Long, AddressRange> taken = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(100) < 55 || taken.isEmpty()) {
        long bytes = 512L << random.nextInt(9);
        long alignment = random.nextBoolean() ? 512 : 65536;
        AddressRange range = free.take(bytes, alignment);
        if (range == null) {
          continue;
        }
        assertEquals(bytes, range.bytes);
        assertEquals(0, range.at % alignment);
        assertTrue(range.at >= 512 && range.end() <= 512 + all);
        var before = taken.lowerEntry(range.end());
        assertTrue(before == null || before.getValue().end() <= range.at);
        taken.put(range.at, range);
      } else {
        Long at = taken.ceilingKey(random.nextLong(all));
        at = at == null ? taken.firstKey() : at;
        free.add(requireNonNull(taken.remove(at)));
      }
    }
    taken.values().forEach(free::add);
    assertEquals(1, free.count());
    assertEquals(512, requireNonNull(free.take(all, 512)).at);
    assertEquals(0, free.count());
  }

  @Test
  @DisplayName("Who changes memory that was given back is found when it is taken again")
  void poison() throws IOException {
    FileMapping mapping = file.space().map(0, 64 << 12);
    mapping.putLong(0, 1);
    Directory d = requireNonNull(mapping.table().near());
    long frame = disk.frames().allocatePrivate("f", 0);
    disk.frames().privateFrames().free(frame, 1);
    mapping.close();
    disk.frames().quarantine().turnOver();
    file.space().sweep();
    AllMemory.setWord(d.words, 63, 5);
    FileMapping next = file.space().map(0, 64 << 12);
    assertThrows(AssertionError.class, () -> next.getLong(0));
    next.getLong(0);
    AllMemory.setWord(disk.frames().raw().address() + (frame << 12), 1023, 5);
    assertThrows(AssertionError.class, () -> disk.frames().allocatePrivate("f", 0));
  }
}

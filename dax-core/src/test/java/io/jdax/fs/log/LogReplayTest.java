package io.jdax.fs.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.format.Keys;
import io.jdax.fs.log.LogFixture.Items;
import io.jdax.fs.space.Units;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Records state facts: told from any point at or before the newest they give the same")
class LogReplayTest {
  private static final long INODE = 7;
  private static final long UNWRITTEN = 1;

  private LogFixture fixture;
  private FileLog log;
  private Items items;

  @BeforeEach
  void make() throws IOException {
    fixture = new LogFixture();
    log = new FileLog(fixture.area, INODE);
    items = new Items();
    items.file(INODE, 0);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void extent(long first, long count, long place) {
    log.prepare();
    log.extent(first, count, place, -1, 0);
  }

  private LogReplay tell() throws IOException {
    return items.tell(fixture.scan());
  }

  private static List<Long> run(long first, long count, long place) {
    return List.of(first, count, place);
  }

  @Test
  @DisplayName("A hole gets blocks, written or unwritten, and the stamp is the last number")
  void hole() throws IOException {
    extent(3, 2, 100 << 1);
    extent(9, 4, 200 << 1 | UNWRITTEN);
    LogReplay replay = tell();
    assertEquals(
        List.of(run(3, 2, 100 << 1), run(9, 4, 200 << 1 | UNWRITTEN)), items.extents(INODE));
    assertEquals(2, items.record(INODE).stamp);
    assertEquals(2, replay.figures().live);
    assertEquals(List.of(), replay.flaws());
  }

  @Test
  @DisplayName(
      "Written blocks after the end stay free, as long as no size says that they are there")
  void afterTheEnd() throws IOException {
    items.file(INODE, 0, 5 * 4096 - 1);
    items.extent(INODE, 20, 2, 300 << 1 | UNWRITTEN);
    extent(3, 9, 100 << 1);
    extent(14, 2, 200 << 1 | UNWRITTEN);
    extent(20, 1, 300 << 1);
    LogReplay.File file =
        new LogReplay("log", Units.PAGES, 4096, fixture.scan(), (block, count) -> -1)
            .begin(INODE, items.item(INODE));
    List<List<Long>> shown = new ArrayList<>();
    Objects.requireNonNull(file).forEachExtent((block, count) -> shown.add(List.of(block, count)));
    assertEquals(List.of(List.of(100L, 2L), List.of(200L, 2L)), shown);
    LogReplay replay = tell();
    assertEquals(
        List.of(
            run(3, 2, 100 << 1),
            run(14, 2, 200 << 1 | UNWRITTEN),
            run(20, 2, 300 << 1 | UNWRITTEN)),
        items.extents(INODE));
    assertEquals(List.of(), replay.flaws());
  }

  @Test
  @DisplayName("A size that is told later makes content of the blocks before it")
  void sizeLater() throws IOException {
    items.file(INODE, 0, 0);
    extent(0, 3, 100 << 1);
    log.prepare();
    log.size(2 * 4096, 0);
    tell();
    assertEquals(List.of(run(0, 2, 100 << 1)), items.extents(INODE));
  }

  @Test
  @DisplayName("Where a flaw ends what counts, what the sizes after it were to show is unwritten")
  void sizeThatDoesNotCount() throws IOException {
    items.file(INODE, 0, 4096);
    items.extent(INODE + 1, 0, 1, 500 << 1);
    extent(0, 3, 100 << 1);
    extent(7, 1, 500 << 1);
    log.prepare();
    log.size(8 * 4096, 0);
    LogReplay replay = tell();
    assertEquals(LogFlaw.Kind.TAKEN, replay.flaws().getFirst().kind());
    assertEquals(
        List.of(run(0, 1, 100 << 1), run(1, 2, 101 << 1 | UNWRITTEN)), items.extents(INODE));
  }

  @Test
  @DisplayName("Of an unwritten extent a part becomes written, and the rest stays")
  void unwritten() throws IOException {
    items.extent(INODE, 0, 10, 100 << 1 | UNWRITTEN);
    extent(4, 2, 104 << 1);
    tell();
    assertEquals(
        List.of(
            run(0, 4, 100 << 1 | UNWRITTEN), run(4, 2, 104 << 1), run(6, 4, 106 << 1 | UNWRITTEN)),
        items.extents(INODE));
  }

  @Test
  @DisplayName("What is written already stays so, also if an older record says unwritten")
  void written() throws IOException {
    items.extent(INODE, 0, 10, 100 << 1);
    extent(2, 3, 102 << 1 | UNWRITTEN);
    extent(4, 2, 104 << 1);
    LogReplay replay = tell();
    assertEquals(List.of(run(0, 10, 100 << 1)), items.extents(INODE));
    assertEquals(List.of(), replay.flaws());
  }

  @Test
  @DisplayName("A record over holes and extents of all states fills what is missing")
  void mixed() throws IOException {
    items.extent(INODE, 2, 1, 102 << 1);
    items.extent(INODE, 4, 2, 104 << 1 | UNWRITTEN);
    extent(0, 8, 100 << 1);
    tell();
    assertEquals(List.of(run(0, 8, 100 << 1)), items.extents(INODE));
  }

  @Test
  @DisplayName("Size and time are those that were told last")
  void sizeAndTime() throws IOException {
    log.prepare();
    log.size(100, 1000);
    log.prepare();
    log.extent(0, 1, 100 << 1, 50, 0);
    log.time(2000);
    tell();
    assertEquals(50, items.record(INODE).sizeBytes);
    assertEquals(2000, items.record(INODE).modified);
    assertEquals(2000, items.record(INODE).changed);
    assertEquals(3, items.record(INODE).stamp);
  }

  @Test
  @DisplayName("What the stamp covers is void, and what comes after the first gap as well")
  void stampAndGap() throws IOException {
    items.file(INODE, 2);
    log.begin(0);
    for (int i = 1; i <= 6; i++) {
      log.prepare();
      log.size(i, 0);
    }
    LogReplay replay = tell();
    assertEquals(6, items.record(INODE).sizeBytes);
    assertEquals(2, replay.figures().stamped);
    assertEquals(4, replay.figures().live);

    items.file(INODE, 2);
    FileLog behind = new FileLog(fixture.area, INODE);
    behind.begin(7); // number 7 never arrived
    behind.prepare();
    behind.size(99, 0);
    replay = tell();
    assertEquals(6, items.record(INODE).sizeBytes);
    assertEquals(6, items.record(INODE).stamp);
    assertEquals(1, replay.figures().cutOff);
    assertEquals(List.of(), replay.flaws());
  }

  @Test
  @DisplayName("A file of which the first number after the stamp is missing gets nothing")
  void firstIsMissing() throws IOException {
    log.begin(5);
    log.prepare();
    log.size(9, 0);
    long before = items.record(INODE).sizeBytes;
    LogReplay replay = tell();
    assertEquals(before, items.record(INODE).sizeBytes);
    assertEquals(1, replay.figures().cutOff);
  }

  @Test
  @DisplayName("Files that are gone, or have no name any more, get nothing")
  void noFile() throws IOException {
    extent(0, 1, 100 << 1);
    items.items.clear();
    LogReplay replay = tell();
    assertEquals(1, replay.figures().withoutFile);
    assertTrue(items.items.isEmpty());
    assertTrue(items.used.isEmpty(), "its block is free");
  }

  @Test
  @DisplayName("A large file is told in pieces, and the stamp comes with the last")
  void pieces() throws IOException {
    for (int i = 0; i < 400; i++) {
      extent(2L * i, 1, (100 + 2L * i) << 1);
    }
    LogScan scan = fixture.scan();
    LogReplay replay = new LogReplay("log", Units.PAGES, 1000, scan, (b, n) -> -1L);
    LogReplay.File file = Objects.requireNonNull(replay.begin(INODE, items.item(INODE)));
    file.tellSome(items);
    assertTrue(file.hasMore());
    assertEquals(0, items.record(INODE).stamp);
    assertEquals(LogReplay.RECORDS_PER_CHANGE, items.extents(INODE).size());
    file.tellSome(items);
    assertEquals(400, items.record(INODE).stamp);
    assertEquals(400, items.extents(INODE).size());
    assertEquals(400, file.added);
  }

  @Test
  @DisplayName("Records told twice, or again from any of them, give what they gave once")
  void again() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    int[] place = new int[60];
    for (int i = 0; i < 200; i++) {
      int page = random.nextInt(60);
      int count = 1 + random.nextInt(Math.min(4, 60 - page));
      long state = 0;
      for (int k = page; k < page + count; k++) {
        state |= place[k] == 0 ? UNWRITTEN : 0;
      }
      state = state == 1 && random.nextBoolean() ? UNWRITTEN : 0;
      for (int k = page; k < page + count; k++) {
        place[k] = 1; // page k has block 200 + k, as no block of a file ever moves
      }
      log.prepare();
      log.extent(page, count, (200L + page) << 1 | state, random.nextInt(1000), 0);
    }
    LogScan scan = fixture.scan();
    items.tell(scan);
    TreeMap<Long, List<List<Long>>> seen = new TreeMap<>();
    seen.put(0L, items.extents(INODE));
    long size = items.record(INODE).sizeBytes;
    for (long stamp : new long[] {0, 1, 50, 150, 199}) {
      byte[] record = items.items.firstEntry().getValue();
      assertTrue(record.length > 0);
      var r = items.record(INODE);
      r.stamp = stamp;
      items.put(
          Keys.hi(INODE, Keys.INODE), 0, MemorySegment.ofArray(r.toBytes()), 0, r.toBytes().length);
      LogReplay replay = items.tell(scan);
      assertEquals(List.of(), replay.flaws(), "seed " + seed);
      assertEquals(seen.get(0L), items.extents(INODE), "seed " + seed + ", from " + stamp);
      assertEquals(size, items.record(INODE).sizeBytes);
      assertEquals(200, items.record(INODE).stamp);
    }
  }

  @Test
  @DisplayName("A record that gives a page another block, or a block that is taken, stops its file")
  void taken() throws IOException {
    items.extent(INODE, 0, 1, 100 << 1);
    log.prepare();
    log.size(10, 0);
    extent(0, 1, 300 << 1);
    log.prepare();
    log.size(20, 0);
    LogReplay replay = tell();
    assertEquals(List.of(LogFlaw.Kind.TAKEN), replay.flaws().stream().map(LogFlaw::kind).toList());
    assertEquals(10, items.record(INODE).sizeBytes);
    assertEquals(1, items.record(INODE).stamp);
    assertEquals(List.of(run(0, 1, 100 << 1)), items.extents(INODE));
  }
}

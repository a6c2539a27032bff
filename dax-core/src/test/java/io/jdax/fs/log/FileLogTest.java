package io.jdax.fs.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.tree.ChangePoint;
import io.jdax.fs.tree.LogPlace;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a file tells is read back in its order, as far as it has arrived")
class FileLogTest {
  private static final long INODE = 7;

  private LogFixture fixture;
  private FileLog log;

  @BeforeEach
  void make() throws IOException {
    fixture = new LogFixture();
    log = new FileLog(fixture.area, INODE);
    log.begin(10);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private void extent(long first) {
    log.prepare();
    log.extent(first, 1, (100 + first) << 1, (first + 1) * 4096, 50 + first);
  }

  /** What a loss of power would leave. */
  private List<LogRecord> afterPowerLoss() throws IOException {
    byte[] image = fixture.persister.image();
    try (LogFixture other = new LogFixture()) {
      MemorySegment.copy(MemorySegment.ofArray(image), 0, other.region.segment(), 0, image.length);
      other.info = fixture.info;
      return other.records(INODE);
    }
  }

  @Test
  @DisplayName("Each kind of record is read as it was made, with its number")
  void kinds() throws IOException {
    log.prepare();
    log.extent(3, 4, 200, -1, 0);
    log.prepare();
    log.extent(5, 6, 301, 77, 88);
    log.prepare();
    log.size(99, 0);
    log.prepare();
    log.size(100, 101);
    log.time(102);
    long extent = LogFormat.EXTENT;
    long size = LogFormat.SIZE_TOLD;
    long time = LogFormat.TIME_TOLD;
    assertEquals(
        List.of(
            new LogRecord(11, extent, 3, 4, 200, 0, 0),
            new LogRecord(12, extent | size | time, 5, 6, 301, 77, 88),
            new LogRecord(13, size, 0, 0, 0, 99, 0),
            new LogRecord(14, size | time, 0, 0, 0, 100, 101),
            new LogRecord(15, time, 0, 0, 0, 0, 102)),
        fixture.records(INODE));
    assertEquals(List.of(INODE), fixture.scan().inodes());
    assertEquals(1, fixture.scan().framesInUse());
  }

  @Test
  @DisplayName("A record of a time gives its place to the next one, and no flush is about it")
  void times() throws IOException {
    extent(0);
    log.time(1);
    log.time(2);
    assertEquals(12, log.last());
    assertEquals(2, fixture.records(INODE).getLast().modified());
    extent(1);
    assertEquals(12, log.last(), "in the place of the time");
    log.time(3);
    extent(2);
    assertEquals(13, log.last());
    assertEquals(
        List.of(11L, 12L, 13L), fixture.records(INODE).stream().map(LogRecord::number).toList());
    log.time(4);
    assertEquals(13, log.needed(), "no flush is about a time");
  }

  @Test
  @DisplayName("All records of an fsync are durable after it, the frames' first lines included")
  void persisted() throws IOException {
    for (int i = 0; i < 150; i++) {
      extent(i);
      if (i % 40 == 0 || i >= 62 && i <= 64) {
        assertTrue(afterPowerLoss().size() <= i);
        fixture.persist(log);
        assertEquals(i + 1, afterPowerLoss().size());
        assertTrue(log.firstVolatile() > log.needed());
      }
    }
    assertEquals(3, fixture.scan().framesInUse());
  }

  @Test
  @DisplayName("A time alone is nothing that an fsync waits for")
  void timeIsNotNeeded() throws IOException {
    extent(0);
    fixture.persist(log);
    log.time(1);
    assertTrue(log.firstVolatile() > log.needed());
    extent(1);
    assertTrue(log.firstVolatile() <= log.needed());
  }

  @Test
  @DisplayName("What is told after a fold has begun is in another frame, which the fold leaves")
  void takenFrames() throws IOException {
    extent(0);
    assertEquals(11, log.take());
    extent(1);
    assertEquals(2, fixture.scan().framesInUse());
    log.settled(ChangePoint.ofCommit(5), false);
    assertTrue(log.hasFrames());
    assertEquals(1, fixture.area.frames.waitingCount());
    fixture.area.frames.committed(5);
    assertEquals(1, fixture.area.frames.waitingCount());
    fixture.area.frames.committed(6);
    assertEquals(0, fixture.area.frames.waitingCount());
    assertEquals(LogFixture.FRAMES - 1, fixture.area.frames.freeCount());
    fixture.persist(log);
    assertEquals(12, afterPowerLoss().getLast().number());
  }

  @Test
  @DisplayName("A fold that was not settled leaves its frames to the next one")
  void unsettled() {
    extent(0);
    assertEquals(11, log.take());
    extent(1);
    assertEquals(12, log.take());
    log.settled(ChangePoint.ofCommit(5), true);
    assertFalse(log.hasFrames());
    assertEquals(2, fixture.area.frames.waitingCount());
  }

  @Test
  @DisplayName("Without a frame a file is cut off, and tells nothing until a fold has told all")
  void cutOff() throws IOException {
    FileLog other = new FileLog(fixture.area, 8);
    for (int i = 0; i < LogFixture.FRAMES * LogFormat.RECORDS; i++) {
      other.prepare();
      other.extent(i, 1, 2L * i, -1, 0);
    }
    assertFalse(other.isCutOff());
    extent(0);
    assertTrue(log.isCutOff());
    assertEquals(10, log.last());
    other.prepare();
    other.size(5, 0);
    assertTrue(other.isCutOff());
    long last = other.take();
    other.settled(ChangePoint.ofCommit(3), false);
    fixture.area.frames.committed(4);
    assertTrue(other.isCutOff(), "something was noted since");
    other.prepare();
    other.size(6, 0);
    assertEquals(last, other.last());
    assertEquals(last, other.take());
    other.settled(ChangePoint.ofCommit(5), true);
    assertFalse(other.isCutOff());
    other.prepare();
    other.size(7, 0);
    assertEquals(last + 1, other.last());
    assertEquals(7, fixture.records(8).getLast().sizeBytes());
  }

  @Test
  @DisplayName("A file of which a frame is bad is cut off, and the frame is nobody's any more")
  void bad() {
    extent(0);
    log.fail();
    assertTrue(log.isCutOff());
    assertEquals(11, log.take());
    log.settled(ChangePoint.ofCommit(3), true);
    fixture.area.frames.committed(4);
    assertFalse(log.isCutOff());
    assertEquals(LogFixture.FRAMES - 1, fixture.area.frames.freeCount());
    extent(1);
    assertEquals(12, log.last());
  }

  @Test
  @DisplayName("A file that is given up gives its frames back")
  void givenUp() {
    extent(0);
    log.giveUp(ChangePoint.ofCommit(4));
    assertFalse(log.hasFrames());
    fixture.area.frames.committed(5);
    assertEquals(LogFixture.FRAMES, fixture.area.frames.freeCount());
  }

  @Test
  @DisplayName("Records of an earlier life are none, in frames that are used again as well")
  void lives() throws IOException {
    for (int i = 0; i < 20; i++) {
      extent(i);
    }
    fixture.nextLife();
    assertTrue(fixture.scan().isEmpty());
    FileLog again = new FileLog(fixture.area, INODE);
    again.begin(10);
    again.prepare();
    again.size(1, 0);
    assertEquals(List.of(11L), fixture.records(INODE).stream().map(LogRecord::number).toList());
  }

  @Test
  @DisplayName("A frame that is used again by its file in one life has none of what was in it")
  void frameAgain() throws IOException {
    for (int i = 0; i < 20; i++) {
      extent(i);
    }
    log.take();
    log.settled(ChangePoint.ofCommit(1), true);
    fixture.area.frames.committed(2);
    log.prepare();
    log.size(1, 0);
    assertEquals(1, fixture.scan().framesInUse());
    assertEquals(List.of(31L), fixture.records(INODE).stream().map(LogRecord::number).toList());
  }

  @Test
  @DisplayName("A line of which any word has not arrived ends what is read of its frame")
  void torn() throws IOException {
    for (int word = 0; word < 8; word++) {
      for (int line = 0; line <= 3; line++) {
        try (LogFixture other = new LogFixture()) {
          FileLog told = new FileLog(other.area, INODE);
          for (int i = 1; i <= 3; i++) {
            told.prepare();
            told.extent(i, 1000 + i, 2000 + i, 3000 + i, 4000 + i);
          }
          Region region = other.region;
          long at = LogVandal.at(other.scan().frames(INODE).getFirst().pfn(), line) + word * 8L;
          long was = region.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, at);
          region.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, at, was ^ 1L << 40);
          assertEquals(Math.max(0, line - 1), other.records(INODE).size(), line + ", word " + word);
          assertEquals(
              line == 0 || line == 3 ? 0 : 1, other.scan().tornRecords(), line + ", word " + word);
        }
      }
    }
  }

  @Test
  @DisplayName("A frame that was copied to another place says nothing there")
  void copied() throws IOException {
    extent(0);
    long frame = fixture.scan().frames(INODE).getFirst().pfn();
    long to = frame == LogFixture.FIRST_FRAME ? frame + 1 : frame - 1;
    MemorySegment s = fixture.region.segment();
    MemorySegment.copy(s, frame << 12, s, to << 12, 4096);
    assertEquals(1, fixture.scan().framesInUse());
  }

  @Test
  @DisplayName("A line of zeros is no record, and a log that lies nowhere tells nothing")
  void zeros() throws IOException {
    assertTrue(fixture.scan().isEmpty());
    assertTrue(LogScan.of(fixture.persister, fixture.info.withLog(LogPlace.NONE), 1000).isEmpty());
    assertTrue(
        LogScan.of(fixture.persister, fixture.info.withLog(new LogPlace(990, 20, 1, 1)), 1000)
            .isEmpty());
  }
}

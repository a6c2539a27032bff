package io.jdax.fs.log;

import static io.jdax.fs.log.LogFormat.LONG;

import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.FrameCopy;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that a log tells of each file, read without a lock while nobody writes. The frames are the
 * only thing that is trusted, and every one of them is read: there is no head, tail or count.
 */
public final class LogScan {
  /** A frame of the present life, with the records that come one after the other in it. */
  record Frame(long pfn, long firstNumber, List<LogRecord> records) {}

  /** Is shown every line of a log that is more than zeros, for whoever lists them. */
  @FunctionalInterface
  public interface Lines {
    /** What a line is by its own frame; a replay knows what becomes of it. */
    enum State {
      /** A record that is there with all before it in its frame. */
      WHOLE,
      /** It has not arrived as it was stored, although one after it has. */
      TORN,
      /** A record that is there, after one that is not. */
      AFTER_TORN,
      /** A record of an earlier life. */
      STALE,
      /** The end of what a frame tells: torn, or left by whoever had the frame before. */
      NO_RECORD
    }

    /**
     * A line.
     *
     * @param frame of the device
     * @param line of the frame, from 1 on
     * @param inode whose frame it is
     * @param record what it says, or null if it can't be told
     */
    void line(long frame, int line, long inode, State state, @Nullable LogRecord record);
  }

  /** Of a file system that has no log. */
  public static final LogScan NONE = new LogScan(LogPlace.NONE, null);

  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[LogFormat.LINE_BYTES]);

  private final LogPlace place;
  private final @Nullable Lines lines;
  private final Map<Long, List<Frame>> files = new TreeMap<>();
  private final List<LogFlaw> flaws = new ArrayList<>();
  private int framesInUse;
  private int tornRecords;

  private LogScan(LogPlace place, @Nullable Lines lines) {
    this.place = place;
    this.lines = lines;
  }

  /**
   * Reads the log of a file system; nothing of one that lies where none can be.
   *
   * @param persister of its region, which may have to fetch the frames from a device
   * @param deviceFrames of the file system
   * @throws IOException a device can't be read; what is only a frame that can't be is a flaw
   */
  public static LogScan of(Persister persister, SuperblockInfo info, long deviceFrames)
      throws IOException {
    return of(persister, info, deviceFrames, null);
  }

  /** As {@link #of(Persister, SuperblockInfo, long)}, for somebody who is shown the lines. */
  public static LogScan of(
      Persister persister, SuperblockInfo info, long deviceFrames, @Nullable Lines lines)
      throws IOException {
    if (!info.log().isPossible(deviceFrames)) {
      return NONE;
    }
    LogScan scan = new LogScan(info.log(), lines);
    MemorySegment copy = Arena.ofAuto().allocate(Pages.BYTES, Pages.BYTES);
    for (long pfn = info.log().firstFrame(); pfn < info.log().endFrame(); pfn++) {
      try {
        persister.fetch(Pages.bytes(pfn), Pages.BYTES);
        scan.read(persister.region(), info, pfn, copy);
      } catch (MediaErrorException e) {
        scan.flaws.add(
            new LogFlaw(
                LogFlaw.Kind.UNREADABLE,
                pfn,
                -1,
                "can't be read, and may have held what is told of files nowhere else: "
                    + e.getMessage()));
      }
    }
    for (List<Frame> frames : scan.files.values()) {
      frames.sort(Comparator.comparingLong(Frame::firstNumber));
    }
    return scan;
  }

  private void read(Region region, SuperblockInfo info, long pfn, MemorySegment copy)
      throws MediaErrorException {
    FrameCopy.copy(region, pfn, copy, 0, LogFormat.LINE_BYTES);
    long inode = copy.get(LONG, LogFormat.INODE);
    long first = copy.get(LONG, LogFormat.FIRST_NUMBER);
    long seed = LogFormat.headerCheck(info.fileSystemId(), place, inode, first, pfn);
    if (copy.get(LONG, LogFormat.CHECK) != seed
        || copy.get(LONG, LogFormat.MAGIC) != LogFormat.MAGIC_VALUE
        || LogFormat.checkOf(info.fileSystemId() ^ LogFormat.MAGIC_VALUE, copy, 0) != seed) {
      if (lines != null) {
        showStale(region, info, pfn, copy);
      }
      return; // of an earlier life, or never stored as a whole
    }
    FrameCopy.copy(region, pfn, copy, 0, Pages.BYTES);
    framesInUse++;
    if (inode < Keys.ROOT || inode > Keys.MAX_INODE) { // its keys would be another one's
      flaws.add(
          new LogFlaw(
              LogFlaw.Kind.IMPOSSIBLE,
              pfn,
              -1,
              "belongs to inode " + inode + ", a number that no inode has"));
      return;
    }
    List<LogRecord> records = new ArrayList<>();
    for (int i = 1; i <= LogFormat.RECORDS; i++) {
      if (!isRecord(seed, first, i, copy)) {
        tornRecords += isCutShort(seed, first, i, copy) ? 1 : 0;
        break; // what comes after it was told later
      }
      records.add(LogRecord.of(copy, (long) i * LogFormat.LINE_BYTES));
    }
    if (lines != null) {
      show(lines, pfn, inode, seed, first, records, copy);
    }
    files.computeIfAbsent(inode, n -> new ArrayList<>()).add(new Frame(pfn, first, records));
  }

  /** Whether a record that has not arrived is followed by one that has. */
  private static boolean isCutShort(long seed, long first, int from, MemorySegment copy) {
    for (int i = from + 1; i <= LogFormat.RECORDS; i++) {
      if (isRecord(seed, first, i, copy)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a line is the record that belongs there. */
  private static boolean isRecord(long seed, long first, int i, MemorySegment copy) {
    long line = (long) i * LogFormat.LINE_BYTES;
    return copy.get(LONG, line + LogFormat.CHECK) == LogFormat.checkOf(seed, copy, line)
        && copy.get(LONG, line + LogFormat.NUMBER) == first + i - 1;
  }

  // ---------------------------------------------------------------- for whoever lists the lines

  private static void show(
      Lines lines,
      long pfn,
      long inode,
      long seed,
      long first,
      List<LogRecord> records,
      MemorySegment copy) {
    for (int i = 1; i <= LogFormat.RECORDS; i++) {
      if (i <= records.size()) {
        lines.line(pfn, i, inode, Lines.State.WHOLE, records.get(i - 1));
      } else if (isRecord(seed, first, i, copy)) {
        LogRecord record = LogRecord.of(copy, (long) i * LogFormat.LINE_BYTES);
        lines.line(pfn, i, inode, Lines.State.AFTER_TORN, record);
      } else if (isCutShort(seed, first, i, copy)) {
        lines.line(pfn, i, inode, Lines.State.TORN, null);
      } else if (!isZeros(copy, i)) {
        lines.line(pfn, i, inode, Lines.State.NO_RECORD, null);
      }
    }
  }

  /** A frame that an earlier life, by its own words, has told something in. */
  private void showStale(Region region, SuperblockInfo info, long pfn, MemorySegment copy)
      throws MediaErrorException {
    long seed = copy.get(LONG, LogFormat.CHECK);
    if (copy.get(LONG, LogFormat.MAGIC) != LogFormat.MAGIC_VALUE
        || copy.get(LONG, LogFormat.FRAME) != pfn
        || LogFormat.checkOf(info.fileSystemId() ^ LogFormat.MAGIC_VALUE, copy, 0) != seed) {
      return;
    }
    FrameCopy.copy(region, pfn, copy, 0, Pages.BYTES);
    long first = copy.get(LONG, LogFormat.FIRST_NUMBER);
    for (int i = 1; i <= LogFormat.RECORDS; i++) {
      if (lines != null && isRecord(seed, first, i, copy)) {
        LogRecord record = LogRecord.of(copy, (long) i * LogFormat.LINE_BYTES);
        lines.line(pfn, i, copy.get(LONG, LogFormat.INODE), Lines.State.STALE, record);
      }
    }
  }

  private static boolean isZeros(MemorySegment copy, int i) {
    MemorySegment line = copy.asSlice((long) i * LogFormat.LINE_BYTES, LogFormat.LINE_BYTES);
    return line.mismatch(ZEROS) < 0;
  }

  // ---------------------------------------------------------------- what there is

  /** Files of which something is told, by the numbers of their inodes, in ascending order. */
  public List<Long> inodes() {
    return List.copyOf(files.keySet());
  }

  /** Whether something is told of a file. */
  public boolean tellsOf(long inode) {
    return files.containsKey(inode);
  }

  /** Shows the blocks that records give to files, whether they count or not. */
  public void forEachExtent(Units units, long deviceFrames, LogReplay.Extents extents) {
    for (List<Frame> all : files.values()) {
      for (Frame frame : all) {
        for (LogRecord r : frame.records()) {
          if (r.hasExtent()
              && ExtentRecord.isPossible(units, r.first(), r.place(), r.count(), deviceFrames)) {
            extents.extent(r.place() >>> 1, r.count());
          }
        }
      }
    }
  }

  /** Frames of a file, by the numbers of their records. */
  List<Frame> frames(long inode) {
    return files.getOrDefault(inode, List.of());
  }

  /** What is wrong with the frames themselves. */
  public List<LogFlaw> flaws() {
    return List.copyOf(flaws);
  }

  /** How many frames have a file's name on them. */
  public int framesInUse() {
    return framesInUse;
  }

  /** How many records have not arrived although one that was made later has. */
  public int tornRecords() {
    return tornRecords;
  }

  /** Whether nothing is told of any file, and nothing is wrong. */
  public boolean isEmpty() {
    return files.isEmpty() && flaws.isEmpty();
  }
}

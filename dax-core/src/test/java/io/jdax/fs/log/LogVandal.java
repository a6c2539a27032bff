package io.jdax.fs.log;

import static io.jdax.fs.log.LogFormat.LONG;

import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.os.Pages;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads and forges frames of the log of a region that is not mounted, with good checks. */
public final class LogVandal {
  public static final long EXTENT = LogFormat.EXTENT;
  public static final long SIZE = LogFormat.SIZE_TOLD;
  public static final long TIME = LogFormat.TIME_TOLD;
  public static final int RECORDS = LogFormat.RECORDS;
  public static final int LINE = LogFormat.LINE_BYTES;

  /** Offsets in a line, of the words that tests change. */
  public static final int NUMBER = LogFormat.NUMBER;

  public static final int WHAT = LogFormat.WHAT;
  public static final int FIRST_BLOCK = LogFormat.FIRST_BLOCK;
  public static final int BLOCKS = LogFormat.BLOCKS;
  public static final int PLACE = LogFormat.PLACE;
  public static final int SIZE_WORD = LogFormat.SIZE;

  private final MemorySegment memory;
  private final SuperblockInfo info;

  /** Of the newest superblock. */
  public LogVandal(Region region) throws IOException {
    this.memory = region.segment();
    this.info = TreeSurvey.of(region).info();
  }

  /** Where the log is. */
  public LogPlace place() {
    return info.log();
  }

  private long seed(long pfn) {
    return LogFormat.headerCheck(
        info.fileSystemId(), place(), inode(pfn), firstNumber(pfn), word(pfn, 0, LogFormat.FRAME));
  }

  private long word(long pfn, int line, int offset) {
    return memory.get(LONG, at(pfn, line) + offset);
  }

  /** The offset of a line of a frame in the region. */
  public static long at(long pfn, int line) {
    return Pages.bytes(pfn) + (long) line * LogFormat.LINE_BYTES;
  }

  private boolean isInUse(long pfn) {
    return word(pfn, 0, LogFormat.CHECK) == seed(pfn)
        && word(pfn, 0, LogFormat.FRAME) == pfn
        && word(pfn, 0, LogFormat.LIFE) == place().life()
        && word(pfn, 0, LogFormat.NONCE) == place().nonce();
  }

  public long inode(long pfn) {
    return word(pfn, 0, LogFormat.INODE);
  }

  public long firstNumber(long pfn) {
    return word(pfn, 0, LogFormat.FIRST_NUMBER);
  }

  /** Frames of the present life that are a file's, by the numbers of the device. */
  public List<Long> framesOf(long inode) {
    List<Long> found = new ArrayList<>();
    for (long pfn = place().firstFrame(); pfn < place().endFrame(); pfn++) {
      if (isInUse(pfn) && inode(pfn) == inode) {
        found.add(pfn);
      }
    }
    return found;
  }

  /** Frames of the present life. */
  public List<Long> framesInUse() {
    List<Long> found = new ArrayList<>();
    for (long pfn = place().firstFrame(); pfn < place().endFrame(); pfn++) {
      if (isInUse(pfn)) {
        found.add(pfn);
      }
    }
    return found;
  }

  /** The last frame that nobody has in this life. */
  public long freeFrame() {
    for (long pfn = place().endFrame() - 1; pfn >= place().firstFrame(); pfn--) {
      if (!isInUse(pfn)) {
        return pfn;
      }
    }
    throw new AssertionError("all are in use");
  }

  /** How many records of a frame are good. */
  public int records(long pfn) {
    int n = 0;
    while (n < RECORDS && isGood(pfn, n + 1)) {
      n++;
    }
    return n;
  }

  /** The record that tells a size. */
  public int lineOfSize(long pfn, long size) {
    for (int line = 1; line <= records(pfn); line++) {
      if ((get(pfn, line, WHAT) & SIZE) != 0 && get(pfn, line, SIZE_WORD) == size) {
        return line;
      }
    }
    throw new AssertionError("no record tells " + size + " bytes");
  }

  private boolean isGood(long pfn, int line) {
    return word(pfn, line, LogFormat.CHECK) == LogFormat.checkOf(seed(pfn), memory, at(pfn, line))
        && word(pfn, line, NUMBER) == firstNumber(pfn) + line - 1;
  }

  /** Makes a frame an inode's. */
  public void header(long pfn, long inode, long firstNumber) {
    long[] words = {
      0, LogFormat.MAGIC_VALUE, place().life(), place().nonce(), inode, firstNumber, pfn, 0
    };
    for (int i = 1; i < words.length; i++) {
      memory.set(LONG, at(pfn, 0) + i * 8L, words[i]);
    }
    memory.set(
        LONG,
        at(pfn, 0),
        LogFormat.headerCheck(info.fileSystemId(), place(), inode, firstNumber, pfn));
  }

  /** Stores a record in the line after the good ones. */
  public void add(long pfn, long what, long first, long count, long place, long size, long time) {
    int line = records(pfn) + 1;
    long[] words = {0, firstNumber(pfn) + line - 1, what, first, count, place, size, time};
    for (int i = 1; i < words.length; i++) {
      memory.set(LONG, at(pfn, line) + i * 8L, words[i]);
    }
    seal(pfn, line);
  }

  /** Changes a word of a record, and makes its check good. */
  public void set(long pfn, int line, int offset, long value) {
    memory.set(LONG, at(pfn, line) + offset, value);
    seal(pfn, line);
  }

  /** A word of a line. */
  public long get(long pfn, int line, int offset) {
    return word(pfn, line, offset);
  }

  /** Makes the check of a record good. */
  public void seal(long pfn, int line) {
    memory.set(LONG, at(pfn, line), LogFormat.checkOf(seed(pfn), memory, at(pfn, line)));
  }

  /** Makes the check of a header good, whatever it says. */
  public void sealHeader(long pfn) {
    memory.set(
        LONG,
        at(pfn, 0),
        LogFormat.checkOf(info.fileSystemId() ^ LogFormat.MAGIC_VALUE, memory, at(pfn, 0)));
  }
}

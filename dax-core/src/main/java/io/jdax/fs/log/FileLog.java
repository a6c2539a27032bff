package io.jdax.fs.log;

import static io.jdax.fs.log.LogFormat.LONG;

import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.tree.ChangePoint;
import io.jdax.os.AccessFault;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The records of one open file that the tree does not know yet, in the frames that it has taken.
 * The lock of the file's extents guards it, which orders the records.
 *
 * <pre>
 *   prepare       takes a frame if there is no place for a record; the change of the extents follows
 *   extent, …     the record; can't fail
 *   take          a fold begins, with all records until now; later ones go to a frame of their own
 *   settled       the fold is done: the frames that it has taken are retired
 *   persist       flush and drain, without the lock; in pieces, see {@link #nextLines}
 * </pre>
 *
 * <p>A file is <i>cut off</i> when something could not be told, since no frame was free or the
 * frame's media is bad. Nothing is told after a gap, so everything goes to the tree until a fold
 * has told all of it.
 *
 * <p>A record of nothing but a time gives its place to the next record: a time changes with every
 * tick of the clock, and no flush is about it.
 */
public final class FileLog {
  /** Bytes of a record, and of the line that begins a frame. */
  public static final int LINE_BYTES = LogFormat.LINE_BYTES;

  private static final int[] NO_FRAMES = {};
  private static final long[] NO_NUMBERS = {};

  private final LogArea area;
  private final long inode;
  private final MemorySegment memory;

  private int[] frames = NO_FRAMES;

  /** The number of the first record of each frame. */
  private long[] firstNumbers = NO_NUMBERS;

  private int frameCount;

  /** Records in the last frame; full if there is none. */
  private int used = LogFormat.RECORDS;

  private long seed;

  /** The number of the newest record, in the log or in the tree. */
  private long last;

  /** The newest record that is more than a time. */
  private long needed;

  /** Up to here records are durable; set without the lock, by whoever has drained. */
  private final AtomicLong durable = new AtomicLong();

  private boolean tailIsTime;

  /** Read without the lock by whoever may have set it. */
  private volatile boolean cutOff;

  /** Some of its frames can't be stored to or flushed. */
  private boolean bad;

  private int takenFrames;

  // told to the area with each frame
  private long extentRecords;
  private long sizeRecords;
  private long timeRecords;
  private long flushes;

  /** For a file that tells nothing yet. */
  public FileLog(LogArea area, long inode) {
    this.area = area;
    this.inode = inode;
    this.memory = area.memory;
  }

  /** The file was read in: the tree knows all records up to a number. */
  public void begin(long stamp) {
    last = stamp;
    needed = stamp;
    durable.set(stamp);
  }

  /** The number of the newest record. */
  public long last() {
    return last;
  }

  /** Whether something could not be told, and no fold has told it since. */
  public boolean isCutOff() {
    return cutOff;
  }

  /** Whether it has frames. */
  public boolean hasFrames() {
    return frameCount > 0;
  }

  // ---------------------------------------------------------------- records

  /** Makes sure that there is a place for a record, or that the file is cut off. */
  public void prepare() {
    if (!cutOff && !hasPlace() && !takeFrame()) {
      cutOff = true;
    }
  }

  private boolean hasPlace() {
    return used < LogFormat.RECORDS || isTailOpen();
  }

  /**
   * Whether the next record takes the place of the last one. Nobody is about to flush that: a flush
   * ends with the newest record that is more than a time.
   */
  private boolean isTailOpen() {
    return tailIsTime && frameCount > 0;
  }

  /** Throws nothing: what it can't be told for want of memory, the tree is told. */
  private boolean takeFrame() {
    if (frameCount == frames.length && !grow()) {
      return false;
    }
    int frame = area.frames.take();
    if (frame < 0) {
      return false;
    }
    if (!storeHeader(frame)) {
      area.frames.lose();
      return false;
    }
    frames[frameCount] = frame;
    firstNumbers[frameCount++] = last + 1;
    used = 0;
    tailIsTime = false;
    tellFigures();
    area.taken();
    return true;
  }

  private void tellFigures() {
    area.count(extentRecords, sizeRecords, timeRecords, flushes);
    extentRecords = 0;
    sizeRecords = 0;
    timeRecords = 0;
    flushes = 0;
  }

  private boolean grow() {
    try {
      FailurePoint.ALLOCATION.reach();
      long[] more = Arrays.copyOf(firstNumbers, Math.max(2, frameCount * 2));
      frames = Arrays.copyOf(frames, more.length);
      firstNumbers = more;
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  private boolean storeHeader(int frame) {
    long line = area.offsetOf(frame);
    long check = area.headerCheck(inode, last + 1, frame);
    try {
      memory.set(LONG, line + LogFormat.MAGIC, LogFormat.MAGIC_VALUE);
      memory.set(LONG, line + LogFormat.LIFE, area.place().life());
      memory.set(LONG, line + LogFormat.NONCE, area.place().nonce());
      memory.set(LONG, line + LogFormat.INODE, inode);
      memory.set(LONG, line + LogFormat.FIRST_NUMBER, last + 1);
      memory.set(LONG, line + LogFormat.FRAME, area.place().firstFrame() + frame);
      memory.set(LONG, line + LogFormat.HEADER_END, 0);
      VarHandle.releaseFence();
      memory.set(LONG, line + LogFormat.CHECK, check);
      AccessFault.deliver();
    } catch (InternalError e) {
      return false;
    }
    seed = check;
    return true;
  }

  /**
   * Blocks have become the file's, or written; their bytes are durable. {@link #prepare} came
   * before.
   *
   * @param sizeBytes of the file from then on, or negative if it has not changed
   * @param modified when the content changed, or 0
   */
  public void extent(long first, long count, long place, long sizeBytes, long modified) {
    if (cutOff) {
      return;
    }
    long what =
        LogFormat.EXTENT
            | (sizeBytes >= 0 ? LogFormat.SIZE_TOLD : 0)
            | (modified != 0 ? LogFormat.TIME_TOLD : 0);
    store(what, first, count, place, Math.max(0, sizeBytes), modified);
    extentRecords++;
  }

  /** The size is another one; its bytes are durable. {@link #prepare} came before. */
  public void size(long sizeBytes, long modified) {
    if (cutOff) {
      return;
    }
    long what = LogFormat.SIZE_TOLD | (modified != 0 ? LogFormat.TIME_TOLD : 0);
    store(what, 0, 0, 0, sizeBytes, modified);
    sizeRecords++;
  }

  /** The content changed; told if there is room for it. */
  public void time(long modified) {
    if (cutOff || !hasPlace() && !takeFrame()) {
      return;
    }
    store(LogFormat.TIME_TOLD, 0, 0, 0, 0, modified);
    timeRecords++;
  }

  private void store(long what, long first, long count, long place, long size, long modified) {
    if (isTailOpen()) {
      used--;
      last--;
    }
    long number = last + 1;
    long line = area.offsetOf(frames[frameCount - 1]) + (long) (used + 1) * LogFormat.LINE_BYTES;
    long check = LogFormat.check(seed, number, what, first, count, place, size, modified);
    try {
      memory.set(LONG, line + LogFormat.NUMBER, number);
      memory.set(LONG, line + LogFormat.WHAT, what);
      memory.set(LONG, line + LogFormat.FIRST_BLOCK, first);
      memory.set(LONG, line + LogFormat.BLOCKS, count);
      memory.set(LONG, line + LogFormat.PLACE, place);
      memory.set(LONG, line + LogFormat.SIZE, size);
      memory.set(LONG, line + LogFormat.MODIFIED, modified);
      VarHandle.releaseFence();
      memory.set(LONG, line + LogFormat.CHECK, check);
      AccessFault.deliver();
    } catch (InternalError e) {
      fail();
    }
    last = number;
    used++;
    tailIsTime = what == LogFormat.TIME_TOLD;
    if (!tailIsTime) {
      needed = number;
    }
  }

  /** What was told may be lost: the tree has to know. */
  public void fail() {
    cutOff = true;
    bad = true;
  }

  // ---------------------------------------------------------------- durability

  /** The newest record that has to be durable for what was noted until now. */
  public long needed() {
    return needed;
  }

  /** The first record that is not known to be durable. */
  public long firstVolatile() {
    return durable.getAcquire() + 1;
  }

  /**
   * The lines of records, if all of them are in the last frame; as {@link #nextLines}, or −1. May
   * be asked without the lock, by whoever finds out then that nothing has changed meanwhile.
   */
  public long linesInLastFrame(long from, long to) {
    int i = frameCount - 1;
    long[] numbers = firstNumbers;
    int[] all = frames;
    if (i < 0 || i >= numbers.length || i >= all.length || numbers[i] > from || from > to) {
      return -1;
    }
    return lines(all[i], from == numbers[i] ? 0 : from - numbers[i] + 1, to - numbers[i] + 1);
  }

  private long lines(int frame, long line, long lastLine) {
    return area.offsetOf(frame) + line * LogFormat.LINE_BYTES + (lastLine - line);
  }

  /**
   * The lines of records from a number on that lie together, which the caller is about to flush.
   *
   * @param from a number, not above {@code to}
   * @return the offset of the first line in the region, plus how many more follow it; −1 if the
   *     tree knows all of them
   */
  public long nextLines(long from, long to) {
    int i = frameCount - 1;
    while (i >= 0 && firstNumbers[i] > from) {
      i--;
    }
    if (i < 0) {
      if (frameCount == 0 || firstNumbers[0] > to) {
        return -1;
      }
      i = 0; // those before were folded meanwhile
    }
    long first = Math.max(from, firstNumbers[i]);
    long end = Math.min(to, i + 1 < frameCount ? firstNumbers[i + 1] - 1 : last);
    long line = first == firstNumbers[i] ? 0 : first - firstNumbers[i] + 1;
    long lastLine = end - firstNumbers[i] + 1;
    return lines(frames[i], line, lastLine);
  }

  /** The number after the last one in lines that {@link #nextLines} gave. */
  public long after(long from, long to) {
    long first = frameCount == 0 ? from : Math.max(from, firstNumbers[0]);
    for (int i = 0; i < frameCount; i++) {
      if (firstNumbers[i] > first) {
        return Math.min(to + 1, firstNumbers[i]);
      }
    }
    return to + 1;
  }

  /** Records up to a number were flushed and drained. */
  public void persisted(long number) {
    // Of two threads the slower one may take it back: then lines are flushed once more.
    durable.setRelease(number);
    flushes++;
  }

  // ---------------------------------------------------------------- folding

  /**
   * A fold takes all that was told until now. What is told from now on is told in another frame, so
   * that the fold's can be retired.
   *
   * @return the number of the newest record that it takes
   */
  public long take() {
    tellFigures();
    used = LogFormat.RECORDS;
    tailIsTime = false;
    takenFrames = frameCount;
    return last;
  }

  /**
   * The fold that has taken records last is done.
   *
   * @param point of its last change
   * @param all whether nothing was told or changed since
   */
  public void settled(ChangePoint point, boolean all) {
    retire(takenFrames, point);
    takenFrames = 0;
    if (all) {
      cutOff = false;
    }
  }

  /** The file is no more from a change on, and its records mean nothing then. */
  public void giveUp(ChangePoint point) {
    retire(frameCount, point);
    takenFrames = 0;
    used = LogFormat.RECORDS;
    tailIsTime = false;
  }

  private void retire(int count, ChangePoint point) {
    for (int i = 0; i < count; i++) {
      if (bad) {
        area.frames.lose();
      } else {
        area.frames.retire(frames[i], point);
      }
    }
    frameCount -= count;
    System.arraycopy(frames, count, frames, 0, frameCount);
    System.arraycopy(firstNumbers, count, firstNumbers, 0, frameCount);
    if (frameCount == 0) {
      bad = false;
    }
  }
}

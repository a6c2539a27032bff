package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.log.FileLog;
import io.jdax.fs.log.LogArea;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ChangePoint;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The extents of an open file, all of them, in DRAM: what is true, of which the tree may know only
 * an older part (as XFS reads in the extent list of an inode at its first use). A lookup takes no
 * lock and allocates nothing.
 *
 * <p>All is counted in blocks: whoever asks for pages of a file system whose blocks are smaller
 * translates ({@link PagePlacement}).
 *
 * <p>What changes by {@link #note} is told to the file's {@link FileLog log} at once, and
 * remembered as dirty until {@link Fold} has told the tree; what changes by {@link #set} and {@link
 * #remove}, the tree knows already.
 *
 * <p><b>Promises.</b> An unwritten extent of n blocks becomes n records at most, when stores come
 * to every other block of it: n − 1 items are promised for as long as it is there, from the moment
 * it is made, and counted by the mount. So a store into one never lacks room for its record.
 *
 * <p>A change allocates all that it may want before it begins: an OutOfMemoryError changes nothing.
 */
public final class ExtentMap {
  /** More than this that is promised and not wanted is given back at once. */
  private static final int MAX_CREDIT = 4 * DirtyRanges.ITEMS_IN_ADVANCE;

  /** Of a note: the size does not change. */
  public static final long SAME_SIZE = -1;

  private final ExtentList list;
  private final StampedLock lock = new StampedLock();
  private final DirtyRanges dirty = new DirtyRanges();

  /** Told of what is noted, in the order in which it happens. */
  private final FileLog log;

  private final LogFlush flush;
  private final LongConsumer size;

  /**
   * The size that was told last, or {@link #SAME_SIZE}; written under the lock, which orders it.
   */
  private final AtomicLong toldSize = new AtomicLong(SAME_SIZE);

  /** Whether the size is to be told with the next that is made durable. */
  private volatile boolean sizeOwed;

  /** Of what is nobody's file: no log is told of it. */
  public ExtentMap(Units units) {
    this(units, new FileLog(LogArea.NONE, 0), size -> {});
  }

  /**
   * Of a file.
   *
   * @param size is given each size that is noted, with the lock held: a fold that takes the record
   *     has to know the size that it tells
   */
  public ExtentMap(Units units, FileLog log, LongConsumer size) {
    this.list = new ExtentList(units);
    this.log = log;
    this.flush = new LogFlush(lock, log);
    this.size = size;
  }

  // ---------------------------------------------------------------- lookup

  /** The run of one state around a block: an extent, or the hole between two. */
  public void find(long block, BlockExtent out) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      try {
        list.find(block, out);
      } catch (IndexOutOfBoundsException | NullPointerException e) {
        stamp = 0; // looked while it changed
      }
      if (lock.validate(stamp)) {
        return;
      }
    }
    stamp = lock.readLock();
    try {
      list.find(block, out);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** All of them in ascending order, as they are at one moment. */
  public List<FileExtent> all() {
    long stamp = lock.readLock();
    try {
      return list.all();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Blocks in all extents. */
  public long blocks() {
    long stamp = lock.readLock();
    try {
      return list.blocks();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** How many extents. */
  public int size() {
    long stamp = lock.readLock();
    try {
      return list.size();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  // ---------------------------------------------------------------- change

  /**
   * Makes {@code count} blocks one extent, whatever they were; of what is read in, or is nobody's
   * file.
   */
  public void set(long first, long count, long block, ExtentState state) {
    set(first, count, placeOf(block, state));
  }

  /** As {@link #set(long, long, long, ExtentState)}. */
  public void set(long first, long count, long place) {
    long stamp = lock.writeLock();
    try {
      dirty.prepare();
      list.allocate(1);
      list.carve(first, first + count, null);
      list.insert(first, count, place);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** As {@link #set(long, long, long, ExtentState)}, of which the tree knows already. */
  public void set(long first, long count, long block, ExtentState state, LongConsumer spender) {
    long stamp = lock.writeLock();
    try {
      long before = list.unwrittenItems();
      dirty.prepare();
      list.allocate(1);
      list.carve(first, first + count, null);
      list.insert(first, count, placeOf(block, state));
      spender.accept(list.unwrittenItems() - before);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * As {@link #set(long, long, long, ExtentState)}, where the tree is to be told later. The bytes
   * of the blocks are durable, or the blocks are unwritten.
   *
   * @param modified when the content changed, or 0
   * @throws NoSpaceException there is no room for the record in the tree; nothing has changed
   */
  public void note(
      long first, long count, long block, ExtentState state, long modified, Space space)
      throws NoSpaceException {
    note(first, count, block, state, SAME_SIZE, modified, space);
  }

  /**
   * As its namesake, and the file has another size from then on.
   *
   * @param size in bytes, or {@link #SAME_SIZE}
   */
  void note(
      long first, long count, long block, ExtentState state, long size, long modified, Space space)
      throws NoSpaceException {
    long stamp = lock.writeLock();
    try {
      dirty.prepare();
      list.allocate(1);
      dirty.ensureCredit(space, wanted(first, count, state));
      log.prepare();
      dirty.spend(change(first, count, block, state));
      log.extent(first, count, placeOf(block, state), size, modified);
      addSize(size);
      space.recorded(dirty.takeCredit(MAX_CREDIT));
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * As its namesake, with room in the tree that was set aside before.
   *
   * @param size of the file from then on, in bytes, or {@link #SAME_SIZE}
   */
  public void note(
      long first,
      long count,
      long block,
      ExtentState state,
      long size,
      long modified,
      LongConsumer spender) {
    long stamp = lock.writeLock();
    try {
      dirty.prepare();
      list.allocate(1);
      log.prepare();
      spender.accept(change(first, count, block, state));
      log.extent(first, count, placeOf(block, state), size, modified);
      addSize(size);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void addSize(long bytes) {
    if (bytes != SAME_SIZE) {
      dirty.addSize();
      toldSize.setRelease(bytes);
      size.accept(bytes);
    }
  }

  /** Items that a change may want at most: none where an unwritten extent has them promised. */
  private long wanted(long first, long count, ExtentState state) {
    if (state == ExtentState.UNWRITTEN) {
      return DirtyRanges.MAX_ITEMS + count;
    }
    return list.isUnwritten(first, count) ? 0 : DirtyRanges.MAX_ITEMS;
  }

  private static long placeOf(long block, ExtentState state) {
    return block << 1 | (state == ExtentState.UNWRITTEN ? 1 : 0);
  }

  /**
   * Can't fail after {@link #prepare}.
   *
   * @return the tree items that it may want; negative: so many are promised, and wanted no longer
   */
  private long change(long first, long count, long block, ExtentState state) {
    int before = list.size();
    long itemsBefore = list.unwrittenItems();
    list.carve(first, first + count, null);
    list.insert(first, count, placeOf(block, state));
    return dirty.add(first, count, list.size() - before) + list.unwrittenItems() - itemsBefore;
  }

  /**
   * Allocates all that so many changes may want, so that they can't fail; as long as nobody else
   * changes the map.
   */
  void prepare(int changes) {
    long stamp = lock.writeLock();
    try {
      dirty.prepare();
      list.allocate(changes);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * The size is something that the tree does not know. The bytes before it are durable, or never
   * were written.
   *
   * @param modified when the content changed, or 0
   */
  public void noteSize(long size, long modified) {
    if (toldSize.getAcquire() == size && !sizeOwed) {
      return; // with the blocks that it ends in; whoever makes the file longer is alone
    }
    long stamp = lock.writeLock();
    try {
      if (toldSize.getAcquire() != size) {
        log.prepare();
        log.size(size, modified);
        addSize(size);
      }
      sizeOwed = false;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** As {@link #noteSize}, of bytes that are only in DRAM: told when they are made durable. */
  public void noteSizeLater() {
    long stamp = lock.writeLock();
    try {
      dirty.addSize();
      sizeOwed = true;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Whether there is a size to tell that {@link #noteSizeLater} was about. */
  boolean owesSize() {
    return sizeOwed;
  }

  /** Tells it, if nobody has. */
  void tellOwed(long size, long modified) {
    if (sizeOwed) {
      noteSize(size, modified);
    }
  }

  /** The content changed. */
  void noteTime(long modified) {
    long stamp = lock.writeLock();
    try {
      log.time(modified);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** The tree has got a size that was not noted here. */
  void sizeTold(long size) {
    long stamp = lock.writeLock();
    try {
      toldSize.setRelease(size);
      sizeOwed = false;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  // ---------------------------------------------------------------- the log

  /** The file was read in: the tree knows of all records up to a number. */
  void beginLog(long stamp, long size) {
    long held = lock.writeLock();
    try {
      log.begin(stamp);
      toldSize.setRelease(size);
    } finally {
      lock.unlockWrite(held);
    }
  }

  /** Whether something was noted that the log could not be told, so that the tree has to know. */
  public boolean isCutOff() {
    return log.isCutOff();
  }

  /** Whether there are records of which the tree does not know, be they of times only. */
  boolean hasRecords() {
    long stamp = lock.readLock();
    try {
      return log.hasFrames();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Makes durable what was told to the log before the call, by whomever: its lines are flushed,
   * whoever has stored them, and one drain waits for all.
   *
   * @return false if that is not enough, since something could not be told
   */
  boolean persistLog(Persister persister) throws IOException {
    return flush.persist(persister);
  }

  // ---------------------------------------------------------------- what the tree does not know

  /** Whether the tree knows all that matters; it may not be durable yet. */
  public boolean isClean() {
    return dirty.isClean();
  }

  /** How much a fold would have to do, in records; racy. */
  long dirtyWeight() {
    return dirty.weight();
  }

  /** All that the tree was not told, for a fold; the caller has {@link Inode#folding}. */
  DirtyRanges.Batch takeDirty() {
    long stamp = lock.writeLock();
    try {
      DirtyRanges.Batch batch = dirty.take();
      batch.setStamp(log.take());
      return batch;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * The end of a fold; the caller has {@link Inode#folding}.
   *
   * @param point of its last change
   * @return items promised for what is in the tree now
   */
  long settle(DirtyRanges.Batch batch, ChangePoint point) {
    long stamp = lock.writeLock();
    try {
      if (batch.isTold()) {
        log.settled(point, dirty.isNewest(batch));
      }
      return dirty.settle(batch);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * The file is given up, and so is what was promised for it: how much.
   *
   * @param point from which on it is no more
   */
  long giveUp(ChangePoint point) {
    long stamp = lock.writeLock();
    try {
      log.giveUp(point);
      return dirty.giveUp() + list.giveUpUnwrittenItems();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** What was promised and is not needed, but for {@code keep}. */
  public long takeCredit(long keep) {
    long stamp = lock.writeLock();
    try {
      return dirty.takeCredit(keep);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * Adds what is in {@code [first, end)} to {@code runs}, and prepares for {@link #remove} of it,
   * which can't fail then as long as nobody else changes the map.
   */
  void collect(long first, long end, BlockRuns runs) {
    long stamp = lock.writeLock();
    try {
      dirty.prepare();
      list.allocate(1);
      BlockExtent run = new BlockExtent();
      for (long at = end; at > first; at = run.firstBlock) { // as remove goes
        list.find(at - 1, run);
        if (run.state != ExtentState.HOLE) {
          long from = Math.max(first, run.firstBlock);
          runs.add(run.deviceBlockOf(from), at - from);
        }
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * Makes a hole of {@code [first, end)}, of which the tree knows; what was there is added to
   * {@code removed}, if anybody asks.
   *
   * @return how many blocks that was
   */
  long remove(long first, long end, @Nullable BlockRuns removed) {
    long stamp = lock.writeLock();
    try {
      long before = list.blocks();
      long itemsBefore = list.unwrittenItems();
      dirty.prepare();
      list.allocate(1);
      list.carve(first, end, removed);
      dirty.forget(first, end);
      dirty.spend(list.unwrittenItems() - itemsBefore);
      return before - list.blocks();
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}

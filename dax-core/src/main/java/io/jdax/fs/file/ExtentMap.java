package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The extents of an open file, all of them, in DRAM: what is true, of which the tree may know only
 * an older part (as XFS reads in the extent list of an inode at its first use). A lookup takes no
 * lock and allocates nothing.
 *
 * <pre>
 *   chunks[i]   up to 64 extents in ascending order: first block in the file, count, place
 *   bounds[i]   the first block of the first extent of chunk i; bounds[0] = 0
 *   place       block of the device << 1 | 1 if unwritten, as in {@link ExtentRecord}
 * </pre>
 *
 * <p>Neighbours in the file that are neighbours on the device, and in the same state, are always
 * one extent.
 *
 * <p>All is counted in blocks, also what a cursor calls pages and frames: whoever asks for pages of
 * a file system whose blocks are smaller translates.
 *
 * <p>What changes by {@link #note} is remembered as dirty until {@link Fold} has told the tree;
 * what changes by {@link #set} and {@link #remove}, the tree knows already.
 *
 * <p><b>Promises.</b> An unwritten extent of n blocks becomes n records at most, when stores come
 * to every other block of it: n − 1 items are promised for as long as it is there, from the moment
 * it is made, and counted by the mount. So a store into one never lacks room for its record.
 *
 * <p>A change allocates all that it may want before it begins: an OutOfMemoryError changes nothing.
 */
public final class ExtentMap {
  private static final int CHUNK = 64;
  private static final int FIRST_CHUNK = 4;

  /** Extents that one change inserts at most: the rest of one that it cuts in two, and its own. */
  private static final int INSERTS = 2;

  /** More than this that is promised and not wanted is given back at once. */
  private static final int MAX_CREDIT = 4 * DirtyRanges.ITEMS_IN_ADVANCE;

  private static final class Chunk {
    long[] first;
    long[] count;
    long[] place;
    int size;

    Chunk(int capacity) {
      first = new long[capacity];
      count = new long[capacity];
      place = new long[capacity];
    }

    /** Index of the last extent that begins at or before a block; −1 if there is none. */
    int at(long block) {
      int low = 0;
      int high = Math.min(size, first.length) - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (first[middle] <= block) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return high;
    }

    /** Makes sure of room for so many more, as far as chunks have any. */
    void prepare(long inserts) {
      if (size + inserts > first.length && first.length < CHUNK) {
        FailurePoint.ALLOCATION.reach();
        int capacity = size + inserts > 4 * FIRST_CHUNK ? CHUNK : 4 * FIRST_CHUNK;
        long[] counts = Arrays.copyOf(count, capacity);
        long[] places = Arrays.copyOf(place, capacity);
        first = Arrays.copyOf(first, capacity);
        count = counts;
        place = places;
      }
    }

    void insert(int i, long newFirst, long newCount, long newPlace) {
      System.arraycopy(first, i, first, i + 1, size - i);
      System.arraycopy(count, i, count, i + 1, size - i);
      System.arraycopy(place, i, place, i + 1, size - i);
      first[i] = newFirst;
      count[i] = newCount;
      place[i] = newPlace;
      size++;
    }

    void remove(int i) {
      size--;
      System.arraycopy(first, i + 1, first, i, size - i);
      System.arraycopy(count, i + 1, count, i, size - i);
      System.arraycopy(place, i + 1, place, i, size - i);
    }

    /** Moves the extents from {@code from} on to an empty chunk. */
    void split(int from, Chunk upper) {
      for (int i = from; i < size; i++) {
        upper.insert(i - from, first[i], count[i], place[i]);
      }
      size = from;
    }
  }

  private final Units units;
  private final StampedLock lock = new StampedLock();
  private final DirtyRanges dirty = new DirtyRanges();
  private Chunk[] chunks = {new Chunk(FIRST_CHUNK)};
  private long[] bounds = {0};
  private int chunkCount = 1;
  private long blocks;
  private int extents;

  /** Records that the unwritten extents may become, beyond those that they are. */
  private long unwrittenItems;

  /** Empty chunks for splits. */
  private @Nullable Chunk[] spare = new Chunk[INSERTS];

  private int spares;

  public ExtentMap(Units units) {
    this.units = units;
  }

  // ---------------------------------------------------------------- lookup

  /** The run of one state around a block: an extent, or the hole between two. */
  public void find(long block, BlockExtent out) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      try {
        lookUp(block, out);
      } catch (IndexOutOfBoundsException | NullPointerException e) {
        stamp = 0; // looked while it changed
      }
      if (lock.validate(stamp)) {
        return;
      }
    }
    stamp = lock.readLock();
    try {
      lookUp(block, out);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private void lookUp(long block, BlockExtent out) {
    int c = chunkAt(block);
    Chunk chunk = chunks[c];
    int i = chunk.at(block);
    long from = 0;
    if (i >= 0) {
      long first = chunk.first[i];
      from = first + chunk.count[i];
      if (from > block) {
        long place = chunk.place[i];
        out.set(
            first,
            chunk.count[i],
            place >>> 1,
            (place & 1) == 0 ? ExtentState.WRITTEN : ExtentState.UNWRITTEN);
        return;
      }
    }
    long to = Limits.fileBlocks(units);
    if (i + 1 < chunk.size) {
      to = chunk.first[i + 1];
    } else if (c + 1 < chunkCount) {
      to = chunks[c + 1].first[0];
    }
    out.set(from, to - from, 0, ExtentState.HOLE);
  }

  /** All of them in ascending order, as they are at one moment. */
  public List<FileExtent> all() {
    long stamp = lock.readLock();
    try {
      List<FileExtent> all = new ArrayList<>(extents);
      for (int c = 0; c < chunkCount; c++) {
        Chunk chunk = chunks[c];
        for (int i = 0; i < chunk.size; i++) {
          ExtentState state =
              (chunk.place[i] & 1) == 0 ? ExtentState.WRITTEN : ExtentState.UNWRITTEN;
          all.add(
              new FileExtent(
                  units.bytes(chunk.first[i]),
                  units.bytes(chunk.count[i]),
                  units.bytes(chunk.place[i] >>> 1),
                  state));
        }
      }
      return all;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private int chunkAt(long block) {
    int low = 0;
    int high = chunkCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (bounds[middle] <= block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Blocks in all extents. */
  public long blocks() {
    long stamp = lock.readLock();
    try {
      return blocks;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** How many extents. */
  public int size() {
    long stamp = lock.readLock();
    try {
      return extents;
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
      allocate(1);
      carve(first, first + count, null);
      insert(first, count, place);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** As {@link #set(long, long, long, ExtentState)}, of which the tree knows already. */
  public void set(long first, long count, long block, ExtentState state, LongConsumer spender) {
    long stamp = lock.writeLock();
    try {
      long before = unwrittenItems;
      allocate(1);
      carve(first, first + count, null);
      insert(first, count, placeOf(block, state));
      spender.accept(unwrittenItems - before);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * As {@link #set(long, long, long, ExtentState)}, where the tree is to be told later.
   *
   * @throws NoSpaceException there is no room for the record in the tree; nothing has changed
   */
  public void note(long first, long count, long block, ExtentState state, Space space)
      throws NoSpaceException {
    long stamp = lock.writeLock();
    try {
      allocate(1);
      dirty.ensureCredit(space, wanted(first, count, state));
      dirty.spend(change(first, count, block, state));
      space.recorded(dirty.takeCredit(MAX_CREDIT));
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** As its namesake, with room in the tree that was set aside before. */
  public void note(long first, long count, long block, ExtentState state, LongConsumer spender) {
    long stamp = lock.writeLock();
    try {
      allocate(1);
      spender.accept(change(first, count, block, state));
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Items that a change may want at most: none where an unwritten extent has them promised. */
  private long wanted(long first, long count, ExtentState state) {
    if (state == ExtentState.UNWRITTEN) {
      return DirtyRanges.MAX_ITEMS + count;
    }
    Chunk chunk = chunks[chunkAt(first)];
    int i = chunk.at(first);
    boolean unwritten =
        i >= 0 && first + count <= chunk.first[i] + chunk.count[i] && (chunk.place[i] & 1) != 0;
    return unwritten ? 0 : DirtyRanges.MAX_ITEMS;
  }

  private static long placeOf(long block, ExtentState state) {
    return block << 1 | (state == ExtentState.UNWRITTEN ? 1 : 0);
  }

  /**
   * Without fail, after {@link #prepare}.
   *
   * @return the tree items that it may want; negative: so many are promised, and wanted no longer
   */
  private long change(long first, long count, long block, ExtentState state) {
    int before = extents;
    long itemsBefore = unwrittenItems;
    carve(first, first + count, null);
    insert(first, count, placeOf(block, state));
    return dirty.add(first, count, extents - before) + unwrittenItems - itemsBefore;
  }

  /**
   * Allocates all that so many changes may want, so that they can't fail; as long as nobody else
   * changes the map.
   */
  void prepare(int changes) {
    long stamp = lock.writeLock();
    try {
      allocate(changes);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void allocate(int changes) {
    dirty.prepare();
    long inserts = (long) INSERTS * changes;
    chunks[0].prepare(inserts);
    if (extents + inserts <= CHUNK) {
      return;
    }
    // Each full chunk may be split, and each half is half a chunk of inserts from the next split.
    int splits = (int) (Math.min(inserts, chunkCount) + inserts / (CHUNK / 2) + 1);
    if (chunkCount + splits > chunks.length) {
      FailurePoint.ALLOCATION.reach();
      int capacity = chunkCount * 2 + splits;
      long[] larger = Arrays.copyOf(bounds, capacity);
      chunks = Arrays.copyOf(chunks, capacity);
      bounds = larger;
    }
    if (spare.length < splits) {
      spare = Arrays.copyOf(spare, splits);
    }
    while (spares < splits) {
      FailurePoint.ALLOCATION.reach();
      spare[spares] = new Chunk(CHUNK);
      spares++;
    }
  }

  /** The size is something that the tree does not know. */
  public void noteSize() {
    long stamp = lock.writeLock();
    try {
      dirty.addSize();
    } finally {
      lock.unlockWrite(stamp);
    }
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
      return dirty.take();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * The end of a fold; the caller has {@link Inode#folding}.
   *
   * @return items promised for what is in the tree now
   */
  long settle(DirtyRanges.Batch batch) {
    return dirty.settle(batch);
  }

  /** The file is given up, and so is what was promised for it: how much. */
  long giveUp() {
    long stamp = lock.writeLock();
    try {
      long promised = dirty.giveUp() + unwrittenItems;
      unwrittenItems = 0;
      return promised;
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
      allocate(1);
      BlockExtent run = new BlockExtent();
      for (long at = end; at > first; at = run.firstBlock) { // as remove goes
        lookUp(at - 1, run);
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
      long before = blocks;
      long itemsBefore = unwrittenItems;
      allocate(1);
      carve(first, end, removed);
      dirty.forget(first, end);
      dirty.spend(unwrittenItems - itemsBefore);
      return before - blocks;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** From the end of the range to its beginning, so that a truncate moves nothing. */
  private void carve(long start, long end, @Nullable BlockRuns removed) {
    while (true) {
      int c = chunkAt(end - 1);
      int i = chunks[c].at(end - 1);
      if (i < 0) {
        return; // the first chunk
      }
      Chunk chunk = chunks[c];
      long a = chunk.first[i];
      long b = a + chunk.count[i];
      long place = chunk.place[i];
      if (b <= start) {
        return;
      }
      long from = Math.max(a, start);
      long to = Math.min(b, end);
      if (removed != null) {
        removed.add((place >>> 1) + (from - a), to - from);
      }
      blocks -= to - from;
      unwrittenItems -= ExtentRecord.promisedItems(place, b - a);
      if (a < start) {
        chunk.count[i] = start - a;
        unwrittenItems += ExtentRecord.promisedItems(place, start - a);
        if (b > end) {
          unwrittenItems += ExtentRecord.promisedItems(place, b - end);
          insertAt(c, i + 1, end, b - end, place + ((end - a) << 1));
        }
        return;
      }
      if (b > end) {
        unwrittenItems += ExtentRecord.promisedItems(place, b - end);
        chunk.first[i] = end;
        chunk.count[i] = b - end;
        chunk.place[i] = place + ((end - a) << 1);
        bound(c);
      } else {
        removeAt(c, i);
      }
    }
  }

  /** Into a hole. */
  private void insert(long first, long count, long place) {
    int c = chunkAt(first);
    int i = chunks[c].at(first);
    int rightChunk = c;
    int right = i + 1;
    if (right == chunks[c].size) {
      rightChunk = c + 1;
      right = 0;
    }
    blocks += count;
    boolean joinsLeft = i >= 0 && follows(chunks[c], i, first, place);
    boolean joinsRight =
        rightChunk < chunkCount
            && right < chunks[rightChunk].size
            && chunks[rightChunk].first[right] == first + count
            && chunks[rightChunk].place[right] == place + (count << 1);
    if (joinsLeft) {
      unwrittenItems += (place & 1) * count;
      chunks[c].count[i] += count;
      if (joinsRight) {
        unwrittenItems += place & 1;
        chunks[c].count[i] += chunks[rightChunk].count[right];
        removeAt(rightChunk, right);
      }
    } else if (joinsRight) {
      unwrittenItems += (place & 1) * count;
      Chunk chunk = chunks[rightChunk];
      chunk.first[right] = first;
      chunk.count[right] += count;
      chunk.place[right] = place;
      bound(rightChunk);
    } else {
      unwrittenItems += ExtentRecord.promisedItems(place, count);
      insertAt(c, i + 1, first, count, place);
    }
  }

  private static boolean follows(Chunk chunk, int i, long first, long place) {
    return chunk.first[i] + chunk.count[i] == first
        && chunk.place[i] + (chunk.count[i] << 1) == place;
  }

  private void insertAt(int c, int i, long first, long count, long place) {
    extents++;
    Chunk chunk = chunks[c];
    if (chunk.size < CHUNK) {
      chunk.insert(i, first, count, place);
      return;
    }
    // A file that is filled from its beginning leaves full chunks behind.
    int from = i == CHUNK ? CHUNK : CHUNK / 2;
    Chunk upper = Objects.requireNonNull(spare[--spares]);
    spare[spares] = null;
    chunk.split(from, upper);
    if (i > from || from == CHUNK) {
      upper.insert(i - from, first, count, place);
    } else {
      chunk.insert(i, first, count, place);
    }
    addChunk(c + 1, upper);
  }

  private void addChunk(int c, Chunk chunk) {
    System.arraycopy(chunks, c, chunks, c + 1, chunkCount - c);
    System.arraycopy(bounds, c, bounds, c + 1, chunkCount - c);
    chunks[c] = chunk;
    bounds[c] = chunk.first[0];
    chunkCount++;
  }

  private void removeAt(int c, int i) {
    extents--;
    chunks[c].remove(i);
    if (chunks[c].size == 0 && chunkCount > 1) {
      chunkCount--;
      System.arraycopy(chunks, c + 1, chunks, c, chunkCount - c);
      System.arraycopy(bounds, c + 1, bounds, c, chunkCount - c);
      bounds[0] = 0;
    } else {
      bound(c);
    }
  }

  /** After the first extent of a chunk has changed. */
  private void bound(int c) {
    if (c > 0) {
      bounds[c] = chunks[c].first[0];
    }
  }
}

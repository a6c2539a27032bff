package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks of a file the tree does not know as they are: added to by stores and writes, taken
 * by {@link Fold}. Part of {@link ExtentMap}, whose lock guards it.
 *
 * <p>What a fold has taken stays here, as the pending {@link Batch}, until all of it is told: a
 * fold that fails leaves the rest to the next one, and there is nothing to put back.
 *
 * <p>Also keeps the promises for them: tree items for which {@link Space#promise} has set room
 * aside, so that what was accepted can always be recorded. They are asked for in advance, many at a
 * time, since most blocks need none: they go on from their neighbours.
 */
public final class DirtyRanges {
  /**
   * Tree items that a run of a hole may want when it gets blocks: one, or none if those go on from
   * a neighbour. An unwritten extent has its own, see {@link ExtentMap}.
   */
  public static final int MAX_ITEMS = 1;

  /** What an inode asks for at a time, and keeps for the next write. */
  public static final int ITEMS_IN_ADVANCE = 64;

  /** What the ends of a range cost a fold: it cuts what sticks out of it. */
  private static final int RANGE_WEIGHT = 2;

  /** {@code count} blocks of the file from {@code first} on. */
  record Range(long first, long count) {
    long end() {
      return first + count;
    }
  }

  /**
   * What one fold tells the tree: ranges in ascending order, without overlaps. How far it has come
   * is a value that a {@linkplain io.jdax.fs.tree.Change#done done} change sets, and nothing else.
   * Belongs to whoever has {@link Inode#folding}.
   */
  static final class Batch {
    private final Range[] ranges;
    private final long items;

    /** What {@link DirtyRanges#added} was when it was taken. */
    private final long state;

    /** The newest record of the log that is about it, or about what was told before. */
    private long stamp;

    private int range;
    private long at;
    private boolean size;
    private boolean stamped;

    private Batch(Range[] ranges, long items, boolean size, long state) {
      this.ranges = ranges;
      this.items = items;
      this.size = size;
      this.state = state;
      this.at = ranges.length > 0 ? ranges[0].first : 0;
    }

    /** How many ranges. */
    int ranges() {
      return ranges.length;
    }

    Range range(int i) {
      return ranges[i];
    }

    /** The first range that is not told, {@link #ranges} if there is none. */
    int next() {
      return range;
    }

    /** The first block of it that is not told. */
    long at() {
      return at;
    }

    /** Whether the size is to be told. */
    boolean size() {
      return size;
    }

    /** Records of the log up to this number are void once all of it is told. */
    long stamp() {
      return stamp;
    }

    void setStamp(long number) {
      stamp = number;
    }

    /**
     * A change is done: told are the size, all before a range, and of that what is before a block.
     *
     * @param withStamp whether the tree knows now that all is told
     */
    void told(int newRange, long newAt, boolean withStamp) {
      size = false;
      at = newAt;
      range = newRange;
      stamped = withStamp;
    }

    /** Whether no range is left. */
    boolean hasNoRange() {
      return range == ranges.length;
    }

    boolean isTold() {
      return hasNoRange() && !size && stamped;
    }
  }

  private static final Range[] NONE = {};

  private long[] first = new long[4];
  private long[] end = new long[4];
  private int count;
  private long items;
  private long credit;
  private boolean sizeDirty;
  private @Nullable Batch pending;

  /** How much a fold of what is not taken would have to do, in records. */
  private long weight;

  /** Counts what was added. */
  private long added;

  /** What {@link #added} was when the last thing that is in the tree was taken. */
  private volatile long folded;

  /**
   * Whether the tree knows all that matters; it may not be durable yet. Needs no lock: who asks is
   * interested in what happened before.
   */
  boolean isClean() {
    return folded == added;
  }

  /** Allocates what one {@link #add} may want, so that it can't fail. */
  void prepare() {
    if (count == first.length) {
      FailurePoint.ALLOCATION.reach();
      long[] larger = Arrays.copyOf(end, count * 2);
      first = Arrays.copyOf(first, count * 2);
      end = larger;
    }
  }

  // ---------------------------------------------------------------- promises

  /**
   * Makes sure that what is about to be added can be recorded.
   *
   * @throws NoSpaceException it can't; nothing has changed
   */
  void ensureCredit(Space space, long wanted) throws NoSpaceException {
    if (credit >= wanted) {
      return;
    }
    long more = wanted + ITEMS_IN_ADVANCE;
    try {
      space.promise(more);
    } catch (NoSpaceException e) {
      more = wanted - credit;
      space.promise(more);
    }
    credit += more;
  }

  /**
   * Uses what {@link #ensureCredit} made sure of; negative: so much is promised, and not needed.
   */
  void spend(long wanted) {
    credit -= wanted;
    assert credit >= 0 : "a record that nothing was promised for";
  }

  /** Takes what was promised and is not needed, but for {@code keep}. */
  long takeCredit(long keep) {
    long taken = Math.max(0, credit - keep);
    credit -= taken;
    return taken;
  }

  // ---------------------------------------------------------------- ranges

  /**
   * Adds a range; {@link #prepare} came before.
   *
   * @param grown by how many extents the file's map has grown
   * @return tree items that it may want: somebody's promise covers them
   */
  long add(long firstBlock, long blocks, int grown) {
    long wanted = Math.max(0, grown);
    weight += wanted;
    if (count > 0 && firstBlock <= end[count - 1] && firstBlock >= first[count - 1]) {
      end[count - 1] = Math.max(end[count - 1], firstBlock + blocks);
    } else {
      first[count] = firstBlock;
      end[count++] = firstBlock + blocks;
      weight += RANGE_WEIGHT;
    }
    items += wanted;
    added++;
    return wanted;
  }

  void addSize() {
    sizeDirty = true;
    added++;
  }

  /** The tree has been told about {@code [from, to)}. */
  void forget(long from, long to) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (first[i] < from || end[i] > to) {
        first[kept] = first[i];
        end[kept++] = end[i];
      }
    }
    count = kept;
    if (count == 0) {
      credit += items;
      items = 0;
      weight = 0;
    }
  }

  /** How much a fold of what is not taken yet would have to do. */
  long weight() {
    return weight;
  }

  /** All that the tree was not told; also the caller has {@link Inode#folding}. */
  Batch take() {
    Batch before = pending;
    int left = before == null ? 0 : before.ranges.length - before.range;
    FailurePoint.ALLOCATION.reach();
    Range[] ranges = count + left == 0 ? NONE : new Range[count + left];
    for (int i = 0; i < count; i++) {
      ranges[i] = new Range(first[i], end[i] - first[i]);
    }
    for (int i = 0; before != null && i < left; i++) {
      Range r = before.ranges[before.range + i];
      ranges[count + i] = i == 0 ? new Range(before.at, r.end() - before.at) : r;
    }
    Batch batch =
        new Batch(
            ranges.length > 1 ? merged(ranges) : ranges,
            items + (before == null ? 0 : before.items),
            sizeDirty || before != null && before.size,
            added);
    boolean large = first.length > 1024;
    long[] newFirst = large ? new long[4] : first;
    long[] newEnd = large ? new long[4] : end;
    // Nothing fails from here on.
    first = newFirst;
    end = newEnd;
    count = 0;
    items = 0;
    weight = 0;
    sizeDirty = false;
    pending = batch;
    return batch;
  }

  private static Range[] merged(Range[] ranges) {
    Arrays.sort(ranges, Comparator.comparingLong(Range::first));
    int n = 0;
    for (Range r : ranges) {
      if (n > 0 && r.first <= ranges[n - 1].end()) {
        Range last = ranges[n - 1];
        ranges[n - 1] = new Range(last.first, Math.max(last.end(), r.end()) - last.first);
      } else {
        ranges[n++] = r;
      }
    }
    return Arrays.copyOf(ranges, n);
  }

  /**
   * The end of a fold, by whoever has {@link Inode#folding}. Can't fail.
   *
   * @return items promised for what is in the tree now: all of a batch, or none, since how many a
   *     part of it has used, nobody counts
   */
  long settle(Batch batch) {
    if (!batch.isTold()) {
      return 0;
    }
    pending = null;
    folded = batch.state;
    return batch.items;
  }

  /** Whether nothing was added since a batch was taken. */
  boolean isNewest(Batch batch) {
    return batch.state == added;
  }

  /** The file is given up: nothing is left to tell. Returns all that was promised for it. */
  long giveUp() {
    long promised = items + credit + (pending == null ? 0 : pending.items);
    count = 0;
    items = 0;
    credit = 0;
    weight = 0;
    sizeDirty = false;
    pending = null;
    folded = added;
    return promised;
  }
}

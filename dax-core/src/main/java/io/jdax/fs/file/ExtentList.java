package io.jdax.fs.file;

import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Extents in ascending order, in blocks, without a lock: {@link ExtentMap} has it.
 *
 * <pre>
 *   chunks[i]   up to 64 extents: first block in the file, count, place
 *   bounds[i]   the first block of the first extent of chunk i; bounds[0] = 0
 *   place       block of the device << 1 | 1 if unwritten, as in {@link ExtentRecord}
 * </pre>
 *
 * <p>Neighbours in the file that are neighbours on the device, and in the same state, are always
 * one extent. A lookup that meets a change may find an array too short: its caller looks again.
 */
final class ExtentList {
  /** Extents that one change inserts at most: the rest of one that it cuts in two, and its own. */
  private static final int INSERTS = 2;

  private final Units units;
  private ExtentChunk[] chunks = {new ExtentChunk(ExtentChunk.FIRST_CAPACITY)};
  private long[] bounds = {0};
  private int chunkCount = 1;
  private long blocks;
  private int extents;

  /** Records that the unwritten extents may become, beyond those that they are. */
  private long unwrittenItems;

  /** Empty chunks for splits. */
  private @Nullable ExtentChunk[] spare = new ExtentChunk[INSERTS];

  private int spares;

  ExtentList(Units units) {
    this.units = units;
  }

  /** Blocks in all extents. */
  long blocks() {
    return blocks;
  }

  /** How many extents. */
  int size() {
    return extents;
  }

  /** Records that the unwritten extents may become, beyond those that they are. */
  long unwrittenItems() {
    return unwrittenItems;
  }

  /** The promise for unwritten extents is given up; returns for how many items it was. */
  long giveUpUnwrittenItems() {
    long promised = unwrittenItems;
    unwrittenItems = 0;
    return promised;
  }

  // ---------------------------------------------------------------- lookup

  /** The run of one state around a block: an extent, or the hole between two. */
  void find(long block, BlockExtent out) {
    int c = chunkAt(block);
    ExtentChunk chunk = chunks[c];
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

  /** All of them in ascending order. */
  List<FileExtent> all() {
    List<FileExtent> all = new ArrayList<>(extents);
    for (int c = 0; c < chunkCount; c++) {
      ExtentChunk chunk = chunks[c];
      for (int i = 0; i < chunk.size; i++) {
        ExtentState state = (chunk.place[i] & 1) == 0 ? ExtentState.WRITTEN : ExtentState.UNWRITTEN;
        all.add(
            new FileExtent(
                units.bytes(chunk.first[i]),
                units.bytes(chunk.count[i]),
                units.bytes(chunk.place[i] >>> 1),
                state));
      }
    }
    return all;
  }

  /** Whether a range of blocks lies in one unwritten extent. */
  boolean isUnwritten(long first, long count) {
    ExtentChunk chunk = chunks[chunkAt(first)];
    int i = chunk.at(first);
    return i >= 0 && first + count <= chunk.first[i] + chunk.count[i] && (chunk.place[i] & 1) != 0;
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

  // ---------------------------------------------------------------- change

  /** Allocates all that so many changes may want, so that they can't fail. */
  void allocate(int changes) {
    long inserts = (long) INSERTS * changes;
    chunks[0].prepare(inserts);
    if (extents + inserts <= ExtentChunk.CAPACITY) {
      return;
    }
    // Each full chunk may be split, and each half is half a chunk of inserts from the next split.
    int splits = (int) (Math.min(inserts, chunkCount) + inserts / (ExtentChunk.CAPACITY / 2) + 1);
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
      spare[spares] = new ExtentChunk(ExtentChunk.CAPACITY);
      spares++;
    }
  }

  /**
   * Makes a hole of {@code [start, end)}; what was there is added to {@code removed}, if anybody
   * asks. From the end of the range to its beginning, so that a truncate moves nothing.
   */
  void carve(long start, long end, @Nullable BlockRuns removed) {
    while (true) {
      int c = chunkAt(end - 1);
      int i = chunks[c].at(end - 1);
      if (i < 0) {
        return; // the first chunk
      }
      ExtentChunk chunk = chunks[c];
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
  void insert(long first, long count, long place) {
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
      ExtentChunk chunk = chunks[rightChunk];
      chunk.first[right] = first;
      chunk.count[right] += count;
      chunk.place[right] = place;
      bound(rightChunk);
    } else {
      unwrittenItems += ExtentRecord.promisedItems(place, count);
      insertAt(c, i + 1, first, count, place);
    }
  }

  private static boolean follows(ExtentChunk chunk, int i, long first, long place) {
    return chunk.first[i] + chunk.count[i] == first
        && chunk.place[i] + (chunk.count[i] << 1) == place;
  }

  private void insertAt(int c, int i, long first, long count, long place) {
    extents++;
    ExtentChunk chunk = chunks[c];
    if (chunk.size < ExtentChunk.CAPACITY) {
      chunk.insert(i, first, count, place);
      return;
    }
    // A file that is filled from its beginning leaves full chunks behind.
    int from = i == ExtentChunk.CAPACITY ? ExtentChunk.CAPACITY : ExtentChunk.CAPACITY / 2;
    ExtentChunk upper = Objects.requireNonNull(spare[--spares]);
    spare[spares] = null;
    chunk.split(from, upper);
    if (i > from || from == ExtentChunk.CAPACITY) {
      upper.insert(i - from, first, count, place);
    } else {
      chunk.insert(i, first, count, place);
    }
    addChunk(c + 1, upper);
  }

  private void addChunk(int c, ExtentChunk chunk) {
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

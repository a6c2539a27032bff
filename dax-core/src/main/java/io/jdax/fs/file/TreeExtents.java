package io.jdax.fs.file;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The extents of one file as the tree has them, in blocks. Edits a range and nothing else: records
 * that stick out of it are cut, neighbours that go on in one piece are joined.
 */
public final class TreeExtents {
  private final String region;
  private final Units units;
  private final long frames;
  private final long hi;
  private final Item item = new Item();
  private int mirrored;
  private final MemorySegment value = MemorySegment.ofArray(new byte[ExtentRecord.BYTES]);

  public TreeExtents(Volume volume, long inode) {
    this.region = volume.region.name();
    this.units = volume.units;
    this.frames = volume.space.totalFrames();
    this.hi = Keys.hi(inode, Keys.EXTENT);
  }

  /** As the tree keeps them: three numbers each, first block, count, place. */
  public long[] all(Lookups tree) throws IOException {
    long[] all = new long[3 * 8];
    int n = 0;
    for (long end = 0; next(tree, end); end = item.lo() + ExtentRecord.count(item)) {
      if (n == all.length) {
        all = Arrays.copyOf(all, Math.multiplyExact(n, 2));
      }
      all[n++] = item.lo();
      all[n++] = ExtentRecord.count(item);
      all[n++] = ExtentRecord.place(item);
    }
    return Arrays.copyOf(all, n);
  }

  /** Blocks of all of them. */
  public long blocks(Lookups tree) throws IOException {
    long blocks = 0;
    for (long end = 0; next(tree, end); end = item.lo() + ExtentRecord.count(item)) {
      blocks += ExtentRecord.count(item);
    }
    return blocks;
  }

  /** The next extent after one that ends at {@code end}. Returns false if there is none. */
  private boolean next(Lookups tree, long end) throws IOException {
    // Not from the end on: one that overlaps would be passed over.
    long at = end == 0 ? 0 : item.lo() + 1;
    if (!tree.ceiling(hi, at, item) || item.hi() != hi) {
      return false;
    }
    check();
    if (item.lo() < end) {
      throw new CorruptMetadataException(
          region,
          "extent of inode " + Keys.inode(hi) + " at block " + item.lo() + " of the file",
          units.pageOf(ExtentRecord.place(item) >>> 1),
          "overlaps the one before it");
    }
    return true;
  }

  /** Makes a hole of {@code [first, end)}. */
  void cut(Change change, long first, long end) throws IOException {
    if (first > 0 && change.floor(hi, first - 1, item) && item.hi() == hi) {
      check();
      long from = item.lo();
      long to = from + ExtentRecord.count(item);
      long place = ExtentRecord.place(item);
      if (to > first) {
        put(change, from, first - from, place);
        if (to > end) {
          put(change, end, to - end, place + ((end - from) << 1));
          return;
        }
      }
    }
    if (!change.floor(hi, end - 1, item) || item.hi() != hi || item.lo() < first) {
      return;
    }
    check();
    long from = item.lo();
    long to = from + ExtentRecord.count(item);
    long place = ExtentRecord.place(item);
    change.deleteRange(hi, first, hi, end);
    if (to > end) {
      put(change, end, to - end, place + ((end - from) << 1));
    }
  }

  /** Adds an extent where there is a hole. */
  void add(Change change, long first, long count, long place) throws IOException {
    long from = first;
    long blocks = count;
    long begin = place;
    if (first > 0 && change.floor(hi, first - 1, item) && item.hi() == hi) {
      check();
      long n = ExtentRecord.count(item);
      if (item.lo() + n == first && ExtentRecord.place(item) + (n << 1) == place) {
        from = item.lo();
        blocks += n;
        begin = ExtentRecord.place(item);
      }
    }
    if (change.get(hi, first + count, item)) {
      check();
      if (place + (count << 1) == ExtentRecord.place(item)) {
        blocks += ExtentRecord.count(item);
        change.delete(hi, first + count);
      }
    }
    put(change, from, blocks, begin);
  }

  /**
   * Makes the tree say about a range what a map says, as far as a number of extents and holes goes.
   *
   * @return where it has stopped: {@code end}, or before
   */
  long mirror(Change change, ExtentMap map, long first, long end, int limit) throws IOException {
    BlockExtent run = new BlockExtent();
    long stop = end;
    int seen = 0;
    for (long at = first; at < end; at = run.endBlock()) {
      if (seen == limit) {
        stop = at;
        break;
      }
      map.find(at, run);
      seen++;
    }
    mirrored = seen;
    cut(change, first, stop);
    for (long at = first; at < stop; at = run.endBlock()) {
      map.find(at, run);
      if (run.state != ExtentState.HOLE) {
        long to = Math.min(stop, run.endBlock());
        long unwritten = run.state == ExtentState.UNWRITTEN ? 1 : 0;
        add(change, at, to - at, run.deviceBlockOf(at) << 1 | unwritten);
      }
    }
    return stop;
  }

  /** How many extents and holes the last {@link #mirror} went over. */
  int mirrored() {
    return mirrored;
  }

  private void put(Change change, long first, long count, long place) throws IOException {
    ExtentRecord.encode(value, place, count);
    change.put(hi, first, value, 0, ExtentRecord.BYTES);
  }

  private void check() throws CorruptMetadataException {
    if (item.length() != ExtentRecord.BYTES) {
      throw new CorruptMetadataException(
          region, "extent of inode " + Keys.inode(hi), "has " + item.length() + " bytes");
    }
    ExtentRecord.check(
        region, units, hi, item.lo(), ExtentRecord.place(item), ExtentRecord.count(item), frames);
  }
}

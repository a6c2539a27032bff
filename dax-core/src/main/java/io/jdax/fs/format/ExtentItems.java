package io.jdax.fs.format;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemEdits;
import io.jdax.fs.tree.Lookups;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The extents of one file as the tree has them, in blocks. Edits a range and nothing else: records
 * that stick out of it are cut, neighbours that go on in one piece are joined.
 */
public class ExtentItems {
  private final String region;
  private final Units units;
  private final long frames;
  private final long hi;
  private final Item item = new Item();
  private final MemorySegment value = MemorySegment.ofArray(new byte[ExtentRecord.BYTES]);

  /**
   * Those of one file.
   *
   * @param region what messages call the device
   * @param frames of the device
   */
  public ExtentItems(String region, Units units, long frames, long inode) {
    this.region = region;
    this.units = units;
    this.frames = frames;
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

  /**
   * The extent around a block, or the first one after it.
   *
   * @param out its first block, count and place; as it was if there is none
   * @return whether there is one
   */
  public boolean from(Lookups tree, long block, long[] out) throws IOException {
    boolean found = tree.floor(hi, block, item) && item.hi() == hi;
    if (found) {
      check();
      found = item.lo() + ExtentRecord.count(item) > block;
    }
    if (!found) {
      if (!tree.ceiling(hi, block, item) || item.hi() != hi) {
        return false;
      }
      check();
    }
    out[0] = item.lo();
    out[1] = ExtentRecord.count(item);
    out[2] = ExtentRecord.place(item);
    return true;
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
  public void cut(ItemEdits change, long first, long end) throws IOException {
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
  public void add(ItemEdits change, long first, long count, long place) throws IOException {
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

  private void put(ItemEdits change, long first, long count, long place) throws IOException {
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

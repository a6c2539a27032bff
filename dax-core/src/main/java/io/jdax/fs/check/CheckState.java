package io.jdax.fs.check;

import io.jdax.fs.facts.ProjectUsage;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.format.Times;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ItemKey;
import io.jdax.fs.tree.TreeSurvey;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the passes of a check share. The items become, step by step, those that a repaired tree
 * would have, since a check is a repair that is not written.
 */
final class CheckState {
  final String region;
  final TreeSurvey survey;
  final Units units;
  final NavigableMap<ItemKey, byte[]> items;
  final NavigableMap<Long, CheckedInode> inodes = new TreeMap<>();
  final List<Defect> defects = new ArrayList<>();
  final NameHash hash;

  /**
   * The frames of the device. Everything that the tree leads to is taken, also what a repair drops.
   */
  final Space space;

  /** The same, in blocks of files. */
  final DataSpace data;

  private final List<long[]> kept = new ArrayList<>();

  /** What each project uses, by the items as they are at the end. */
  final List<ProjectUsage> projects = new ArrayList<>();

  /** The time for what a repair makes. */
  final long now = Times.of(Instant.now());

  /** Whether a repair has to write the items: some of them are not as a mount would show them. */
  boolean changed;

  JournalFacts journalFacts = JournalFacts.NONE;

  LogFacts logFacts = LogFacts.NONE;

  CheckState(String region, TreeSurvey survey, Space space, NameHash hash) {
    this.region = region;
    this.survey = survey;
    this.units = new Units(survey.info().blockShift());
    this.items = survey.items();
    this.space = space;
    this.data = new DataSpace(region, space, units);
    this.hash = hash;
  }

  /** The first node of the tree in some frames where none can be, or −1 if there is none. */
  long nodeWithin(long firstFrame, long endFrame) {
    for (long pfn = firstFrame; pfn < endFrame; pfn++) {
      if (survey.nodes().contains(pfn)) {
        return pfn;
      }
    }
    return -1;
  }

  void defect(DefectCode code, long frame, long inode, String what) {
    defects.add(new Defect(code, region, frame, inode, what));
  }

  void put(long hi, long lo, byte[] value) {
    items.put(new ItemKey(hi, lo), value);
    changed = true;
  }

  void remove(long hi, long lo) {
    items.remove(new ItemKey(hi, lo));
    changed = true;
  }

  /** The items of one kind that an inode has, as a view. */
  NavigableMap<ItemKey, byte[]> itemsOf(long inode, int kind) {
    long hi = Keys.hi(inode, kind);
    return items.subMap(new ItemKey(hi, 0), true, new ItemKey(hi, -1), true);
  }

  /** A defect at a block that files may have, by the frame that it lies in. */
  void blockDefect(DefectCode code, long block, long inode, String what) {
    defect(code, block < 0 ? -1 : units.pageOf(block), inode, what);
  }

  /** As {@link #claim}, for frames. */
  void claimFrames(long pfn, long count) {
    claim(units.blocksOf(pfn), units.blocksOf(count));
  }

  /** Takes blocks of files out of the space as far as they are on the device and not taken. */
  void claim(long block, long count) {
    claim(data, block, count);
  }

  /** Is given blocks. */
  interface Blocks {
    void take(long block, long count);
  }

  /** The blocks of an item, if it is an extent's, as far as they are on the device. */
  void extentBlocks(ItemKey key, byte[] value, Blocks blocks) {
    if (Keys.kind(key.hi()) == Keys.EXTENT) {
      extentBlocks(value, blocks);
    }
  }

  /** The blocks of an extent's item that may be malformed, as far as they are on the device. */
  void extentBlocks(byte[] value, Blocks blocks) {
    if (value.length != ExtentRecord.BYTES) {
      return;
    }
    MemorySegment s = MemorySegment.ofArray(value);
    long block = ExtentRecord.place(s, 0) >>> 1;
    long count = ExtentRecord.count(s, 0);
    long total = units.blocksOf(space.totalFrames());
    if (count > 0 && block < total) {
      blocks.take(block, Math.min(count, total));
    }
  }

  /**
   * Blocks that no item leads to any more are to stay as they are until a repair is durable. They
   * are taken when all files have theirs: the file that they belong to may come later.
   */
  void keep(long block, long count) {
    kept.add(new long[] {block, count});
  }

  /** All files have their blocks: takes what is to be kept. */
  void claimKept() {
    kept.forEach(run -> claim(run[0], run[1]));
  }

  /** As {@link #claim(long, long)}, out of another space of the same device. */
  void claim(DataSpace from, long block, long count) {
    long end = Math.min(block + count, units.blocksOf(space.totalFrames()));
    for (long at = Math.max(block, 0); at < end; ) {
      long conflict = from.markUsed(at, end - at);
      if (conflict < 0) {
        return;
      }
      if (conflict > at) {
        from.markUsed(at, conflict - at);
      }
      at = conflict + 1;
    }
  }
}

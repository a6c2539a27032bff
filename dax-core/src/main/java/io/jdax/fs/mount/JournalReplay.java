package io.jdax.fs.mount;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.journal.Edits;
import io.jdax.fs.journal.JournalScan;
import io.jdax.fs.log.LogScan;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.TreeReplay;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Brings a tree up to the changes that only the journal tells, before the mount. What comes out is
 * a tree as any other, so that the mount's own walk need not know of it; a read-only region has it
 * in DRAM.
 *
 * <p>The nodes that this writes must hit nothing that counts: neither what the tree and the one
 * before it show, nor what changes and notes give to files. So it has a space of its own, in which
 * all of these are taken, and which nobody needs afterwards.
 */
final class JournalReplay {
  private final String region;
  private final Units units;
  private final DataSpace data;
  private final Space space;

  private JournalReplay(String region, Space space, Units units) {
    this.region = region;
    this.space = space;
    this.units = units;
    this.data = new DataSpace(region, space, units);
  }

  /**
   * Opens the tree, and tells it what its journal has.
   *
   * @param journal what it lacks
   * @param log what the log of notes tells
   * @param fresh the space of the tree that comes out
   * @param avoided takes blocks that are known to be bad
   * @throws CorruptMetadataException the tree is damaged, or the journal is and the region is not
   *     read-only: the next mount would not find what a repair can still read
   */
  static CowTree run(
      Persister persister,
      JournalScan journal,
      LogScan log,
      Space fresh,
      Units units,
      int parallelism,
      Consumer<DataSpace> avoided)
      throws IOException {
    String region = persister.region().name();
    try (Space space = new Space(region, fresh.totalFrames());
        CowTree tree = CowTree.open(persister, space)) {
      JournalReplay replay = new JournalReplay(region, space, units);
      TreeReplay telling = TreeReplay.begin(tree, parallelism, replay::extent);
      replay.takeNamed(telling, journal, log);
      avoided.accept(replay.data);
      for (int i = 0; i < journal.count(); i++) {
        try (Change change = telling.change()) {
          journal.tell(i, change);
          change.done();
        }
      }
      return telling.end(fresh);
    }
  }

  private void takeNamed(TreeReplay telling, JournalScan journal, LogScan log) throws IOException {
    NamedBlocks named = new NamedBlocks(data);
    telling.visitOlder(
        (hi, lo, node, offset, length) -> {
          if (isExtent(hi, lo, node, offset, length)) {
            named.take(ExtentRecord.place(node, offset) >>> 1, ExtentRecord.count(node, offset));
          }
        },
        pfn -> named.take(units.blocksOf(pfn), units.blocksOf(1)));
    for (int i = 0; i < journal.count(); i++) {
      journal.tell(i, new Named(named));
    }
    log.forEachExtent(units, space.totalFrames(), named::take);
  }

  private void extent(long hi, long lo, MemorySegment node, long offset, int length)
      throws IOException {
    if (Keys.kind(hi) == Keys.EXTENT) {
      MountedExtents.take(region, units, data, space, hi, lo, node, offset, length);
    }
  }

  private boolean isExtent(long hi, long lo, MemorySegment s, long offset, int length) {
    return Keys.kind(hi) == Keys.EXTENT
        && length == ExtentRecord.BYTES
        && ExtentRecord.isPossible(
            units,
            lo,
            ExtentRecord.place(s, offset),
            ExtentRecord.count(s, offset),
            space.totalFrames());
  }

  /** Takes the blocks that changes give to files. */
  private final class Named implements Edits {
    private final NamedBlocks named;

    Named(NamedBlocks named) {
      this.named = named;
    }

    @Override
    public void put(long hi, long lo, MemorySegment value, long offset, int length) {
      if (isExtent(hi, lo, value, offset, length)) { // else the walk of the mount will refuse it
        named.take(ExtentRecord.place(value, offset) >>> 1, ExtentRecord.count(value, offset));
      }
    }

    @Override
    public boolean delete(long hi, long lo) {
      return false;
    }

    @Override
    public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) {}
  }
}

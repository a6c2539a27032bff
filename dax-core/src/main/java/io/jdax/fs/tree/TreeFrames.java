package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.journal.JournalPlace;
import java.io.IOException;

/** The frames that a tree has on the device, and what is kept beside it, as a mount finds them. */
final class TreeFrames {
  private final CowTree tree;

  TreeFrames(CowTree tree) {
    this.tree = tree;
  }

  /**
   * Takes the frames of superblocks, log, journal and nodes out of the space, verifies every node,
   * and shows every item.
   *
   * @throws CorruptMetadataException a node is bad, or something is in use twice
   */
  void take(int parallelism, ItemVisitor visitor) throws IOException {
    takeFrames(0, Superblock.SLOTS);
    long frames = tree.frameCount();
    if (tree.space.totalFrames() > frames) {
      // The region has grown since the format; a node there would lie outside the file system.
      takeFrames(frames, tree.space.totalFrames() - frames);
    }
    LogPlace log = tree.info().log();
    if (log.exists()) {
      log.requirePossible(tree.region.name(), frames);
      takeFrames(log.firstFrame(), log.frames());
    }
    JournalPlace journal = tree.info().journal();
    if (journal.exists()) {
      requirePossible(journal, frames);
      takeFrames(journal.firstFrame(), journal.frames());
    }
    new TreeWalk(tree.region, tree.reader, visitor, pfn -> takeFrames(pfn, 1)).run(parallelism);
    tree.space.committed(tree.reader.generation);
  }

  private void requirePossible(JournalPlace journal, long frames) throws CorruptMetadataException {
    if (!journal.isPossible(Superblock.SLOTS, frames)) {
      throw new CorruptMetadataException(
          tree.region.name(),
          "journal",
          -1,
          "has %d frames at frame %d of %d"
              .formatted(journal.frames(), journal.firstFrame(), frames));
    }
  }

  private void takeFrames(long pfn, long count) throws CorruptMetadataException {
    long conflict = tree.space.markUsed(pfn, count);
    if (conflict >= 0) {
      throw new CorruptMetadataException(tree.region.name(), "node", conflict, "is in use twice");
    }
  }

  /**
   * Shows what the older superblock leads to, as far as it can be read: what a replay writes must
   * not hit it while a mount may have to fall back.
   */
  void visitOlder(ItemVisitor items, FrameVisitor nodes) {
    try (NodeCache empty = new NodeCache()) {
      Superblock newest = tree.commits.superblock();
      Superblock older =
          SuperblockSlots.examine(tree.region, Superblock.SLOTS - 1 - newest.slot()).superblock();
      if (older != null && older.info().isSameFileSystem(newest.info())) {
        NodeCheck check =
            new NodeCheck(
                tree.region, tree.persister::fetch, older.fileSystemId(), older.blockCount());
        TreeReader reader = new TreeReader(tree.region, empty, check);
        reader.begin(older);
        new TreeWalk(tree.region, reader, items, nodes::frame).run(1);
      }
    } catch (IOException e) {
      // It can't be fallen back to, as a whole.
    }
  }
}

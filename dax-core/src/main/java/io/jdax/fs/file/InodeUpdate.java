package io.jdax.fs.file;

import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.Change;
import java.io.IOException;

/**
 * One change of the tree together with what an inode is to be from then on: when it is done both
 * say the same, and if it fails the inode is as it was. The folding lock is held meanwhile. What
 * the log was told before is told to the tree first, since its records do not count after the
 * change: otherwise a mount would put back what the change has taken away.
 *
 * <pre>
 *   try (InodeUpdate update = new InodeUpdate(inode, volume::freeing)) {
 *     inode.setSize(bytes);
 *     … edits of update.change …
 *     update.done();
 *   }
 * </pre>
 */
final class InodeUpdate implements AutoCloseable {
  /** Of {@link #done(long)}: the time of change moves no further than the content's. */
  private static final long NO_TIME = Long.MIN_VALUE;

  /** Begins the change. */
  interface Source {
    Change begin() throws IOException;
  }

  final Change change;

  private final InodeFacts inode;
  private final long oldSize;
  private final long oldModified;
  private final int oldHint;
  private final TierMode oldTier;
  private boolean done;

  /** Takes the folding lock, folds, and begins the change. */
  InodeUpdate(InodeFacts inode, Source source) throws IOException {
    this.inode = inode;
    inode.folding.lock();
    boolean begun = false;
    try {
      Fold.beforeUpdate(inode);
      oldSize = inode.sizeBytes();
      oldModified = inode.modified();
      oldHint = inode.hintBlocks();
      oldTier = inode.tierMode();
      change = source.begin();
      begun = true;
    } finally {
      if (!begun) {
        inode.folding.unlock();
      }
    }
  }

  /** Puts the record as the inode is now, and ends the change: atomic, not durable yet. */
  void done() throws IOException {
    done(NO_TIME);
  }

  /**
   * As {@link #done()}.
   *
   * @param changed the time of change, of something that is no content
   */
  void done(long changed) throws IOException {
    long time = Fold.putRecord(inode, change, changed);
    inode.folded(change.done());
    inode.modifiedFolded(time);
    inode.extents.sizeTold(inode.sizeBytes());
    done = true;
  }

  /** Ends the change without the record: the time that the inode has learnt goes with the next. */
  void doneButForTimes() throws IOException {
    inode.folded(change.done());
    done = true;
  }

  /** Whether the change is done: what follows can't be undone any more. */
  boolean isDone() {
    return done;
  }

  @Override
  public void close() throws IOException {
    try {
      change.close();
    } finally {
      if (!done) {
        inode.setSize(oldSize);
        inode.setModified(oldModified);
        inode.setHintBlocks(oldHint);
        inode.setTierMode(oldTier);
      }
      inode.folding.unlock();
    }
  }
}

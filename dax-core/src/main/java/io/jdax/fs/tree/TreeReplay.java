package io.jdax.fs.tree;

import io.jdax.fs.space.Space;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import java.io.IOException;

/**
 * The time before the mount in which a tree is told the changes that only its journal has. It needs
 * a space for the nodes that these take; what comes out has another one, which the mount then fills
 * as if there had been nothing to tell.
 */
public final class TreeReplay {
  private final CowTree tree;

  private TreeReplay(CowTree tree) {
    this.tree = tree;
  }

  /**
   * Begins, with a tree that was just opened: verifies it, and takes what it has. Nothing is
   * written before {@link #end}.
   *
   * @throws io.jdax.fs.error.CorruptMetadataException as {@link CowTree#mount}
   */
  public static TreeReplay begin(CowTree tree, int parallelism, ItemVisitor visitor)
      throws IOException {
    AccessFault.enter(StackRoom.TREE);
    tree.changeLock.lock();
    try {
      tree.take(parallelism, visitor);
      tree.reader.trusted = true;
      return new TreeReplay(tree);
    } finally {
      tree.changeLock.unlock();
    }
  }

  /** See {@link TreeFrames#visitOlder}. */
  public void visitOlder(ItemVisitor items, FrameVisitor nodes) {
    new TreeFrames(tree).visitOlder(items, nodes);
  }

  /** Begins a change. */
  public Change change() throws IOException {
    return tree.changeForReplay();
  }

  /**
   * Makes the changes durable, and void in the journal; on a read-only region they are in DRAM.
   *
   * @param fresh a space that knows nothing, for the mount that follows
   * @return the tree as it is now, which is not mounted; the one before is closed
   */
  public CowTree end(Space fresh) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    tree.changeLock.lock();
    try {
      if (!tree.persister.readOnly()) {
        tree.renewJournal();
        tree.commits.settle();
        tree.commits.commit();
      }
      return new CowTree(tree, fresh);
    } finally {
      tree.changeLock.unlock();
    }
  }
}

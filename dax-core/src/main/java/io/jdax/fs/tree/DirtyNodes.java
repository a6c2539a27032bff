package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import io.jdax.fs.space.BlockRun;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the one open change may store to. A node that a commit has shown is first copied
 * to a slot in DRAM, and has a new frame from then on; one that is dirty already stays where it is.
 * The {@link UndoLog} has whatever comes and goes.
 */
final class DirtyNodes {
  final TreeReader tree;
  final NodeCache cache;
  final UndoLog undo;

  /** How many children a node has at most; fewer in tests, for deep trees of few items. */
  int maxChildren = Node.MAX_CHILDREN;

  private final NodeChecksum checksum = new NodeChecksum();
  private final BlockRun blockRun = new BlockRun();
  private @Nullable NodeSource change;

  DirtyNodes(TreeReader tree, NodeCache cache, UndoLog undo) {
    this.tree = tree;
    this.cache = cache;
    this.undo = undo;
  }

  void begin(NodeSource owner) {
    change = owner;
    undo.begin();
  }

  void end(boolean keep) {
    if (keep) {
      undo.keep();
    } else {
      undo.undo();
    }
    assert tree.nodeCount > tree.rootLevel : tree.nodeCount + " nodes on the way down";
    change = null;
  }

  // ---------------------------------------------------------------- nodes that come

  /** The slot of a node that is dirty, or becomes so, with a new frame. */
  int dirty(long pfn, NodeCheck.Expectation node) throws IOException {
    int slot = cache.find(pfn);
    if (slot != NONE && cache.isDirty(slot)) {
      return slot;
    }
    undo.prepare();
    if (slot != NONE) {
      undo.leave(slot); // no copy is needed, since the device has the same
    } else {
      slot = cache.take();
      try {
        load(pfn, node, cache.segment(slot), cache.offset(slot), cache.buffer(slot));
      } catch (Throwable t) {
        cache.release(slot);
        throw t;
      }
    }
    enter(slot);
    undo.noteFreed(pfn, 1);
    return slot;
  }

  /** The slot of a new, empty node. */
  int create(int level) {
    undo.prepare();
    int slot = cache.take();
    Node.clear(cache.segment(slot), cache.offset(slot), level);
    enter(slot);
    tree.nodeCount++;
    return slot;
  }

  private void enter(int slot) {
    if (change == null) {
      throw new IllegalStateException("no change is open");
    }
    undo.enter(change.allocateNode(blockRun), slot);
    identify(slot);
  }

  /** Lets a node say which frame it lies in, and of which commit it is. */
  void identify(int slot) {
    Node.identify(
        cache.segment(slot),
        cache.offset(slot),
        cache.pfn(slot),
        tree.generation + 1,
        tree.check().fileSystem());
  }

  /** Reads a node that is not in DRAM. */
  void load(long pfn, NodeCheck.Expectation node, MemorySegment dst, long offset, ByteBuffer bytes)
      throws IOException {
    tree.check().load(pfn, node, tree.generation, dst, offset, bytes, checksum);
  }

  // ---------------------------------------------------------------- nodes that go

  /** Lets a dirty node leave the tree. */
  void drop(int slot) {
    undo.noteDropped(slot);
    tree.nodeCount--;
  }

  /** Lets the node of a frame leave the tree. */
  void release(long pfn) {
    int slot = cache.find(pfn);
    if (slot != NONE && cache.isDirty(slot)) {
      drop(slot);
    } else {
      undo.noteFreed(pfn, 1);
      tree.nodeCount--;
    }
  }
}

package io.jdax.fs.tree;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Modifies the tree on behalf of the one open change. A modification first makes its path dirty,
 * then changes the leaf, then splits or merges what has become too full or too empty.
 *
 * <pre>
 *   DirtyNodes    nodes that may be stored to     NodeSplits    one node becomes two
 *   DirtyPath     the way to one leaf             NodeMerges    two nodes become one
 *   UndoLog       the way back                    RangeDelete   the edges of a range, and all between
 * </pre>
 */
final class TreeWriter {
  private final TreeReader tree;
  private final NodeCache cache;
  private final DirtyNodes nodes;
  private final DirtyPath path;
  private final NodeSplits splits;
  private final NodeMerges merges;
  private final RangeDelete rangeDelete;
  private final Item probe = new Item();

  /** For compacting a leaf. */
  private final MemorySegment scratch = Arena.ofAuto().allocate(Node.BYTES, Node.BYTES);

  TreeWriter(TreeReader tree, NodeCache cache, UndoLog undo) {
    this.tree = tree;
    this.cache = cache;
    this.nodes = new DirtyNodes(tree, cache, undo);
    this.path = new DirtyPath(nodes);
    this.splits = new NodeSplits(nodes, path);
    this.merges = new NodeMerges(nodes, path);
    this.rangeDelete = new RangeDelete(nodes, path, merges);
  }

  /**
   * How many nodes one modification can need: its path (a range has two), and a split of every node
   * on it with a new root.
   */
  static int nodesNeeded(int rootLevel) {
    return 2 * (rootLevel + 1) + 1;
  }

  /** Lets nodes have fewer children than fit, for tests that need deep trees of few items. */
  void limitChildren(int max) {
    nodes.maxChildren = max;
  }

  UndoLog undo() {
    return nodes.undo;
  }

  void begin(NodeSource owner) {
    nodes.begin(owner);
  }

  void end(boolean keep) {
    nodes.end(keep);
  }

  // ---------------------------------------------------------------- modifications

  void put(long hi, long lo, MemorySegment value, long offset, int length) throws IOException {
    path.descend(hi, lo);
    int leaf = path.slotAt(0);
    int i = path.indexAt(0);
    nodes.undo.save(leaf);
    MemorySegment s = cache.segment(leaf);
    long node = cache.offset(leaf);
    boolean shrinks = false;
    if (Node.isAt(s, node, 0, i, hi, lo)) {
      long slot = Node.slot(node, 0, i);
      int was = Node.valueLength(s, slot);
      if (was == length) {
        MemorySegment.copy(value, offset, s, node + Node.valueAt(s, slot), length);
        return;
      }
      shrinks = length < was;
      Node.removeItems(s, node, i, i + 1);
      i--;
    }
    if (Node.freeBytes(s, node) >= Node.LEAF_SLOT + length) {
      Node.insertItem(s, node, i + 1, hi, lo, value, offset, length, scratch);
      cache.noteInsert(leaf, i + 1);
      assert NodeCheck.isSound(s, node, true);
      if (shrinks) {
        merges.settle();
      }
    } else {
      splits.splitLeaf(leaf, i + 1, hi, lo, value, offset, length, scratch);
    }
  }

  boolean delete(long hi, long lo) throws IOException {
    if (!tree.find(TreeReader.EQUAL, hi, lo, probe)) {
      return false;
    }
    path.descend(hi, lo);
    int leaf = path.slotAt(0);
    int i = path.indexAt(0);
    nodes.undo.save(leaf);
    Node.removeItems(cache.segment(leaf), cache.offset(leaf), i, i + 1);
    merges.settle();
    return true;
  }

  /** Returns whether anything was there. */
  boolean deleteRange(long fromHi, long fromLo, long toHi, long toLo) throws IOException {
    if (!tree.find(TreeReader.CEILING, fromHi, fromLo, probe)
        || Node.compare(probe.hi(), probe.lo(), toHi, toLo) >= 0) {
      return false;
    }
    rangeDelete.run(fromHi, fromLo, toHi, toLo);
    return true;
  }
}

package io.jdax.fs.tree;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The way from the root to a leaf for one modification. It is made dirty from the root down: when a
 * node gets a new frame, its parent, which is dirty by then, learns that frame. A second change
 * before the same commit finds most of its path made.
 */
final class DirtyPath {
  /** What is known of the node of each level on the way. */
  final NodeCheck.Expectation[] expected = new NodeCheck.Expectation[Node.MAX_LEVEL + 1];

  private final TreeReader tree;
  private final NodeCache cache;
  private final DirtyNodes nodes;

  /** By level, the slots of the last descent, and the children that it went to. */
  private final int[] slotAt = new int[Node.MAX_LEVEL + 2];

  private final int[] indexAt = new int[Node.MAX_LEVEL + 2];

  DirtyPath(DirtyNodes nodes) {
    this.nodes = nodes;
    this.tree = nodes.tree;
    this.cache = nodes.cache;
    for (int level = 0; level < expected.length; level++) {
      expected[level] = new NodeCheck.Expectation();
    }
  }

  /** Goes to the leaf for a key, and makes the path dirty. */
  void descend(long hi, long lo) throws IOException {
    int level = tree.rootLevel;
    int slot = root();
    while (true) {
      int i = Node.lastAtMost(cache.segment(slot), cache.offset(slot), level, hi, lo);
      slotAt[level] = slot;
      if (level == 0) {
        indexAt[0] = i;
        return;
      }
      i = Math.max(i, 0);
      indexAt[level] = i;
      slot = child(slot, level, i);
      level--;
    }
  }

  /** The slot of the node of a level on the path of the last descent. */
  int slotAt(int level) {
    return slotAt[level];
  }

  /**
   * In the leaf, the last item that is not above the key, or −1; above it, the child that the path
   * leads to.
   */
  int indexAt(int level) {
    return indexAt[level];
  }

  /** The slot of the root, which is dirty from now on. */
  int root() throws IOException {
    int level = tree.rootLevel;
    int slot = nodes.dirty(tree.root, expected[level].root(level));
    tree.root = cache.pfn(slot);
    return slot;
  }

  /** The slot of the i-th child, which is dirty from now on, of a node on the path. */
  int child(int parent, int level, int i) throws IOException {
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    long pfn = Node.child(s, node, i);
    int slot = nodes.dirty(pfn, expected[level - 1].child(expected[level], s, node, i));
    if (cache.pfn(slot) != pfn) {
      nodes.undo.save(parent);
      Node.setChild(s, node, i, cache.pfn(slot));
    }
    return slot;
  }

  /**
   * Writes the lower bound of a node into its first slot, since another key may come between the
   * two.
   */
  void lowerFirstKey(MemorySegment s, long node, int level) {
    Node.setKey(s, Node.slot(node, level, 0), expected[level].lowHi, expected[level].lowLo);
  }
}

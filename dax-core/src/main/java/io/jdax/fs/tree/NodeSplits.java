package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Makes two nodes of one that has no room for what is added, up to a new root if need be. */
final class NodeSplits {
  private final TreeReader tree;
  private final NodeCache cache;
  private final DirtyNodes nodes;
  private final DirtyPath path;

  NodeSplits(DirtyNodes nodes, DirtyPath path) {
    this.tree = nodes.tree;
    this.cache = nodes.cache;
    this.nodes = nodes;
    this.path = path;
  }

  /**
   * Splits a leaf in the middle, by bytes, and inserts an item at {@code at}. But ascending keys
   * leave full leaves, since an item that is added after the one that was added last gets a leaf of
   * its own. Only the first does, since keys that descend towards the leaf would all get one.
   *
   * @param scratch the size of a node, for compacting
   */
  void splitLeaf(
      int leaf,
      int at,
      long hi,
      long lo,
      MemorySegment value,
      long offset,
      int length,
      MemorySegment scratch)
      throws IOException {
    int fresh = nodes.create(0);
    MemorySegment s = cache.segment(leaf);
    long node = cache.offset(leaf);
    MemorySegment f = cache.segment(fresh);
    long right = cache.offset(fresh);
    int count = Node.count(s, node);
    boolean ascending = at == count && cache.insertedAt(leaf) == count - 1;
    int keep = ascending ? count : splitPoint(s, node, at, length);
    Node.append(s, node, keep, count, f, right);
    Node.removeItems(s, node, keep, count);
    boolean goesRight =
        at == count
            || at > keep
            || (at == keep && Node.usedBytes(f, right) < Node.usedBytes(s, node));
    cache.noteInsert(leaf, goesRight ? NONE : at);
    cache.noteInsert(fresh, goesRight ? at - keep : NONE);
    if (goesRight) {
      Node.insertItem(f, right, at - keep, hi, lo, value, offset, length, scratch);
    } else {
      Node.insertItem(s, node, at, hi, lo, value, offset, length, scratch);
    }
    assert NodeCheck.isSound(s, node, false) && NodeCheck.isSound(f, right, false);
    long first = Node.slot(right, 0, 0);
    addToParent(1, Node.hi(f, first), Node.lo(f, first), cache.pfn(fresh));
  }

  /**
   * How many of the old items stay in the left half; the new one counts where it belongs. An item
   * is hardly more than a quarter of a node at most, so both halves fit, and the half that ends
   * where the new one belongs can take it on either side.
   */
  private static int splitPoint(MemorySegment s, long node, int at, int length) {
    int total = Node.usedBytes(s, node) + Node.LEAF_SLOT + length;
    int left = 0;
    int count = Node.count(s, node);
    for (int i = 0; i < count; i++) {
      if (i == at) {
        left += Node.LEAF_SLOT + length;
        if (2 * left >= total) {
          return i;
        }
      }
      left += Node.LEAF_SLOT + Node.valueLength(s, Node.slot(node, 0, i));
      if (2 * left >= total) {
        return i + 1;
      }
    }
    throw new IllegalStateException("a leaf without a middle");
  }

  /** Adds a child after the one that the path leads through. */
  private void addToParent(int level, long hi, long lo, long child) throws IOException {
    if (level > tree.rootLevel) {
      int root = nodes.create(level);
      Node.insertChild(cache.segment(root), cache.offset(root), 0, 0, 0, tree.root);
      Node.insertChild(cache.segment(root), cache.offset(root), 1, hi, lo, child);
      tree.root = cache.pfn(root);
      tree.rootLevel = level;
      return;
    }
    int parent = path.slotAt(level);
    int at = path.indexAt(level) + 1;
    nodes.undo.save(parent);
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    path.lowerFirstKey(s, node, level);
    int count = Node.count(s, node);
    if (count < nodes.maxChildren) {
      Node.insertChild(s, node, at, hi, lo, child);
      return;
    }
    int fresh = nodes.create(level);
    MemorySegment f = cache.segment(fresh);
    long right = cache.offset(fresh);
    int keep = at == count ? count - count / 8 : count / 2;
    Node.append(s, node, keep, count, f, right);
    Node.removeChildren(s, node, keep, count);
    if (at <= keep) {
      Node.insertChild(s, node, at, hi, lo, child);
    } else {
      Node.insertChild(f, right, at - keep, hi, lo, child);
    }
    assert NodeCheck.isSound(s, node, false) && NodeCheck.isSound(f, right, false);
    long first = Node.slot(right, level, 0);
    addToParent(level + 1, Node.hi(f, first), Node.lo(f, first), cache.pfn(fresh));
  }
}

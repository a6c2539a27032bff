package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Makes one node of two where little is left. Nodes that fall below a quarter absorb a neighbour if
 * the two fit one node well. The one that absorbs is dirty anyway, and the other is only read, so
 * that a removal needs no more frames than the path has.
 */
final class NodeMerges {
  /**
   * How many bytes a merged leaf may hold, which is less than fit, or the next put would split it
   * again.
   */
  private static final int MERGED_BYTES = (int) (Node.BYTES - Node.SLOTS) * 4 / 5;

  private final TreeReader tree;
  private final NodeCache cache;
  private final DirtyNodes nodes;
  private final DirtyPath path;
  private final MemorySegment neighbour = Arena.ofAuto().allocate(Node.BYTES, Node.BYTES);
  private final ByteBuffer neighbourBytes = neighbour.asByteBuffer();
  private final MemorySegment merged = Arena.ofAuto().allocate(Node.BYTES, Node.BYTES);

  NodeMerges(DirtyNodes nodes, DirtyPath path) {
    this.tree = nodes.tree;
    this.cache = nodes.cache;
    this.nodes = nodes;
    this.path = path;
  }

  /** Merges what has become underfull along the path of the last descent. */
  void settle() throws IOException {
    for (int level = 1; level <= tree.rootLevel; level++) {
      if (!rebalance(path.slotAt(level), level, path.indexAt(level))) {
        return;
      }
    }
    shrinkRoot();
  }

  /**
   * Drops the i-th child if it is empty, lets it absorb a neighbour if it is underfull. The child
   * is dirty.
   *
   * @return whether the parent has one child less
   */
  boolean rebalance(int parent, int level, int i) throws IOException {
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    int child = cache.find(Node.child(s, node, i));
    MemorySegment c = cache.segment(child);
    long at = cache.offset(child);
    if (Node.count(c, at) == 0) {
      nodes.drop(child);
      nodes.undo.save(parent);
      Node.removeChildren(s, node, i, i + 1);
      return true;
    }
    boolean underfull =
        level == 1
            ? Node.usedBytes(c, at) < Node.UNDERFULL
            : Node.count(c, at) < nodes.maxChildren / 4;
    return underfull
        && ((i > 0 && absorb(parent, level, i, i - 1))
            || (i + 1 < Node.count(s, node) && absorb(parent, level, i, i + 1)));
  }

  /** Lets child i take over what child {@code other}, beside it, holds, if that is not too much. */
  private boolean absorb(int parent, int level, int i, int other) throws IOException {
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    int child = cache.find(Node.child(s, node, i));
    MemorySegment c = cache.segment(child);
    long at = cache.offset(child);

    long pfn = Node.child(s, node, other);
    int slot = cache.find(pfn);
    MemorySegment n = neighbour;
    long beside = 0;
    if (slot != NONE) {
      n = cache.segment(slot);
      beside = cache.offset(slot);
    } else {
      NodeCheck.Expectation unbounded = path.expected[level];
      unbounded.level = level;
      unbounded.bounded = false;
      NodeCheck.Expectation expected = path.expected[level - 1].child(unbounded, s, node, other);
      nodes.load(pfn, expected, neighbour, 0, neighbourBytes);
    }
    if (level == 1
        ? Node.usedBytes(c, at) + Node.usedBytes(n, beside) > MERGED_BYTES
        : Node.count(c, at) + Node.count(n, beside) > nodes.maxChildren * 4 / 5) {
      return false;
    }
    nodes.undo.save(child);
    nodes.undo.save(parent);
    Node.clear(merged, 0, level - 1);
    if (other < i) {
      Node.append(n, beside, 0, Node.count(n, beside), merged, 0);
    } else {
      Node.append(c, at, 0, Node.count(c, at), merged, 0);
    }
    int seam = Node.count(merged, 0);
    if (other < i) {
      Node.append(c, at, 0, Node.count(c, at), merged, 0);
    } else {
      Node.append(n, beside, 0, Node.count(n, beside), merged, 0);
    }
    int gone = Math.max(i, other);
    if (level > 1) {
      // No longer a first key, it must be the bound itself.
      long bound = Node.slot(node, level, gone);
      Node.setKey(merged, Node.slot(0, level - 1, seam), Node.hi(s, bound), Node.lo(s, bound));
    }
    Node.copyBody(merged, 0, c, at);
    assert NodeCheck.isSound(c, at, false);
    Node.setChild(s, node, Math.min(i, other), cache.pfn(child));
    Node.removeChildren(s, node, gone, gone + 1);
    nodes.release(pfn);
    return true;
  }

  /** Replaces a root with one child by that child, and one without children by an empty leaf. */
  void shrinkRoot() {
    while (tree.rootLevel > 0) {
      int root = cache.find(tree.root);
      MemorySegment s = cache.segment(root);
      long node = cache.offset(root);
      int count = Node.count(s, node);
      if (count > 1) {
        return;
      }
      if (count == 0) {
        nodes.undo.save(root);
        Node.clear(s, node, 0);
        nodes.identify(root);
        tree.rootLevel = 0;
        return;
      }
      long heir = Node.child(s, node, 0);
      nodes.drop(root);
      tree.root = heir;
      tree.rootLevel--;
      int slot = cache.find(heir);
      if (slot == NONE || !cache.isDirty(slot)) {
        // It is as a commit left it. If it has only one child, the next change here will see that.
        return;
      }
    }
  }
}

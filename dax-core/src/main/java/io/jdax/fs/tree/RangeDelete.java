package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Removes every item of a range of keys. Whole subtrees go without being read, but for their inner
 * nodes; only along the two edges of the range are leaves changed.
 */
final class RangeDelete {
  private final TreeReader tree;
  private final NodeCache cache;
  private final DirtyNodes nodes;
  private final DirtyPath path;
  private final NodeMerges merges;

  /** A node per level, for subtrees that are not in DRAM. */
  private final MemorySegment scratch =
      Arena.ofAuto().allocate((long) (Node.MAX_LEVEL + 1) * Node.BYTES, Node.BYTES);

  private final ByteBuffer scratchBytes = scratch.asByteBuffer();

  // The range, from (fromHi, fromLo), inclusive, to (toHi, toLo), exclusive.
  private long fromHi;
  private long fromLo;
  private long toHi;
  private long toLo;

  RangeDelete(DirtyNodes nodes, DirtyPath path, NodeMerges merges) {
    this.tree = nodes.tree;
    this.cache = nodes.cache;
    this.nodes = nodes;
    this.path = path;
    this.merges = merges;
  }

  void run(long hi, long lo, long endHi, long endLo) throws IOException {
    fromHi = hi;
    fromLo = lo;
    toHi = endHi;
    toLo = endLo;
    deleteIn(path.root(), tree.rootLevel);
    merges.shrinkRoot();
  }

  private void deleteIn(int slot, int level) throws IOException {
    MemorySegment s = cache.segment(slot);
    long node = cache.offset(slot);
    nodes.undo.save(slot);
    if (level > 0) {
      path.lowerFirstKey(s, node, level);
    }
    int from = firstAtLeast(s, node, level, fromHi, fromLo);
    int to = firstAtLeast(s, node, level, toHi, toLo);
    if (level == 0) {
      Node.removeItems(s, node, from, to);
      return;
    }
    // Children [from, to) begin inside the range. The last of them may end after it, and the one
    // before them may end in it.
    boolean lastEndsAfter = to > from && endsAfter(s, node, level, to - 1);
    boolean firstEndsIn =
        from > 0 && !Node.isAt(s, node, level, boundAt(s, node, from), fromHi, fromLo);
    int whole = lastEndsAfter ? to - 1 : to;
    if (lastEndsAfter) {
      deleteIn(path.child(slot, level, to - 1), level - 1);
    }
    if (firstEndsIn) {
      deleteIn(path.child(slot, level, from - 1), level - 1);
    }
    for (int i = from; i < whole; i++) {
      path.expected[level - 1].child(path.expected[level], s, node, i);
      releaseSubtree(Node.child(s, node, i), level - 1);
    }
    Node.removeChildren(s, node, from, whole);
    if (lastEndsAfter) {
      merges.rebalance(slot, level, from);
    }
    if (firstEndsIn) {
      merges.rebalance(slot, level, from - 1);
    }
  }

  /** The slot i, or −1 if there is none. */
  private static int boundAt(MemorySegment s, long node, int i) {
    return i < Node.count(s, node) ? i : -1;
  }

  private boolean endsAfter(MemorySegment s, long node, int level, int i) {
    if (i + 1 < Node.count(s, node)) {
      long next = Node.slot(node, level, i + 1);
      return Node.compare(Node.hi(s, next), Node.lo(s, next), toHi, toLo) > 0;
    }
    NodeCheck.Expectation self = path.expected[level];
    return !self.bounded || Node.compare(self.highHi, self.highLo, toHi, toLo) > 0;
  }

  private static int firstAtLeast(MemorySegment s, long node, int level, long hi, long lo) {
    int i = Node.lastAtMost(s, node, level, hi, lo);
    return Node.isAt(s, node, level, i, hi, lo) ? i : i + 1;
  }

  /** Lets a node and all below it leave the tree. Leaves are not read. */
  private void releaseSubtree(long pfn, int level) throws IOException {
    if (level > 0) {
      int slot = cache.find(pfn);
      MemorySegment s = scratch;
      long node = (long) level * Node.BYTES;
      if (slot != NONE) {
        s = cache.segment(slot);
        node = cache.offset(slot);
      } else {
        nodes.load(pfn, path.expected[level], scratch, node, scratchBytes);
      }
      int count = Node.count(s, node);
      for (int i = 0; i < count; i++) {
        if (level > 1) {
          path.expected[level - 1].child(path.expected[level], s, node, i);
        }
        releaseSubtree(Node.child(s, node, i), level - 1);
      }
    }
    nodes.release(pfn);
  }
}

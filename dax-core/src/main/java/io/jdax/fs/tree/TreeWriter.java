package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import io.jdax.fs.space.BlockRun;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Modifies the tree on behalf of the one open change.
 *
 * <p>A modification first makes its path dirty, root first: each node that a commit has shown moves
 * to a new block and a slot in DRAM, and its parent learns the block. A node that is dirty already
 * stays where it is, so a second change before the same commit finds most of its path made. All
 * stores to nodes are announced to the {@link UndoLog}.
 *
 * <p>Nodes that fall below a quarter absorb a neighbour if the two fit one node well. The absorber
 * is dirty anyway, the absorbed is only read, so that taking things out needs no more blocks than
 * the path.
 */
final class TreeWriter {
  /** What a merged leaf may hold: less than everything, or the next put would split it again. */
  private static final int MERGED_BYTES = (int) (Node.BYTES - Node.SLOTS) * 4 / 5;

  private final TreeReader tree;
  private final NodeCache cache;
  private final UndoLog undo;
  private final NodeChecksum checksum = new NodeChecksum();
  private final BlockRun blockRun = new BlockRun();
  private final Item probe = new Item();

  /** One node per level, and one more for merging. */
  private final MemorySegment scratch =
      Arena.ofAuto().allocate((long) (Node.MAX_LEVEL + 2) * Node.BYTES, Node.BYTES);

  private final ByteBuffer scratchBytes = scratch.asByteBuffer();
  private final MemorySegment merged =
      scratch.asSlice((long) (Node.MAX_LEVEL + 1) * Node.BYTES, Node.BYTES);

  /** Children of a node; tests have fewer, for deep trees of few items. */
  int maxChildren = Node.MAX_CHILDREN;

  private final NodeCheck.Expectation[] expected = new NodeCheck.Expectation[Node.MAX_LEVEL + 1];

  /** The path of the last descent, by level. */
  private final int[] slotAt = new int[Node.MAX_LEVEL + 2];

  private final int[] indexAt = new int[Node.MAX_LEVEL + 2];

  private @Nullable Change change;

  TreeWriter(TreeReader tree, NodeCache cache, UndoLog undo) {
    this.tree = tree;
    this.cache = cache;
    this.undo = undo;
    for (int level = 0; level < expected.length; level++) {
      expected[level] = new NodeCheck.Expectation();
    }
  }

  /**
   * What one modification can need: its path (a range has two), and a split of every node on it
   * with a new root.
   */
  static int nodesNeeded(int rootLevel) {
    return 2 * (rootLevel + 1) + 1;
  }

  UndoLog undo() {
    return undo;
  }

  void begin(Change owner) {
    change = owner;
    undo.begin();
  }

  void end(boolean keep) {
    if (keep) {
      undo.keep();
    } else {
      undo.undo();
    }
    change = null;
  }

  // ---------------------------------------------------------------- put

  void put(long hi, long lo, MemorySegment value, long offset, int length) throws IOException {
    descend(hi, lo);
    int leaf = slotAt[0];
    int i = indexAt[0];
    undo.modify(leaf);
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
      Node.insertItem(s, node, i + 1, hi, lo, value, offset, length, merged);
      cache.inserted(leaf, i + 1);
      if (shrinks) {
        settle();
      }
    } else {
      splitLeaf(leaf, i + 1, hi, lo, value, offset, length);
    }
  }

  /**
   * Splits a leaf and inserts an item at {@code at}. In the middle, by bytes; but ascending keys
   * leave full leaves: what is added behind an item that was the last to be added gets a leaf of
   * its own. Once: keys that descend towards the leaf would all get one.
   */
  private void splitLeaf(
      int leaf, int at, long hi, long lo, MemorySegment value, long offset, int length)
      throws IOException {
    int fresh = create(0);
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
    cache.inserted(leaf, goesRight ? NONE : at);
    cache.inserted(fresh, goesRight ? at - keep : NONE);
    if (goesRight) {
      Node.insertItem(f, right, at - keep, hi, lo, value, offset, length, merged);
    } else {
      Node.insertItem(s, node, at, hi, lo, value, offset, length, merged);
    }
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

  /** Adds a child behind the one that the path leads through. */
  private void addToParent(int level, long hi, long lo, long child) throws IOException {
    if (level > tree.rootLevel) {
      int root = create(level);
      Node.insertChild(cache.segment(root), cache.offset(root), 0, 0, 0, tree.root);
      Node.insertChild(cache.segment(root), cache.offset(root), 1, hi, lo, child);
      tree.root = cache.pfn(root);
      tree.rootLevel = level;
      return;
    }
    int parent = slotAt[level];
    int at = indexAt[level] + 1;
    undo.modify(parent);
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    lowerFirstKey(s, node, level);
    int count = Node.count(s, node);
    if (count < maxChildren) {
      Node.insertChild(s, node, at, hi, lo, child);
      return;
    }
    int fresh = create(level);
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
    long first = Node.slot(right, level, 0);
    addToParent(level + 1, Node.hi(f, first), Node.lo(f, first), cache.pfn(fresh));
  }

  /** Lets the first key say what it means, since another key may come between the two. */
  private void lowerFirstKey(MemorySegment s, long node, int level) {
    Node.setKey(s, Node.slot(node, level, 0), expected[level].lowHi, expected[level].lowLo);
  }

  // ---------------------------------------------------------------- delete

  boolean delete(long hi, long lo) throws IOException {
    if (!tree.find(TreeReader.EQUAL, hi, lo, probe)) {
      return false;
    }
    descend(hi, lo);
    int leaf = slotAt[0];
    undo.modify(leaf);
    Node.removeItems(cache.segment(leaf), cache.offset(leaf), indexAt[0], indexAt[0] + 1);
    settle();
    return true;
  }

  void deleteRange(long fromHi, long fromLo, long toHi, long toLo) throws IOException {
    if (!tree.find(TreeReader.CEILING, fromHi, fromLo, probe)
        || Node.compare(probe.hi(), probe.lo(), toHi, toLo) >= 0) {
      return;
    }
    new RangeDelete(fromHi, fromLo, toHi, toLo).run();
    shrinkRoot();
  }

  /**
   * Takes whole subtrees out unread where it can, and goes down only along the two edges of the
   * range.
   */
  private final class RangeDelete {
    private final long fromHi;
    private final long fromLo;
    private final long toHi;
    private final long toLo;

    RangeDelete(long fromHi, long fromLo, long toHi, long toLo) {
      this.fromHi = fromHi;
      this.fromLo = fromLo;
      this.toHi = toHi;
      this.toLo = toLo;
    }

    void run() throws IOException {
      expected[tree.rootLevel].root(tree.rootLevel);
      in(dirtyRoot(), tree.rootLevel);
    }

    private void in(int slot, int level) throws IOException {
      MemorySegment s = cache.segment(slot);
      long node = cache.offset(slot);
      undo.modify(slot);
      if (level > 0) {
        lowerFirstKey(s, node, level);
      }
      int from = firstAtLeast(s, node, level, fromHi, fromLo);
      int to = firstAtLeast(s, node, level, toHi, toLo);
      if (level == 0) {
        Node.removeItems(s, node, from, to);
        return;
      }
      // Children [from, to) begin inside the range. The last of them may end behind it; the one
      // before them may end in it.
      boolean lastEndsBehind = to > from && endsBehind(s, node, level, to - 1);
      boolean firstEndsIn =
          from > 0 && !Node.isAt(s, node, level, boundAt(s, node, from), fromHi, fromLo);
      int whole = lastEndsBehind ? to - 1 : to;
      if (lastEndsBehind) {
        inChild(slot, level, to - 1);
      }
      if (firstEndsIn) {
        inChild(slot, level, from - 1);
      }
      for (int i = from; i < whole; i++) {
        expected[level - 1].child(expected[level], s, node, i);
        releaseSubtree(Node.child(s, node, i), level - 1);
      }
      Node.removeChildren(s, node, from, whole);
      if (lastEndsBehind) {
        rebalance(slot, level, from);
      }
      if (firstEndsIn) {
        rebalance(slot, level, from - 1);
      }
    }

    private void inChild(int slot, int level, int i) throws IOException {
      expected[level - 1].child(expected[level], cache.segment(slot), cache.offset(slot), i);
      in(dirtyChild(slot, level, i), level - 1);
    }

    /** The slot, if there is one. */
    private static int boundAt(MemorySegment s, long node, int i) {
      return i < Node.count(s, node) ? i : -1;
    }

    private boolean endsBehind(MemorySegment s, long node, int level, int i) {
      if (i + 1 < Node.count(s, node)) {
        long next = Node.slot(node, level, i + 1);
        return Node.compare(Node.hi(s, next), Node.lo(s, next), toHi, toLo) > 0;
      }
      NodeCheck.Expectation self = expected[level];
      return !self.bounded || Node.compare(self.highHi, self.highLo, toHi, toLo) > 0;
    }

    private static int firstAtLeast(MemorySegment s, long node, int level, long hi, long lo) {
      int i = Node.lastAtMost(s, node, level, hi, lo);
      return Node.isAt(s, node, level, i, hi, lo) ? i : i + 1;
    }
  }

  // ---------------------------------------------------------------- shape

  /** Merges what has become underfull along the path of the last descent. */
  private void settle() throws IOException {
    for (int level = 1; level <= tree.rootLevel; level++) {
      if (!rebalance(slotAt[level], level, indexAt[level])) {
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
  private boolean rebalance(int parent, int level, int i) throws IOException {
    MemorySegment s = cache.segment(parent);
    long node = cache.offset(parent);
    int child = cache.find(Node.child(s, node, i));
    MemorySegment c = cache.segment(child);
    long at = cache.offset(child);
    if (Node.count(c, at) == 0) {
      drop(child);
      undo.modify(parent);
      Node.removeChildren(s, node, i, i + 1);
      return true;
    }
    boolean underfull =
        level == 1 ? Node.usedBytes(c, at) < Node.UNDERFULL : Node.count(c, at) < maxChildren / 4;
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

    long neighbour = Node.child(s, node, other);
    int slot = cache.find(neighbour);
    MemorySegment n = scratch;
    long beside = 0;
    if (slot != NONE) {
      n = cache.segment(slot);
      beside = cache.offset(slot);
    } else {
      NodeCheck.Expectation unbounded = expected[level];
      unbounded.level = level;
      unbounded.bounded = false;
      load(
          neighbour,
          expected[level - 1].child(unbounded, s, node, other),
          scratch,
          0,
          scratchBytes);
    }
    if (level == 1
        ? Node.usedBytes(c, at) + Node.usedBytes(n, beside) > MERGED_BYTES
        : Node.count(c, at) + Node.count(n, beside) > maxChildren * 4 / 5) {
      return false;
    }
    undo.modify(child);
    undo.modify(parent);
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
    Node.setChild(s, node, Math.min(i, other), cache.pfn(child));
    Node.removeChildren(s, node, gone, gone + 1);
    release(neighbour);
    return true;
  }

  /** A root with one child gives way to it; one with none becomes an empty leaf. */
  private void shrinkRoot() {
    while (tree.rootLevel > 0) {
      int root = cache.find(tree.root);
      MemorySegment s = cache.segment(root);
      long node = cache.offset(root);
      int count = Node.count(s, node);
      if (count > 1) {
        return;
      }
      if (count == 0) {
        undo.modify(root);
        Node.clear(s, node, 0);
        identify(root);
        tree.rootLevel = 0;
        return;
      }
      long heir = Node.child(s, node, 0);
      drop(root);
      tree.root = heir;
      tree.rootLevel--;
      int slot = cache.find(heir);
      if (slot == NONE || !cache.isDirty(slot)) {
        return; // as a commit left it; if it has one child only, the next change to come along sees
        // to it
      }
    }
  }

  // ---------------------------------------------------------------- nodes

  /** Goes to the leaf for a key, and makes the path dirty. */
  private void descend(long hi, long lo) throws IOException {
    int level = tree.rootLevel;
    expected[level].root(level);
    int slot = dirtyRoot();
    while (true) {
      int i = Node.lastAtMost(cache.segment(slot), cache.offset(slot), level, hi, lo);
      slotAt[level] = slot;
      if (level == 0) {
        indexAt[0] = i;
        return;
      }
      i = Math.max(i, 0);
      indexAt[level] = i;
      expected[level - 1].child(expected[level], cache.segment(slot), cache.offset(slot), i);
      slot = dirtyChild(slot, level, i);
      level--;
    }
  }

  private int dirtyRoot() throws IOException {
    int slot = dirty(tree.root, expected[tree.rootLevel]);
    tree.root = cache.pfn(slot);
    return slot;
  }

  /** The parent is dirty, and the child expected. */
  private int dirtyChild(int parent, int level, int i) throws IOException {
    long pfn = Node.child(cache.segment(parent), cache.offset(parent), i);
    int slot = dirty(pfn, expected[level - 1]);
    if (cache.pfn(slot) != pfn) {
      undo.modify(parent);
      Node.setChild(cache.segment(parent), cache.offset(parent), i, cache.pfn(slot));
    }
    return slot;
  }

  /** The slot of a node that is dirty, or is made so, on a new block. */
  private int dirty(long pfn, NodeCheck.Expectation node) throws IOException {
    int slot = cache.find(pfn);
    if (slot != NONE && cache.isDirty(slot)) {
      return slot;
    }
    undo.prepare();
    if (slot != NONE) {
      undo.leave(slot); // the device has the same; no copy is needed
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
    undo.freed(pfn, 1);
    return slot;
  }

  /** A new, empty node. */
  private int create(int level) {
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

  private void identify(int slot) {
    Node.identify(
        cache.segment(slot),
        cache.offset(slot),
        cache.pfn(slot),
        tree.generation + 1,
        tree.check().fileSystem());
  }

  private void drop(int slot) {
    undo.dropped(slot);
    tree.nodeCount--;
  }

  /** The node of this block left the tree. */
  private void release(long pfn) {
    int slot = cache.find(pfn);
    if (slot != NONE && cache.isDirty(slot)) {
      drop(slot);
    } else {
      undo.freed(pfn, 1);
      tree.nodeCount--;
    }
  }

  /** A node and all below it left the tree. Leaves are not read. */
  private void releaseSubtree(long pfn, int level) throws IOException {
    if (level > 0) {
      int slot = cache.find(pfn);
      MemorySegment s = scratch;
      long node = (long) level * Node.BYTES;
      if (slot != NONE) {
        s = cache.segment(slot);
        node = cache.offset(slot);
      } else {
        load(pfn, expected[level], scratch, node, scratchBytes);
      }
      int count = Node.count(s, node);
      for (int i = 0; i < count; i++) {
        if (level > 1) {
          expected[level - 1].child(expected[level], s, node, i);
        }
        releaseSubtree(Node.child(s, node, i), level - 1);
      }
    }
    release(pfn);
  }

  private void load(
      long pfn, NodeCheck.Expectation node, MemorySegment dst, long offset, ByteBuffer bytes)
      throws IOException {
    tree.check().load(pfn, node, tree.generation, dst, offset, bytes, checksum);
  }
}

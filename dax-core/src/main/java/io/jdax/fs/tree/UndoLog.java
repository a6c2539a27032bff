package io.jdax.fs.tree;

import io.jdax.fs.space.Space;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a change did to the nodes in DRAM, so that it can be undone exactly and without fail: needs
 * no block, reads no device.
 *
 * <pre>
 *   created   slots that were given a new block          undone: forgotten, block free at once
 *   saved     slots that were dirty before, with a copy  undone: copied back
 *   dropped   dirty slots that left the tree             done: forgotten, block free at once
 *   freed     blocks that a commit has shown             done: free after the next commit but one
 * </pre>
 */
final class UndoLog {
  /** A growing array of longs. */
  private static final class Longs {
    long[] values = new long[32];
    int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }
  }

  private final NodeCache cache;
  private final TreeReader tree;
  private final Space space;
  private final Longs created = new Longs();
  private final Longs saved = new Longs();
  private final Longs dropped = new Longs();
  private final Longs freed = new Longs();
  private long change;
  private long root;
  private int rootLevel;
  private long nodeCount;

  UndoLog(NodeCache cache, TreeReader tree, Space space) {
    this.cache = cache;
    this.tree = tree;
    this.space = space;
  }

  void begin() {
    change++;
    root = tree.root;
    rootLevel = tree.rootLevel;
    nodeCount = tree.nodeCount;
  }

  /** The slot was entered with a new block. */
  void created(int slot) {
    cache.touch(slot, change);
    created.add(slot);
  }

  /** Must come before the first store to a dirty node. */
  void modify(int slot) {
    if (cache.touchedBy(slot) == change) {
      return;
    }
    int copy = cache.take();
    MemorySegment.copy(
        cache.segment(slot),
        cache.offset(slot),
        cache.segment(copy),
        cache.offset(copy),
        Node.BYTES);
    cache.touch(slot, change);
    saved.add(slot);
    saved.add(copy);
  }

  /** A dirty node left the tree. */
  void dropped(int slot) {
    dropped.add(slot);
  }

  /** Blocks that a commit has shown are no longer part of the tree, or of a file. */
  void freed(long pfn, long count) {
    freed.add(pfn);
    freed.add(count);
  }

  /** Makes it final. */
  void keep() {
    for (int i = 1; i < saved.size; i += 2) {
      cache.release((int) saved.values[i]);
    }
    for (int i = 0; i < dropped.size; i++) {
      discard((int) dropped.values[i]);
    }
    for (int i = 0; i < freed.size; i += 2) {
      long pfn = freed.values[i];
      int clean = cache.find(pfn);
      if (clean != NodeCache.NONE) {
        cache.forget(clean);
        cache.release(clean);
      }
      space.freeAfter(pfn, freed.values[i + 1], tree.generation + 1);
    }
    clear();
  }

  /** Makes it unhappen. */
  void undo() {
    for (int i = 0; i < created.size; i++) {
      discard((int) created.values[i]);
    }
    for (int i = 0; i < saved.size; i += 2) {
      int slot = (int) saved.values[i];
      int copy = (int) saved.values[i + 1];
      MemorySegment.copy(
          cache.segment(copy),
          cache.offset(copy),
          cache.segment(slot),
          cache.offset(slot),
          Node.BYTES);
      cache.release(copy);
    }
    tree.root = root;
    tree.rootLevel = rootLevel;
    tree.nodeCount = nodeCount;
    clear();
  }

  private void discard(int slot) {
    long pfn = cache.pfn(slot);
    cache.forget(slot);
    cache.release(slot);
    space.free(pfn, 1);
  }

  private void clear() {
    created.size = 0;
    saved.size = 0;
    dropped.size = 0;
    freed.size = 0;
  }
}

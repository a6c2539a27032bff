package io.jdax.fs.tree;

import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a change did to the nodes in DRAM, so that it can be undone exactly. To undo needs no frame,
 * reads no device, and allocates nothing. Each book is given the room that an entry needs before
 * the entry is made. If something is thrown between two books nevertheless, the end of the change
 * learns it ({@link #isHalfWay}), and the tree must not be changed again.
 *
 * <pre>
 *   created   slots that were given a new frame          undone: forgotten, frame free at once
 *   saved     slots that were dirty before, with a copy  undone: copied back
 *   dropped   dirty slots that left the tree             done: forgotten, frame free at once
 *   freed     frames that a commit has shown             done: free after the next commit but one
 * </pre>
 */
final class UndoLog {
  /** A growing array of longs. */
  private static final class Longs {
    long[] values = new long[32];
    int size;

    /** Allocates what two {@link #add} may need. */
    void prepare() {
      if (size + 2 > values.length) {
        FailurePoint.ALLOCATION.reach();
        values = Arrays.copyOf(values, size * 2);
      }
    }

    void add(long value) {
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

  /**
   * Whether a change is between two books that belong together, where not even an undo would be
   * right.
   */
  private boolean halfWay;

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

  /** Allocates what {@link #enter} and one {@link #noteFreed} may need, so that they can't fail. */
  void prepare() {
    created.prepare();
    freed.prepare();
    cache.prepare();
  }

  /** Lets a new frame lead to a slot; after {@link #prepare}. */
  void enter(long pfn, int slot) {
    halfWay = true;
    cache.enter(pfn, slot);
    cache.touch(slot, change);
    created.add(slot);
    halfWay = false;
  }

  /** Lets a clean node's frame no longer lead to its slot, which {@link #enter} gives a new one. */
  void leave(int slot) {
    halfWay = true;
    cache.forget(slot);
    halfWay = false;
  }

  /** Copies a dirty node, once in a change. Must come before the first store to it. */
  void save(int slot) {
    if (cache.touchedBy(slot) == change) {
      return;
    }
    saved.prepare();
    int copy = cache.take();
    MemorySegment.copy(
        cache.segment(slot),
        cache.offset(slot),
        cache.segment(copy),
        cache.offset(copy),
        Node.BYTES);
    halfWay = true;
    saved.add(slot);
    saved.add(copy);
    cache.touch(slot, change);
    halfWay = false;
  }

  /** Notes that a dirty node has left the tree. */
  void noteDropped(int slot) {
    dropped.prepare();
    dropped.add(slot);
  }

  /** Notes that frames that a commit has shown are no longer part of the tree, or of a file. */
  void noteFreed(long pfn, long count) {
    freed.prepare();
    halfWay = true;
    freed.add(pfn);
    freed.add(count);
    halfWay = false;
  }

  /** Whether something was thrown between two books that belong together. */
  boolean isHalfWay() {
    return halfWay;
  }

  /** Allocates what {@link #keep} needs, when nothing more will be entered. */
  void prepareKeep() {
    if (freed.size > 0) {
      space.prepareFrees(freed.size / 2, tree.generation + 1);
    }
  }

  /**
   * Makes the change final, after {@link #prepareKeep}. Lookups are right whatever is thrown in the
   * middle, since they no longer see what leaves.
   */
  void keep() {
    for (int i = 1; i < saved.size; i += 2) {
      cache.release((int) saved.values[i]);
    }
    for (int i = 0; i < dropped.size; i++) {
      discard((int) dropped.values[i]);
    }
    for (int i = 0; i < freed.size; i += 2) {
      FailurePoint.BOOKS.reach();
      long pfn = freed.values[i];
      int clean = cache.find(pfn);
      if (clean != NodeCache.NONE) {
        cache.forget(clean);
        cache.release(clean);
      }
      space.freePrepared(pfn, freed.values[i + 1], tree.generation + 1);
    }
    clear();
  }

  /** Undoes the change, first for lookups, which can't fail, then in the books. */
  void undo() {
    for (int i = saved.size - 2; i >= 0; i -= 2) {
      int slot = (int) saved.values[i];
      int copy = (int) saved.values[i + 1];
      MemorySegment.copy(
          cache.segment(copy),
          cache.offset(copy),
          cache.segment(slot),
          cache.offset(slot),
          Node.BYTES);
    }
    tree.root = root;
    tree.rootLevel = rootLevel;
    tree.nodeCount = nodeCount;
    for (int i = 1; i < saved.size; i += 2) {
      FailurePoint.BOOKS.reach();
      cache.release((int) saved.values[i]);
    }
    for (int i = 0; i < created.size; i++) {
      discard((int) created.values[i]);
    }
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

package io.jdax.fs.tree;

import io.jdax.fs.space.FailurePoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in DRAM. A <i>dirty</i> node is not on the device yet, where the next commit will write it.
 * A <i>clean</i> one is what a commit wrote lately; it stays for the next change, which will most
 * likely need the same path again. Every other node is read where it lies.
 *
 * <p>Slots are numbered; each has a 4 KiB buffer in a chunk. A hash table (open addressing, linear
 * probing) leads from a node's frame to its slot. Chunks are never freed or moved while the tree is
 * open, so a lookup that races with a change reads nonsense at worst, and then the lock's stamp is
 * no longer valid.
 *
 * <p>Changed only by the holder of the tree's change lock, with the write stamp.
 */
final class NodeCache implements AutoCloseable {
  static final int NONE = -1;

  /** If more nodes than this are in DRAM at a commit, all are let go. */
  private static final int MAX_CLEAN = 1024;

  private static final int CHUNK_SHIFT = 8;
  private static final int CHUNK_NODES = 1 << CHUNK_SHIFT;

  private static final class Table {
    final long[] pfns; // 0 where vacant, since frame 0 is a superblock
    final int[] slots;

    Table(int capacity) {
      pfns = new long[capacity];
      slots = new int[capacity];
    }
  }

  /** Made when the first node comes: to close one costs a handshake with every thread. */
  private @Nullable Arena arena;

  private MemorySegment[] chunks = new MemorySegment[0];
  private ByteBuffer[] buffers = new ByteBuffer[0];
  private Table table = new Table(256);
  private int entries;

  private long[] pfnOf = new long[0];
  private int[] dirtyAt = new int[0]; // position in dirty, or NONE if clean

  /** The change that made the node, or that keeps a copy of what it was before. */
  private long[] touchedBy = new long[0];

  /** Where the last item was put into a leaf, or NONE if that is not known or no longer matters. */
  private int[] insertedAt = new int[0];

  private int[] dirty = new int[64];
  private int dirtyCount;
  private int[] vacant = new int[0]; // as long as there are slots
  private int vacantCount;

  // ---------------------------------------------------------------- reading

  /** The slot that holds the node of this frame, or {@link #NONE}. */
  int find(long pfn) {
    Table t = table;
    int mask = t.pfns.length - 1;
    int i = hash(pfn) & mask;
    // The bound matters only to a racing lookup, which must end whatever it sees.
    for (int probes = 0; probes <= mask; probes++) {
      long there = t.pfns[i];
      if (there == 0) {
        return NONE; // first, since a damaged node may lead to frame 0
      }
      if (there == pfn) {
        return t.slots[i];
      }
      i = (i + 1) & mask;
    }
    return NONE;
  }

  MemorySegment segment(int slot) {
    return chunks[slot >> CHUNK_SHIFT];
  }

  /** Where the node begins in its segment. */
  long offset(int slot) {
    return (long) (slot & (CHUNK_NODES - 1)) * Node.BYTES;
  }

  /** The same bytes, for a checksum; the caller sets position and limit. */
  ByteBuffer buffer(int slot) {
    return buffers[slot >> CHUNK_SHIFT];
  }

  long pfn(int slot) {
    return pfnOf[slot];
  }

  boolean isDirty(int slot) {
    return dirtyAt[slot] != NONE;
  }

  int dirtyCount() {
    return dirtyCount;
  }

  /** How many slots there is memory for that no frame leads to. */
  int vacantCount() {
    return vacantCount;
  }

  /** The slot of the i-th dirty node, in no order. */
  int dirtySlot(int i) {
    return dirty[i];
  }

  // ---------------------------------------------------------------- changing

  long touchedBy(int slot) {
    return touchedBy[slot];
  }

  void touch(int slot, long change) {
    touchedBy[slot] = change;
  }

  int insertedAt(int slot) {
    return insertedAt[slot];
  }

  void noteInsert(int slot, int at) {
    insertedAt[slot] = at;
  }

  /** Takes a slot that no frame leads to, with anything in it. */
  int take() {
    if (vacantCount == 0) {
      grow();
    }
    int slot = vacant[--vacantCount];
    assert dirtyAt[slot] == NONE;
    insertedAt[slot] = NONE;
    return slot;
  }

  /** Gives a slot back that no frame leads to. Can't fail. */
  void release(int slot) {
    vacant[vacantCount++] = slot;
  }

  /** Allocates what an {@link #enter} may need, so that it can't fail. */
  void prepare() {
    if (entries * 2 >= table.pfns.length) {
      FailurePoint.ALLOCATION.reach();
      rehash();
    }
    if (dirtyCount == dirty.length) {
      FailurePoint.ALLOCATION.reach();
      dirty = Arrays.copyOf(dirty, dirtyCount * 2);
    }
  }

  /** Lets a frame lead to a slot, whose node is dirty from now on. */
  void enter(long pfn, int slot) {
    insert(table, pfn, slot);
    entries++;
    pfnOf[slot] = pfn;
    FailurePoint.BOOKS.reach();
    dirtyAt[slot] = dirtyCount;
    dirty[dirtyCount++] = slot;
    assert find(pfn) == slot;
  }

  /** Lets a frame no longer lead to its slot, which stays taken. */
  void forget(int slot) {
    remove(pfnOf[slot]);
    entries--;
    FailurePoint.BOOKS.reach();
    int at = dirtyAt[slot];
    if (at != NONE) {
      int last = dirty[--dirtyCount];
      dirty[at] = last;
      dirtyAt[last] = at;
      dirtyAt[slot] = NONE;
    }
    assert find(pfnOf[slot]) == NONE;
  }

  /** Makes everything clean after a commit, and lets all go if that is much. Can't fail. */
  void markAllClean() {
    for (int i = 0; i < dirtyCount; i++) {
      dirtyAt[dirty[i]] = NONE;
    }
    dirtyCount = 0;
    if (entries > MAX_CLEAN) {
      for (int i = 0; i < table.pfns.length; i++) {
        if (table.pfns[i] != 0) {
          release(table.slots[i]);
        }
      }
      Arrays.fill(table.pfns, 0);
      entries = 0;
    }
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }

  private void grow() {
    FailurePoint.ALLOCATION.reach();
    int chunk = chunks.length;
    Arena memories = arena == null ? Arena.ofShared() : arena;
    arena = memories;
    MemorySegment memory = memories.allocate((long) CHUNK_NODES * Node.BYTES, Node.BYTES);
    ByteBuffer[] moreBuffers = Arrays.copyOf(buffers, chunk + 1);
    moreBuffers[chunk] = memory.asByteBuffer();
    MemorySegment[] moreChunks = Arrays.copyOf(chunks, chunk + 1);
    moreChunks[chunk] = memory;
    int slots = moreChunks.length * CHUNK_NODES;
    int[] moreVacant = Arrays.copyOf(vacant, slots);
    int[] moreDirtyAt = Arrays.copyOf(dirtyAt, slots);
    int[] moreInsertedAt = Arrays.copyOf(insertedAt, slots);
    long[] moreTouchedBy = Arrays.copyOf(touchedBy, slots);
    pfnOf = Arrays.copyOf(pfnOf, slots); // nothing fails from here on
    vacant = moreVacant;
    dirtyAt = moreDirtyAt;
    insertedAt = moreInsertedAt;
    touchedBy = moreTouchedBy;
    buffers = moreBuffers;
    chunks = moreChunks;
    for (int slot = slots - 1; slot >= slots - CHUNK_NODES; slot--) {
      dirtyAt[slot] = NONE;
      release(slot);
    }
  }

  private void rehash() {
    Table larger = new Table(table.pfns.length * 2);
    for (int i = 0; i < table.pfns.length; i++) {
      if (table.pfns[i] != 0) {
        insert(larger, table.pfns[i], table.slots[i]);
      }
    }
    table = larger;
  }

  private static void insert(Table t, long pfn, int slot) {
    int mask = t.pfns.length - 1;
    int i = hash(pfn) & mask;
    while (t.pfns[i] != 0) {
      i = (i + 1) & mask;
    }
    t.pfns[i] = pfn;
    t.slots[i] = slot;
  }

  /** Shifts back what the removed entry had displaced, so that there are no tombstones. */
  private void remove(long pfn) {
    Table t = table;
    int mask = t.pfns.length - 1;
    int gap = hash(pfn) & mask;
    while (t.pfns[gap] != pfn) {
      gap = (gap + 1) & mask;
    }
    for (int i = (gap + 1) & mask; t.pfns[i] != 0; i = (i + 1) & mask) {
      int home = hash(t.pfns[i]) & mask;
      if (((i - home) & mask) >= ((i - gap) & mask)) {
        t.pfns[gap] = t.pfns[i];
        t.slots[gap] = t.slots[i];
        gap = i;
      }
    }
    t.pfns[gap] = 0;
  }

  private static int hash(long pfn) {
    return (int) ((pfn * 0x9E3779B97F4A7C15L) >>> 32);
  }
}

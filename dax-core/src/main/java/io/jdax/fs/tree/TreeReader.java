package io.jdax.fs.tree;

import static io.jdax.fs.tree.NodeCache.NONE;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.os.AccessFault;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lookups in the tree as it is now. A caller keeps changes out, or finds out afterwards whether
 * there was one.
 *
 * <p>Nodes are read in DRAM if they are there, else where they lie on the device. Once the mount
 * has verified every node they are trusted; before that, and when something looks wrong or faults,
 * the lookup is done with each node copied to DRAM and verified there.
 */
final class TreeReader {
  static final int EQUAL = 0;
  static final int CEILING = 1;
  static final int FLOOR = 2;

  private static final int ABSENT = 0;
  private static final int FOUND = 1;
  private static final int SUSPECT = 2;

  /**
   * How often a lookup goes down at most. A leaf is never empty, so that the second descent finds a
   * neighbour.
   */
  private static final int MAX_DESCENTS = 2;

  /** A node's copy, and what it takes to verify it. */
  private static final class Careful {
    final MemorySegment copy = Arena.ofAuto().allocate(Node.BYTES, 64);
    final ByteBuffer bytes = copy.asByteBuffer();
    final NodeChecksum checksum = new NodeChecksum();
    NodeCheck.Expectation here = new NodeCheck.Expectation();
    NodeCheck.Expectation below = new NodeCheck.Expectation();

    void descend(MemorySegment s, long node, int i) {
      NodeCheck.Expectation child = below.child(here, s, node, i);
      below = here;
      here = child;
    }
  }

  private final Region region;
  private final MemorySegment device;
  private final NodeCache cache;
  private final NodeCheck check;

  /** What one careful lookup leaves to the next: its memory costs more than the lookup. */
  private final AtomicReference<@Nullable Careful> spare = new AtomicReference<>();

  long root;
  int rootLevel;
  long nodeCount;

  /** Number of the last durable commit. */
  long generation;

  /** Whether every node that the tree leads to was verified, or written by this process. */
  boolean trusted;

  TreeReader(Region region, NodeCache cache, NodeCheck check) {
    this.region = region;
    this.device = region.segment();
    this.cache = cache;
    this.check = check;
  }

  /** Looks things up in the tree of a superblock from now on. */
  void begin(Superblock superblock) {
    root = superblock.root();
    rootLevel = superblock.rootLevel();
    nodeCount = superblock.nodeCount();
    generation = superblock.generation();
  }

  NodeCheck check() {
    return check;
  }

  NodeCache cache() {
    return cache;
  }

  /** See {@link Lookups#get}, {@link Lookups#ceiling}, {@link Lookups#floor}. */
  boolean find(int mode, long hi, long lo, Item out) throws IOException {
    int result = SUSPECT;
    if (trusted) {
      try {
        result = search(mode, hi, lo, out, null);
        AccessFault.deliver();
      } catch (InternalError | IndexOutOfBoundsException e) {
        result = SUSPECT;
      }
    }
    return (result == SUSPECT ? searchCarefully(mode, hi, lo, out) : result) == FOUND;
  }

  private int searchCarefully(int mode, long hi, long lo, Item out) throws IOException {
    Careful kept = spare.getAndSet(null);
    Careful careful = kept == null ? new Careful() : kept;
    try {
      return search(mode, hi, lo, out, careful);
    } finally {
      spare.set(careful);
    }
  }

  private int search(int mode, long hi, long lo, Item out, @Nullable Careful careful)
      throws IOException {
    long wantHi = hi;
    long wantLo = lo;
    for (int descents = 0; descents < MAX_DESCENTS; descents++) {
      long pfn = root;
      boolean mayBeCached = true;
      // The bounds of the leaf that is reached, which are where its neighbours end and begin.
      long lowHi = 0;
      long lowLo = 0;
      boolean bounded = false;
      long highHi = 0;
      long highLo = 0;
      if (careful != null) {
        careful.here.root(rootLevel);
      }
      for (int level = rootLevel; ; level--) {
        MemorySegment s = device;
        long node = pfn * Node.BYTES;
        int slot = mayBeCached ? cache.find(pfn) : NONE;
        if (slot != NONE) {
          s = cache.segment(slot);
          node = cache.offset(slot);
        } else if (careful != null) {
          check.load(
              pfn, careful.here, generation, careful.copy, 0, careful.bytes, careful.checksum);
          s = careful.copy;
          node = 0;
        } else {
          mayBeCached = false; // below a node that is not in DRAM there is none that is
        }
        if (Node.level(s, node) != level) {
          return suspect(pfn, careful);
        }
        int i = Node.lastAtMost(s, node, level, wantHi, wantLo);
        if (level == 0) {
          int at = mode == CEILING && !Node.isAt(s, node, 0, i, wantHi, wantLo) ? i + 1 : i;
          if (mode == EQUAL
              ? Node.isAt(s, node, 0, at, wantHi, wantLo)
              : at >= 0 && at < Node.count(s, node)) {
            long found = Node.slot(node, 0, at);
            out.set(
                Node.hi(s, found),
                Node.lo(s, found),
                s,
                node + Node.valueAt(s, found),
                Node.valueLength(s, found));
            return FOUND;
          }
          break;
        }
        i = Math.max(i, 0);
        long child = Node.slot(node, level, i);
        if (i > 0) {
          lowHi = Node.hi(s, child);
          lowLo = Node.lo(s, child);
        }
        if (i + 1 < Node.count(s, node)) {
          bounded = true;
          highHi = Node.hi(s, child + Node.INNER_SLOT);
          highLo = Node.lo(s, child + Node.INNER_SLOT);
        }
        if (careful != null) {
          careful.descend(s, node, i);
        }
        pfn = s.get(Node.LONG, child + Node.CHILD);
      }
      // The leaf has no such item, but its neighbour may.
      if (mode == CEILING && bounded) {
        wantHi = highHi;
        wantLo = highLo;
      } else if (mode == FLOOR && (lowHi | lowLo) != 0) {
        wantHi = lowLo == 0 ? lowHi - 1 : lowHi;
        wantLo = lowLo - 1;
      } else {
        return ABSENT;
      }
    }
    return suspect(root, careful);
  }

  private int suspect(long pfn, @Nullable Careful careful) throws CorruptMetadataException {
    if (careful == null) {
      return SUSPECT;
    }
    throw new CorruptMetadataException(
        region.name(), "node", pfn, "does not lead where its keys say");
  }
}

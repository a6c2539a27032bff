package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.FailurePoint;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Whether a frame holds the node that it should. Works on a copy in DRAM. Any thread may call. */
final class NodeCheck {
  /**
   * What is known of a node from where it was found, which is its level and the keys that it may
   * have.
   */
  static final class Expectation {
    boolean root;
    int level;
    long lowHi;
    long lowLo;
    boolean bounded;
    long highHi;
    long highLo;

    /** A root may have any key. */
    Expectation root(int level) {
      this.root = true;
      this.level = level;
      this.lowHi = 0;
      this.lowLo = 0;
      this.bounded = false;
      return this;
    }

    /** The i-th child of a node that was itself expected to be {@code parent}. */
    Expectation child(Expectation parent, MemorySegment s, long node, int i) {
      root = false;
      level = parent.level - 1;
      long slot = Node.slot(node, parent.level, i);
      lowHi = i == 0 ? parent.lowHi : Node.hi(s, slot);
      lowLo = i == 0 ? parent.lowLo : Node.lo(s, slot);
      if (i + 1 < Node.count(s, node)) {
        bounded = true;
        highHi = Node.hi(s, slot + Node.INNER_SLOT);
        highLo = Node.lo(s, slot + Node.INNER_SLOT);
      } else {
        bounded = parent.bounded;
        highHi = parent.highHi;
        highLo = parent.highLo;
      }
      return this;
    }
  }

  /** In what way a node is bad. */
  enum Kind {
    /** Its frame does not lie on the device, or holds other bytes than a commit wrote. */
    BYTES,
    /** It is intact, but not the node that should be here. */
    IDENTITY,
    /** Slots or values lie where they can't be. */
    LAYOUT,
    /** Keys do not ascend, or are not within the bounds that its parent gives. */
    KEYS
  }

  /**
   * What is wrong with a node.
   *
   * @param what the rest of a sentence that begins with its name
   */
  record Flaw(Kind kind, String what) {}

  /** See {@link io.jdax.persist.Persister#fetch}. */
  interface Fetch {
    void fetch(long offset, long length) throws IOException;
  }

  /** By level; made in advance, so that {@link #isSound} allocates nothing. */
  private static final Expectation[] ANY_ROOT = any(true);

  private static final Expectation[] ANY_NODE = any(false);

  private static Expectation[] any(boolean root) {
    Expectation[] any = new Expectation[Node.MAX_LEVEL + 1];
    for (int level = 0; level < any.length; level++) {
      any[level] = new Expectation().root(level);
      any[level].root = root;
    }
    return any;
  }

  private final Region region;
  private final Fetch fetch;
  private final long fileSystem;
  private final long frameCount;

  NodeCheck(Region region, Fetch fetch, long fileSystem, long frameCount) {
    this.region = region;
    this.fetch = fetch;
    this.fileSystem = fileSystem;
    this.frameCount = frameCount;
  }

  long fileSystem() {
    return fileSystem;
  }

  /** How many frames the file system has, which may be fewer than the region has. */
  long frameCount() {
    return frameCount;
  }

  /**
   * Copies a node to DRAM and verifies it there.
   *
   * @param generation the commit that the tree is at: no node is newer
   * @throws CorruptMetadataException it is not the node that is expected
   * @throws MediaErrorException it can't be read
   */
  void load(
      long pfn,
      Expectation expected,
      long generation,
      MemorySegment dst,
      long offset,
      ByteBuffer sameBytes,
      NodeChecksum checksum)
      throws IOException {
    if (pfn >= 0 && pfn < frameCount) {
      FailurePoint.NODE_READ.reach();
      fetch.fetch(pfn * Node.BYTES, Node.BYTES);
    }
    Flaw flaw = examine(pfn, expected, generation, dst, offset, sameBytes, checksum);
    if (flaw != null) {
      throw new CorruptMetadataException(region.name(), "node", pfn, flaw.what());
    }
  }

  /**
   * As {@link #load}, for a caller that goes on after a bad node.
   *
   * @return what is wrong, or null if the node is good
   */
  @Nullable Flaw examine(
      long pfn,
      Expectation expected,
      long generation,
      MemorySegment dst,
      long offset,
      ByteBuffer sameBytes,
      NodeChecksum checksum)
      throws MediaErrorException {
    if (pfn < Superblock.SLOTS || pfn >= frameCount) {
      return new Flaw(Kind.BYTES, "lies outside the " + frameCount + " frames of the device");
    }
    FrameCopy.copy(region, pfn, dst, offset, Node.BYTES);
    if (dst.get(Node.INT, offset + Node.MAGIC) != Node.MAGIC_VALUE) {
      return new Flaw(Kind.BYTES, "has no magic number");
    }
    if (dst.get(Node.INT, offset + Node.CRC) != checksum.of(sameBytes, offset)) {
      return new Flaw(Kind.BYTES, "has a bad checksum");
    }
    String what = identityFlaw(pfn, expected, generation, dst, offset);
    if (what != null) {
      return new Flaw(Kind.IDENTITY, what);
    }
    what = layoutFlaw(expected, dst, offset);
    if (what != null) {
      return new Flaw(Kind.LAYOUT, what);
    }
    what = keyFlaw(expected, dst, offset);
    return what == null ? null : new Flaw(Kind.KEYS, what);
  }

  /** Whether slots, values and keys of a node in DRAM are as they must be; it may have any key. */
  static boolean isSound(MemorySegment s, long node, boolean root) {
    Expectation expected = (root ? ANY_ROOT : ANY_NODE)[Node.level(s, node)];
    return layoutFlaw(expected, s, node) == null && keyFlaw(expected, s, node) == null;
  }

  private @Nullable String identityFlaw(
      long pfn, Expectation expected, long generation, MemorySegment s, long node) {
    long self = s.get(Node.LONG, node + Node.SELF);
    if (self != pfn) {
      return "says that it is in frame " + self;
    }
    if (s.get(Node.LONG, node + Node.FILE_SYSTEM) != fileSystem) {
      return "belongs to another file system";
    }
    int level = Node.level(s, node);
    if (level != expected.level || level > Node.MAX_LEVEL) {
      return "has level " + level + " where " + expected.level + " is expected";
    }
    long written = s.get(Node.LONG, node + Node.GENERATION);
    if (written > generation || written < 1) {
      return "was written by commit " + written + ", but the tree is at " + generation;
    }
    return null;
  }

  private static @Nullable String layoutFlaw(Expectation expected, MemorySegment s, long node) {
    int count = Node.count(s, node);
    int values = Node.values(s, node);
    long slotsEnd = Node.SLOTS + (long) count * Node.slotBytes(expected.level);
    boolean leaf = expected.level == 0;
    if (slotsEnd > values || values > Node.BYTES || (!leaf && values != Node.BYTES)) {
      return "has " + count + " slots, and values from byte " + values + " on";
    }
    if (count == 0 && !(leaf && expected.root)) {
      return "is empty";
    }
    int sum = Node.garbage(s, node);
    for (int i = 0; leaf && i < count; i++) {
      long slot = Node.slot(node, 0, i);
      int at = Node.valueAt(s, slot);
      int length = Node.valueLength(s, slot);
      sum += length;
      if (at < values || at + length > Node.BYTES || length > Item.MAX_BYTES) {
        return "has a value of " + length + " bytes at byte " + at;
      }
    }
    if (sum != Node.BYTES - values) {
      return "has values of " + sum + " bytes in an area of " + (Node.BYTES - values);
    }
    return null;
  }

  private static @Nullable String keyFlaw(Expectation expected, MemorySegment s, long node) {
    int level = expected.level;
    int count = Node.count(s, node);
    long lastHi = expected.lowHi;
    long lastLo = expected.lowLo;
    for (int i = 0; i < count; i++) {
      long slot = Node.slot(node, level, i);
      long hi = Node.hi(s, slot);
      long lo = Node.lo(s, slot);
      int order = Node.compare(lastHi, lastLo, hi, lo);
      if (i == 0 ? order > 0 : order >= 0) {
        return "has a key out of order in slot " + i;
      }
      lastHi = hi;
      lastLo = lo;
    }
    if (expected.bounded
        && count > 0
        && Node.compare(lastHi, lastLo, expected.highHi, expected.highLo) >= 0) {
      return "has a key out of order in slot " + (count - 1);
    }
    return null;
  }
}

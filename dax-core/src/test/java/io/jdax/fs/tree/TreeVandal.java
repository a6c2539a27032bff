package io.jdax.fs.tree;

import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Damages metadata on a device that is not mounted, with good checksums if wanted. */
public final class TreeVandal {
  /** Bytes of a node's or superblock's fields. */
  public static final long NODE_LEVEL = Node.LEVEL;

  public static final long NODE_VALUES = Node.VALUES;
  public static final long NODE_SLOTS = Node.SLOTS;
  public static final long SUPERBLOCK_NODES = Superblock.NODE_COUNT;
  public static final long SUPERBLOCK_INCOMPATIBLE = Superblock.INCOMPATIBLE;

  private TreeVandal() {}

  /** A store within a node. */
  public interface Vandalism {
    void apply(MemorySegment node);
  }

  /** Blocks of the nodes of one level in the newest tree, by key. */
  public static List<Long> nodes(Region region, int level) throws IOException {
    List<Long> found = new ArrayList<>();
    Superblock s = SuperblockSlots.newest(region);
    collect(region, s.root(), s.rootLevel(), level, found);
    return found;
  }

  /** Keys of all items below a node. */
  public static List<ItemKey> keys(Region region, long pfn, int level) {
    List<Long> leaves = new ArrayList<>();
    collect(region, pfn, level, 0, leaves);
    List<ItemKey> keys = new ArrayList<>();
    MemorySegment memory = region.segment();
    for (long leaf : leaves) {
      long node = leaf * Node.BYTES;
      for (int i = 0; i < Node.count(memory, node); i++) {
        long slot = Node.slot(node, 0, i);
        keys.add(new ItemKey(Node.hi(memory, slot), Node.lo(memory, slot)));
      }
    }
    return keys;
  }

  public static int rootLevel(Region region) throws IOException {
    return SuperblockSlots.newest(region).rootLevel();
  }

  private static void collect(Region region, long pfn, int at, int level, List<Long> found) {
    if (at == level) {
      found.add(pfn);
      return;
    }
    long node = pfn * Node.BYTES;
    for (int i = 0; i < Node.count(region.segment(), node); i++) {
      collect(region, Node.child(region.segment(), node, i), at - 1, level, found);
    }
  }

  /** Changes a node, and makes its checksum good. */
  public static void node(Region region, long pfn, Vandalism change) {
    change.apply(region.segment().asSlice(pfn * Node.BYTES, Node.BYTES));
    sealNode(region, pfn);
  }

  /** Makes the checksum of what may be a node good. */
  public static void sealNode(Region region, long pfn) {
    MemorySegment copy = MemorySegment.ofArray(new byte[Node.BYTES]);
    copy.copyFrom(region.segment().asSlice(pfn * Node.BYTES, Node.BYTES));
    region
        .segment()
        .set(Node.INT, pfn * Node.BYTES + Node.CRC, new NodeChecksum().of(copy.asByteBuffer(), 0));
  }

  /** Changes a superblock slot, and makes its checksum good. */
  public static void superblock(Region region, int slot, Vandalism change) {
    MemorySegment s = region.segment().asSlice((long) slot * Node.BYTES, Superblock.BYTES);
    change.apply(s);
    sealSuperblock(region, slot);
  }

  /** Makes the checksum of what may be a superblock good. */
  public static void sealSuperblock(Region region, int slot) {
    MemorySegment s = region.segment().asSlice((long) slot * Node.BYTES, Superblock.BYTES);
    CRC32C crc = new CRC32C();
    byte[] bytes = s.toArray(ValueLayout.JAVA_BYTE);
    crc.update(bytes, Superblock.VERSION, Superblock.BYTES - Superblock.VERSION);
    s.set(Node.INT, Superblock.CRC, (int) crc.getValue());
  }

  /** The slot of the newest superblock. */
  public static int newestSlot(Region region) throws IOException {
    return SuperblockSlots.newest(region).slot();
  }
}

package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.journal.JournalScan;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can still be read of a tree, and a list of what can't be. Goes on where a mount
 * gives up, and stores nothing. All intact items are held in DRAM. No frame is read as a node
 * twice, so that no damage makes it endless.
 */
public final class TreeSurvey {
  /** In what way a node is bad. */
  public enum Fault {
    /** The media can't be read. */
    UNREADABLE,
    /** It holds other bytes than a commit wrote. */
    BYTES,
    /** It is intact, but not the node that should be here. */
    IDENTITY,
    /** Slots or values lie where they can't be. */
    LAYOUT,
    /** Keys are out of order. */
    KEYS,
    /** The tree has led to the frame before. */
    TWICE
  }

  /**
   * A node that can't be used, and the keys that are lost with it.
   *
   * @param fault what is wrong with it
   * @param pfn the frame that it lies in
   * @param level how far above the leaves, 0 for a leaf
   * @param from the lowest key that is lost with it
   * @param to the lowest key after it that is not lost, or null if all to the end are
   * @param what the rest of a sentence that begins with the node
   */
  public record BadNode(
      Fault fault, long pfn, int level, ItemKey from, @Nullable ItemKey to, String what) {}

  /**
   * A superblock slot that is not as it should be.
   *
   * @param slot its number, which is the frame that it lies in
   * @param what the rest of a sentence that begins with the superblock
   * @param older whether it is known to be of an earlier commit than the other slot
   */
  public record BadSlot(int slot, String what, boolean older) {}

  /** What was read of one tree. */
  private static final class Scan {
    final Superblock superblock;
    final NavigableMap<ItemKey, byte[]> items = new TreeMap<>();
    final Set<Long> nodes = new HashSet<>();
    final List<BadNode> bad = new ArrayList<>();

    Scan(Superblock superblock) {
      this.superblock = superblock;
    }
  }

  private final Region region;
  private final List<BadSlot> badSlots = new ArrayList<>();
  private final Scan newest;
  private final Scan base;

  private TreeSurvey(Region region) throws IOException {
    this.region = region;
    Superblock[] slots = new Superblock[Superblock.SLOTS];
    Superblock first = SuperblockSlots.newest(region);
    for (int slot = 0; slot < Superblock.SLOTS; slot++) {
      SuperblockSlots.State state = SuperblockSlots.examine(region, slot);
      Superblock found = state.superblock();
      boolean foreign =
          found != null
              && !(found.info().isSameFileSystem(first.info())
                  && found.blockCount() == first.blockCount());
      boolean unknown = found != null && !foreign && !isSupported(found);
      slots[slot] = foreign || unknown ? null : found;
      if (foreign) {
        badSlots.add(new BadSlot(slot, "belongs to another file system than the newer one", true));
      } else if (unknown) {
        // Nothing may be built on it, since what it says of the tree is not understood.
        badSlots.add(new BadSlot(slot, "uses features that this release does not know", true));
      } else if (state.flaw() != null) {
        badSlots.add(new BadSlot(slot, state.flaw(), false));
      }
    }
    newest = new Scan(first);
    scan(newest);
    base = newest.bad.isEmpty() ? newest : intact(slots[1 - first.slot()], newest);
  }

  private boolean isSupported(Superblock superblock) {
    try {
      SuperblockSlots.requireSupported(region, superblock);
      return true;
    } catch (UnsupportedFormatException e) {
      return false;
    }
  }

  /** The older tree if it is another one and intact, else the one that is given. */
  private Scan intact(@Nullable Superblock older, Scan damaged) {
    Superblock newer = damaged.superblock;
    if (older == null || older.root() == newer.root()) {
      return damaged;
    }
    Scan scan = new Scan(older);
    scan(scan);
    return scan.bad.isEmpty() ? scan : damaged;
  }

  /**
   * Reads a region.
   *
   * @throws NotFormattedException there never was a file system
   * @throws UnsupportedFormatException it is newer than this release, or made for a larger device
   * @throws CorruptMetadataException neither superblock is good
   */
  public static TreeSurvey of(Region region) throws IOException {
    return new TreeSurvey(region);
  }

  // ---------------------------------------------------------------- reading

  private void scan(Scan scan) {
    Superblock superblock = scan.superblock;
    new Reader(scan)
        .visit(superblock.root(), new NodeCheck.Expectation().root(superblock.rootLevel()));
  }

  private final class Reader {
    private final Scan scan;
    private final NodeCheck check;
    private final MemorySegment buffer;
    private final ByteBuffer bytes;
    private final NodeChecksum checksum = new NodeChecksum();

    Reader(Scan scan) {
      this.scan = scan;
      Superblock s = scan.superblock;
      check = new NodeCheck(region, (offset, length) -> {}, s.fileSystemId(), s.blockCount());
      buffer = Arena.ofAuto().allocate((long) (s.rootLevel() + 1) * Node.BYTES, Node.BYTES);
      bytes = buffer.asByteBuffer();
    }

    void visit(long pfn, NodeCheck.Expectation self) {
      long node = (long) self.level * Node.BYTES;
      if (scan.nodes.contains(pfn)) {
        bad(Fault.TWICE, pfn, self, "is in use twice");
        return;
      }
      try {
        NodeCheck.Flaw flaw =
            check.examine(pfn, self, scan.superblock.generation(), buffer, node, bytes, checksum);
        if (flaw != null) {
          bad(Fault.valueOf(flaw.kind().name()), pfn, self, flaw.what());
          return;
        }
      } catch (MediaErrorException e) {
        bad(Fault.UNREADABLE, pfn, self, "can't be read: " + e.getMessage());
        return;
      }
      scan.nodes.add(pfn);
      int slots = Node.count(buffer, node);
      for (int i = 0; i < slots; i++) {
        if (self.level == 0) {
          item(Node.slot(node, 0, i), node);
        } else {
          NodeCheck.Expectation child = new NodeCheck.Expectation().child(self, buffer, node, i);
          visit(Node.child(buffer, node, i), child);
        }
      }
    }

    private void item(long slot, long node) {
      byte[] value =
          buffer
              .asSlice(node + Node.valueAt(buffer, slot), Node.valueLength(buffer, slot))
              .toArray(ValueLayout.JAVA_BYTE);
      scan.items.put(new ItemKey(Node.hi(buffer, slot), Node.lo(buffer, slot)), value);
    }

    private void bad(Fault fault, long pfn, NodeCheck.Expectation self, String what) {
      ItemKey to = self.bounded ? new ItemKey(self.highHi, self.highLo) : null;
      scan.bad.add(
          new BadNode(fault, pfn, self.level, new ItemKey(self.lowHi, self.lowLo), to, what));
    }
  }

  // ---------------------------------------------------------------- what there is

  /** What was decided at the format. */
  public SuperblockInfo info() {
    return newest.superblock.info();
  }

  /** The incompatible features of the tree whose {@link #items} these are. */
  public long incompatible() {
    return base.superblock.info().incompatible();
  }

  /** How many frames the file system has. */
  public long frameCount() {
    return newest.superblock.blockCount();
  }

  /** Number of the newest commit. */
  public long generation() {
    return newest.superblock.generation();
  }

  /** The frame of the newest tree's root. */
  public long root() {
    return newest.superblock.root();
  }

  /** Slots without a good superblock, at most one. */
  public List<BadSlot> badSlots() {
    return badSlots;
  }

  /** What is bad in the newest tree. */
  public List<BadNode> badNodes() {
    return newest.bad;
  }

  /**
   * Number of the commit whose {@link #items} these are, which is the newest, or the one before if
   * the newest tree is damaged and that one is intact.
   */
  public long baseGeneration() {
    return base.superblock.generation();
  }

  /** Bad nodes of the tree whose {@link #items} these are, and so what is lost of them. */
  public List<BadNode> lostNodes() {
    return base.bad;
  }

  /** How many nodes the tree has by its superblock. */
  public long recordedNodes() {
    return base.superblock.nodeCount();
  }

  /** The frames of the intact nodes of the tree. */
  public Set<Long> nodes() {
    return base.nodes;
  }

  /** Every intact item. The caller may change the map. */
  public NavigableMap<ItemKey, byte[]> items() {
    return base.items;
  }

  /** Whether the place that superblocks give the journal is on the device. */
  public boolean isJournalPossible() {
    return info().journal().isPossible(Superblock.SLOTS, frameCount());
  }

  /** The changes that the journal tells of the tree whose {@link #items} these are. */
  public JournalScan journal(Persister persister) throws IOException {
    return base.superblock.journal(persister);
  }

  Superblock newestSuperblock() {
    return newest.superblock;
  }

  Superblock baseSuperblock() {
    return base.superblock;
  }

  @Override
  public String toString() {
    return "TreeSurvey[" + region.name() + "]";
  }
}

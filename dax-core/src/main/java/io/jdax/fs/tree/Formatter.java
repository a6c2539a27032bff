package io.jdax.fs.tree;

import io.jdax.persist.Persister;
import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Makes an empty tree. */
final class Formatter {
  /** Frames of the smallest device: superblocks, some nodes and their reserve, a little data. */
  static final long MIN_FRAMES = 64;

  private static final long FIRST_ROOT = Superblock.SLOTS;

  private Formatter() {}

  /**
   * Clears both slots first, so that a crash on the way leaves no old superblock that leads into
   * what is new. The newest is cleared last, so that what was there is there as it was last, or not
   * at all. Then it writes the root, and then the superblocks.
   */
  static void format(Persister persister, SuperblockInfo info) throws IOException {
    Region region = persister.region();
    if (persister.readOnly()) {
      throw new ReadOnlyRegionException(
          region.name(), "can't be formatted: the region is read-only");
    }
    Superblock first =
        new Superblock(
            info, SuperblockInfo.VERSION, region.sizeBytes() / Node.BYTES, 1, FIRST_ROOT, 0, 1, 0);
    SuperblockSlots.requireSupported(region, first);
    int newest = newestSlot(region);
    persister.fillPersist((1L - newest) * Node.BYTES, Node.BYTES, (byte) 0);
    persister.fillPersist((long) newest * Node.BYTES, Node.BYTES, (byte) 0);
    MemorySegment root = Arena.ofAuto().allocate(Node.BYTES, 64);
    Node.clear(root, 0, 0);
    Node.identify(root, 0, FIRST_ROOT, 1, first.fileSystemId());
    root.set(Node.INT, Node.CRC, new NodeChecksum().of(root.asByteBuffer(), 0));
    persister.copyPersist(FIRST_ROOT * Node.BYTES, root, 0, Node.BYTES);
    SuperblockSlots slots = new SuperblockSlots(persister);
    slots.write(first);
    slots.write(first.next());
  }

  private static int newestSlot(Region region) {
    try {
      return SuperblockSlots.newest(region).slot();
    } catch (IOException e) {
      return 0; // the order does not matter where nothing could be mounted
    }
  }
}

package io.jdax.fs;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.block.SectorPersister;
import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.tree.CowTree;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * What a file system lies on, whichever kind of device it is, and occupied by it.
 *
 * <pre>
 *   direct access    metadata and data where they lie
 *   none             metadata in a region of DRAM that takes room for nodes only ({@link SectorPersister}); data by
 *                    sectors, through the tier
 * </pre>
 */
final class Media implements AutoCloseable {
  /**
   * Devices' regions, and devices, with a mounted file system, or one that is being made: a second
   * one would know nothing of the first.
   */
  private static final Set<Object> BUSY =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private final Object key;
  private final boolean inPlace;
  private final int sectorBytes;
  final Region region;
  final Persister persister;
  final Blocks blocks;
  final List<BadRange> badRanges;

  private Media(PmemBlockDevice device) {
    this.key = device.region();
    this.inPlace = true;
    this.sectorBytes = 1;
    this.region = device.region();
    this.persister = device.persister();
    this.blocks = new MappedBlocks(persister);
    this.badRanges = device.badRanges();
  }

  private Media(BlockDevice device, Region dram) {
    this.key = device;
    this.inPlace = false;
    this.sectorBytes = device.sectorSize();
    this.region = dram;
    this.persister = new SectorPersister(dram, device);
    this.blocks = new SectorBlocks(device);
    this.badRanges = List.of();
  }

  /**
   * Occupies a device.
   *
   * @throws DeviceBusyException it is somebody's
   */
  static Media of(BlockDevice device) throws IOException {
    if (device instanceof PmemBlockDevice direct) {
      Media media = new Media(direct);
      occupy(media.key, direct.name());
      return media;
    }
    occupy(device, device.name());
    Region dram = null;
    boolean done = false;
    try {
      long bytes = device.sectorCount() * device.sectorSize() & -4096;
      dram = Region.anonymous(device.name().replace('/', '_'), Math.max(4096, bytes));
      Media media = new Media(device, dram);
      media.persister.fetch(0, Math.min(bytes, CowTree.SUPERBLOCK_BYTES));
      done = true;
      return media;
    } finally {
      if (!done) {
        leave(device);
        if (dram != null) {
          dram.close();
        }
      }
    }
  }

  /** Whether data is loaded and stored where it lies. */
  boolean inPlace() {
    return inPlace;
  }

  /**
   * Where blocks are written by sectors, a block has at least one: it would be torn from its
   * neighbours otherwise.
   */
  void requireSectorsIn(int blockBytes) throws UnsupportedFormatException {
    if (blockBytes < sectorBytes) {
      throw new UnsupportedFormatException(
          region.name(),
          "blocks of %d bytes on a device without direct access whose sectors have %d"
              .formatted(blockBytes, sectorBytes));
    }
  }

  static void occupy(Object key, String name) throws DeviceBusyException {
    if (!BUSY.add(key)) {
      throw new DeviceBusyException(name);
    }
  }

  static void leave(Object key) {
    BUSY.remove(key);
  }

  /** The device is free for others. */
  @Override
  public void close() throws IOException {
    leave(key);
    if (!inPlace) {
      region.close();
    }
  }
}

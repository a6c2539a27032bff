package io.jdax.fs.volume;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.block.SectorPersister;
import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.space.Occupant;
import io.jdax.fs.tree.CowTree;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.List;

/**
 * What a file system lies on, whichever kind of device it is, and occupied by it.
 *
 * <pre>
 *   direct access    metadata and data where they lie
 *   none             metadata in a region of DRAM that takes room for nodes only ({@link SectorPersister}); data by
 *                    sectors, through the tier
 * </pre>
 */
public final class Media implements AutoCloseable {
  private static final String MAKING = "a file system that is being made or mounted";

  private final Object key;
  private final boolean inPlace;
  private final int sectorBytes;
  public final Region region;
  public final Persister persister;
  public final Blocks blocks;
  public final List<BadRange> badRanges;

  private Media(PmemBlockDevice device) {
    this.key = device.region();
    this.inPlace = true;
    this.sectorBytes = 1;
    this.region = device.region();
    this.persister = device.persister();
    this.blocks = new MappedBlocks(persister);
    this.badRanges = device.badRanges();
  }

  private Media(BlockDevice device, Region dram, SectorPersister persister) {
    this.key = device;
    this.inPlace = false;
    this.sectorBytes = device.sectorSize();
    this.region = dram;
    this.persister = persister;
    this.blocks = new SectorBlocks(device, persister);
    this.badRanges = List.of();
  }

  /**
   * Occupies a device.
   *
   * @throws DeviceBusyException it is somebody's
   */
  public static Media of(BlockDevice device) throws IOException {
    if (device instanceof PmemBlockDevice direct) {
      Occupant.occupy(direct.region(), direct.name(), MAKING);
      boolean done = false;
      try {
        Media media = new Media(direct);
        done = true;
        return media;
      } finally {
        if (!done) {
          leave(direct.region());
        }
      }
    }
    Occupant.occupy(device, device.name(), MAKING);
    Region dram = null;
    boolean done = false;
    try {
      long bytes = device.sectorCount() * device.sectorSize() & -Pages.BYTES;
      dram = Region.anonymous(device.name().replace('/', '_'), Math.max(Pages.BYTES, bytes));
      SectorPersister persister = new SectorPersister(dram, device);
      persister.fetch(0, Math.min(bytes, CowTree.SUPERBLOCK_BYTES));
      Media media = new Media(device, dram, persister);
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
  public boolean inPlace() {
    return inPlace;
  }

  /**
   * Where blocks are written by sectors, a block has at least one: it would be torn from its
   * neighbours otherwise.
   */
  public void requireSectorsIn(int blockBytes) throws UnsupportedFormatException {
    if (blockBytes < sectorBytes) {
      throw new UnsupportedFormatException(
          region.name(),
          "blocks of %d bytes on a device without direct access whose sectors have %d"
              .formatted(blockBytes, sectorBytes));
    }
  }

  /** The device is free for others, and for being closed. */
  static void leave(Object key) {
    Occupant.leave(key);
  }

  /**
   * What the region says when somebody wants to close it: it is this file system that lies on it.
   */
  public void mounted(String label) {
    Occupant.becomes(
        key, label.isEmpty() ? "a mounted file system" : "the mounted file system '" + label + "'");
  }

  @Override
  public void close() throws IOException {
    leave(key);
    if (!inPlace) {
      region.close();
    }
  }
}

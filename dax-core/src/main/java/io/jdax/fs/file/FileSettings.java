package io.jdax.fs.file;

import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Invalidation;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** What is kept with one file of how it is to be stored; durable on return. */
public final class FileSettings {
  private final Inode inode;
  private final Volume volume;

  public FileSettings(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
  }

  /**
   * How much to allocate at a time.
   *
   * @throws IllegalArgumentException no whole blocks, or more than {@link Limits#HINT_BYTES}
   */
  public void setHint(long bytes) throws IOException {
    Units units = volume.units;
    if (bytes < 0 || units.inBlock(bytes) != 0 || bytes > Limits.HINT_BYTES) {
      throw new IllegalArgumentException(
          "extent size hint %d: must be a multiple of %d, at most %d"
              .formatted(bytes, units.blockBytes, Limits.HINT_BYTES));
    }
    record(() -> inode.setHintBlocks((int) units.blockOf(bytes)));
  }

  /** Lets the file go through DRAM, or not; durable on return. */
  public void setTier(TierMode mode) throws IOException {
    AddressSpace addressSpace = inode.addressSpace;
    volume.ensureWritable();
    volume.frames.quarantine().turnOver(); // mappings that were closed are quiet then
    addressSpace.sweep();
    addressSpace.lockForInvalidation(0, Long.MAX_VALUE, 0);
    try {
      volume.ensureWritable();
      if (addressSpace.hasMappings()) {
        throw new FileSystemException(
            addressSpace.name(),
            null,
            volume.region.name() + ": is mapped: close its mappings first");
      }
      addressSpace.flushDirty(0, Long.MAX_VALUE);
      Invalidation invalidation = addressSpace.invalidation(0, Long.MAX_VALUE);
      record(() -> inode.setTierMode(mode));
      invalidation.run();
      inode.applyTier();
    } finally {
      addressSpace.invalidateLock().unlockExclusive();
    }
  }

  private void record(Runnable edit) throws IOException {
    try (InodeUpdate update = new InodeUpdate(inode, volume::changeFromReserve)) {
      edit.run();
      update.done(CoarseClock.now());
    }
    inode.commitFolded();
  }
}

package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads and writes the two superblock slots, by way of a buffer in DRAM. */
final class SuperblockSlots {
  private final Persister persister;
  private final MemorySegment buffer = Arena.ofAuto().allocate(Superblock.BYTES, 64);
  private final ByteBuffer bytes = buffer.asByteBuffer();

  SuperblockSlots(Persister persister) {
    this.persister = persister;
  }

  /** Writes a superblock to its slot; durable on return. */
  void write(Superblock superblock) throws IOException {
    encode(superblock);
    writeEncoded(superblock.slot());
  }

  /** Prepares the bytes of a superblock, which is all that needs memory. */
  void encode(Superblock superblock) {
    superblock.encode(buffer, bytes);
  }

  /** Writes what was encoded last to its slot; durable on return. */
  void writeEncoded(int slot) throws IOException {
    persister.copyPersist((long) slot * Node.BYTES, buffer, 0, Superblock.BYTES);
  }

  /** Makes durable what the slots hold, whoever has stored it. */
  void settle() throws IOException {
    for (int slot = 0; slot < Superblock.SLOTS; slot++) {
      persister.flush((long) slot * Node.BYTES, Superblock.BYTES);
    }
    persister.drain();
  }

  /**
   * The valid superblock with the highest generation.
   *
   * @throws NotFormattedException neither slot has a superblock's magic
   * @throws UnsupportedFormatException a valid one is beyond this release, or does not fit the
   *     region
   * @throws CorruptMetadataException none is valid
   */
  static Superblock newest(Region region) throws IOException {
    if (region.sizeBytes() < (long) Superblock.SLOTS * Node.BYTES) {
      throw new NotFormattedException(region.name()); // no room for both slots
    }
    Superblock newest = null;
    String[] why = new String[Superblock.SLOTS];
    boolean formatted = false;
    for (int slot = 0; slot < Superblock.SLOTS; slot++) {
      State state = examine(region, slot);
      formatted |= state.formatted();
      why[slot] = state.flaw();
      Superblock found = state.superblock();
      if (found != null && (newest == null || found.generation() > newest.generation())) {
        newest = found;
      }
    }
    if (newest != null) {
      requireSupported(region, newest);
      return newest;
    }
    if (!formatted) {
      throw new NotFormattedException(region.name());
    }
    throw new CorruptMetadataException(
        region.name(), "superblock", 0, why[0] + "; the one in frame 1 " + why[1]);
  }

  /**
   * Whether the slot beside this one has no good superblock: its commit was cut short, or has gone
   * bad since, so that this one is what there is to fall back on.
   */
  static boolean isAlone(Region region, Superblock superblock) throws UnsupportedFormatException {
    return examine(region, Superblock.SLOTS - 1 - superblock.slot()).superblock() == null;
  }

  /**
   * What one slot holds.
   *
   * @param formatted whether the slot may ever have held a superblock
   * @param superblock the superblock, or null if there is no good one
   * @param flaw what is wrong then, after the words "superblock in frame N"
   */
  record State(boolean formatted, @Nullable Superblock superblock, @Nullable String flaw) {}

  /**
   * Looks at one slot.
   *
   * @throws UnsupportedFormatException a good superblock is of a newer version
   */
  static State examine(Region region, int slot) throws UnsupportedFormatException {
    MemorySegment copy = Arena.ofAuto().allocate(Superblock.BYTES, 64);
    try {
      FrameCopy.copy(region, slot, copy, 0, Superblock.BYTES);
    } catch (MediaErrorException e) {
      return new State(true, null, "can't be read: " + e.getMessage());
    }
    if (!Superblock.hasMagic(copy)) {
      return new State(false, null, "has no magic number");
    }
    if (!Superblock.hasGoodChecksum(copy, copy.asByteBuffer())) {
      return new State(true, null, "has a bad checksum");
    }
    // Before any other field, since a newer version may use it for something else.
    if (Integer.compareUnsigned(Superblock.version(copy), SuperblockInfo.VERSION) > 0) {
      throw new UnsupportedFormatException(
          region.name(),
          "the file system has format version "
              + Integer.toUnsignedString(Superblock.version(copy))
              + ", and this release reads versions up to "
              + SuperblockInfo.VERSION);
    }
    String flaw = Superblock.flaw(copy, slot);
    return new State(true, flaw == null ? Superblock.decode(copy) : null, flaw);
  }

  /** Refuses what this release can't read or write. */
  static void requireSupported(Region region, Superblock superblock)
      throws UnsupportedFormatException {
    SuperblockInfo info = superblock.info();
    long unknown = info.incompatible() & ~SuperblockInfo.KNOWN_INCOMPATIBLE;
    if (unknown != 0) {
      throw new UnsupportedFormatException(
          region.name(),
          "the file system uses incompatible features that this release does not know: 0x"
              + Long.toHexString(unknown));
    }
    if (!info.hasSoundBlockSize()) {
      throw new UnsupportedFormatException(
          region.name(),
          "block size %d with the incompatible features 0x%x is not known to this release"
              .formatted(info.blockSize(), info.incompatible()));
    }
    long frames = region.sizeBytes() / Node.BYTES;
    if (superblock.blockCount() > frames || superblock.blockCount() < Formatter.MIN_FRAMES) {
      throw new UnsupportedFormatException(
          region.name(),
          "the file system has %d frames of 4096 bytes, the region has %d, and at least %d are needed"
              .formatted(superblock.blockCount(), frames, Formatter.MIN_FRAMES));
    }
  }
}

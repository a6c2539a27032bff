package io.jdax.fs.tree;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What is decided when a device is formatted, and kept in its superblocks.
 *
 * @param uuid of this file system
 * @param label for people: at most {@value #MAX_LABEL_BYTES} bytes of UTF-8
 * @param blockSize bytes per block of file data; 4096 in this version
 * @param createdMillis since the epoch
 * @param compatible features that a release may ignore if it doesn't know them
 * @param incompatible features that a release must know, or refuse the device
 */
public record SuperblockInfo(
    UUID uuid,
    String label,
    int blockSize,
    long createdMillis,
    long compatible,
    long incompatible) {
  /** The version that {@link CowTree#format} writes, and the newest that this release reads. */
  public static final int VERSION = 1;

  public static final int MAX_LABEL_BYTES = 64;
  public static final int BLOCK_SIZE = 4096;

  /** The incompatible features that this release knows; there are none yet. */
  public static final long KNOWN_INCOMPATIBLE = 0;

  public SuperblockInfo {
    int labelBytes = label.getBytes(StandardCharsets.UTF_8).length;
    if (labelBytes > MAX_LABEL_BYTES || label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "label of "
              + labelBytes
              + " bytes: at most "
              + MAX_LABEL_BYTES
              + " bytes of UTF-8, none of them 0");
    }
  }

  /** A new file system: random uuid, blocks of 4096 bytes, no features. */
  public static SuperblockInfo create(String label) {
    return new SuperblockInfo(
        UUID.randomUUID(), label, BLOCK_SIZE, System.currentTimeMillis(), 0, 0);
  }
}

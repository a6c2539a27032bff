package io.jdax.fs.tree;

import io.jdax.fs.journal.JournalPlace;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What is decided when a device is formatted, and kept in its superblocks. Features may come later,
 * when something is first used that needs them.
 *
 * @param uuid identity of this file system
 * @param label what people call it, at most {@value #MAX_LABEL_BYTES} bytes of UTF-8
 * @param blockSize bytes per block of file data: a power of two from {@value #MIN_BLOCK_SIZE} to
 *     {@value #BLOCK_SIZE}; nodes have 4096 always
 * @param createdMillis when it was formatted, in milliseconds since 1970
 * @param compatible features that a release may ignore if it doesn't know them
 * @param incompatible features that a release must know, or refuse the device
 * @param log where the log of notes is; with the feature {@link #LOG}
 * @param journal where the journal of changes is; with the feature {@link #JOURNAL}
 */
public record SuperblockInfo(
    UUID uuid,
    String label,
    int blockSize,
    long createdMillis,
    long compatible,
    long incompatible,
    LogPlace log,
    JournalPlace journal) {
  /** The version that {@link CowTree#format} writes, and the newest that this release reads. */
  public static final int VERSION = 1;

  /** Bytes of the longest label, in UTF-8. */
  public static final int MAX_LABEL_BYTES = 64;

  /**
   * Bytes of a block unless another size is asked for, and of the largest block, which is a page.
   */
  public static final int BLOCK_SIZE = 4096;

  /** Bytes of the smallest block. */
  public static final int MIN_BLOCK_SIZE = 512;

  /**
   * An incompatible feature: blocks are smaller than {@link #BLOCK_SIZE}, so that places count such
   * blocks and not frames.
   */
  public static final long SMALL_BLOCKS = 1;

  /**
   * An incompatible feature: there are quotas. A release that does not know them would take their
   * items for damage, and lose the project of every inode that it changes.
   */
  public static final long QUOTAS = 1L << 1;

  /**
   * An incompatible feature: there is a log of notes. A release that does not know it would give
   * its frames to files, and show these without what only the log tells.
   */
  public static final long LOG = 1L << 2;

  /**
   * An incompatible feature: there is a journal of changes. A release that does not know it would
   * mount the tree without the changes that only the journal tells.
   */
  public static final long JOURNAL = 1L << 3;

  /** The incompatible features that this release knows. */
  public static final long KNOWN_INCOMPATIBLE = SMALL_BLOCKS | QUOTAS | LOG | JOURNAL;

  public SuperblockInfo {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(label)) {
      throw new IllegalArgumentException(
          "the label can't be written in UTF-8: it has half of a surrogate pair");
    }
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

  /** Without a log and a journal. */
  public SuperblockInfo(
      UUID uuid,
      String label,
      int blockSize,
      long createdMillis,
      long compatible,
      long incompatible) {
    this(
        uuid,
        label,
        blockSize,
        createdMillis,
        compatible,
        incompatible,
        LogPlace.NONE,
        JournalPlace.NONE);
  }

  /**
   * What every structure of this file system carries, so that one that an earlier format has left
   * is not taken for one of them.
   */
  public long fileSystemId() {
    return uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits();
  }

  /**
   * Whether the other is of the same file system, which is so if all but the features is the same.
   */
  boolean isSameFileSystem(SuperblockInfo other) {
    return uuid.equals(other.uuid)
        && label.equals(other.label)
        && blockSize == other.blockSize
        && createdMillis == other.createdMillis;
  }

  /** The same with an incompatible feature, or without it. */
  SuperblockInfo withIncompatible(long feature, boolean on) {
    return with(on ? incompatible | feature : incompatible & ~feature, log, journal);
  }

  /** The same with a log, and the feature that it needs. */
  public SuperblockInfo withLog(LogPlace newLog) {
    return with(newLog.exists() ? incompatible | LOG : incompatible & ~LOG, newLog, journal);
  }

  /** The same with a journal, and the feature that it needs. */
  public SuperblockInfo withJournal(JournalPlace newJournal) {
    return with(
        newJournal.exists() ? incompatible | JOURNAL : incompatible & ~JOURNAL, log, newJournal);
  }

  private SuperblockInfo with(long newIncompatible, LogPlace newLog, JournalPlace newJournal) {
    return new SuperblockInfo(
        uuid, label, blockSize, createdMillis, compatible, newIncompatible, newLog, newJournal);
  }

  /** A new file system with a random uuid, blocks of 4096 bytes and no features. */
  public static SuperblockInfo create(String label) {
    return create(label, BLOCK_SIZE);
  }

  /**
   * As {@link #create(String)}, with blocks of another size and the feature that smaller blocks
   * need.
   */
  public static SuperblockInfo create(String label, int blockSize) {
    if (!isBlockSize(blockSize)) {
      throw new IllegalArgumentException(
          "block size " + blockSize + ": must be 512, 1024, 2048 or 4096");
    }
    return new SuperblockInfo(
        UUID.randomUUID(),
        label,
        blockSize,
        System.currentTimeMillis(),
        0,
        blockSize < BLOCK_SIZE ? SMALL_BLOCKS : 0);
  }

  private static boolean isBlockSize(int bytes) {
    return bytes >= MIN_BLOCK_SIZE && bytes <= BLOCK_SIZE && Integer.bitCount(bytes) == 1;
  }

  /** {@link #blockSize} as a power of two. */
  public int blockShift() {
    return Integer.numberOfTrailingZeros(blockSize);
  }

  /** Whether the block size is possible, and the features agree with it. */
  boolean hasSoundBlockSize() {
    return isBlockSize(blockSize)
        && (blockSize < BLOCK_SIZE) == ((incompatible & SMALL_BLOCKS) != 0);
  }
}

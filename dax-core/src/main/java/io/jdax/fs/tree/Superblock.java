package io.jdax.fs.tree;

import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.journal.JournalScan;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where the tree is: the first 512 bytes of block 0 (slot A) and of block 1 (slot B). The valid one
 * with the higher generation counts; the next commit overwrites the other. All numbers are
 * little-endian.
 *
 * <pre>
 *        0               8       12      16              24
 *       +---------------+-------+-------+---------------+---------------+
 *     0 | magic         | crc   |version| compatible    | incompatible  |  crc: CRC32C of bytes [12, 512)
 *       +---------------+-------+-------+-------+-------+---------------+
 *    32 | uuid, most significant first  | block | slot  | block count   |  block: bytes per block of data, 4096
 *       +---------------+---------------+-------+-------+---------------+         or less and incompatible bit 0
 *    64 | generation    | root pfn      | level | label | node count    |  block count: of 4096 bytes each, always
 *       +---------------+---------------+-------+-------+---------------+  level: of the root   label: bytes
 *    96 | created, ms   | label, UTF-8, 64 bytes …                         slot: 0 = A, 1 = B
 *       +---------------+----
 *       +---------------+---------------+---------------+---------------+
 *   168 | log: frame    | frames, zeros | life          | nonce         |  zeros without incompatible bit 2
 *       +---------------+---------------+---------------+---------------+
 *   200 | journal: frame| half, zeros   | nonce         | number        |  zeros without incompatible bit 3
 *       +---------------+---------------+---------------+---------------+  half: frames of one
 *   232 zeros                                                              number: of the last change that the tree has
 *   512
 * </pre>
 *
 * <p>Magic, checksum and version stay where they are in every version to come, and the checksum
 * covers the same bytes. A release that meets a higher version, whatever the other fields are, or a
 * bit in the incompatible word that it doesn't know, refuses the device.
 */
record Superblock(
    SuperblockInfo info,
    int version,
    long blockCount,
    long generation,
    long root,
    int rootLevel,
    long nodeCount,
    long lastChange) {
  static final int BYTES = 512;
  static final int SLOTS = 2;
  static final long MAGIC_VALUE = 0x0A53462D5841444AL; // "JDAX-FS\n"

  static final int MAGIC = 0;
  static final int CRC = 8;
  static final int VERSION = 12;
  static final int COMPATIBLE = 16;
  static final int INCOMPATIBLE = 24;
  static final int UUID_MOST = 32;
  static final int UUID_LEAST = 40;
  static final int BLOCK_SIZE = 48;
  static final int SLOT = 52;
  static final int BLOCK_COUNT = 56;
  static final int GENERATION = 64;
  static final int ROOT = 72;
  static final int ROOT_LEVEL = 80;
  static final int LABEL_LENGTH = 84;
  static final int NODE_COUNT = 88;
  static final int CREATED = 96;
  static final int LABEL = 104;
  static final int LOG_FRAME = 168;
  static final int LOG_FRAMES = 176;
  static final int LOG_LIFE = 184;
  static final int LOG_NONCE = 192;
  static final int JOURNAL_FRAME = 200;
  static final int JOURNAL_HALF = 208;
  static final int JOURNAL_NONCE = 216;
  static final int LAST_CHANGE = 224;

  static {
    if (LABEL + SuperblockInfo.MAX_LABEL_BYTES != LOG_FRAME || LABEL_LENGTH + 4 != NODE_COUNT) {
      throw new AssertionError("superblock layout");
    }
  }

  /** See {@link SuperblockInfo#fileSystemId}. */
  long fileSystemId() {
    return info.fileSystemId();
  }

  /** The changes that the journal tells and this tree lacks. */
  JournalScan journal(Persister persister) throws IOException {
    return JournalScan.of(
        persister,
        info.journal(),
        info.journal().isPossible(SLOTS, blockCount),
        fileSystemId(),
        generation,
        lastChange);
  }

  /** The slot that it belongs in, by its generation. */
  int slot() {
    return (int) (generation & 1);
  }

  /** The superblock for the next commit, with features as they are now. */
  Superblock next(
      SuperblockInfo features,
      long newRoot,
      int newRootLevel,
      long newNodeCount,
      long newLastChange) {
    return new Superblock(
        features,
        version,
        blockCount,
        generation + 1,
        newRoot,
        newRootLevel,
        newNodeCount,
        newLastChange);
  }

  /** The superblock for the next commit, of the same tree. */
  Superblock next() {
    return next(info, root, rootLevel, nodeCount, lastChange);
  }

  /** Fills {@code s}, including the checksum. */
  void encode(MemorySegment s, ByteBuffer sameBytes) {
    s.fill((byte) 0);
    byte[] label = info.label().getBytes(StandardCharsets.UTF_8);
    s.set(Node.LONG, MAGIC, MAGIC_VALUE);
    s.set(Node.INT, VERSION, version);
    s.set(Node.LONG, COMPATIBLE, info.compatible());
    s.set(Node.LONG, INCOMPATIBLE, info.incompatible());
    s.set(Node.LONG, UUID_MOST, Long.reverseBytes(info.uuid().getMostSignificantBits()));
    s.set(Node.LONG, UUID_LEAST, Long.reverseBytes(info.uuid().getLeastSignificantBits()));
    s.set(Node.INT, BLOCK_SIZE, info.blockSize());
    s.set(Node.INT, SLOT, slot());
    s.set(Node.LONG, BLOCK_COUNT, blockCount);
    s.set(Node.LONG, GENERATION, generation);
    s.set(Node.LONG, ROOT, root);
    s.set(Node.INT, ROOT_LEVEL, rootLevel);
    s.set(Node.INT, LABEL_LENGTH, label.length);
    s.set(Node.LONG, NODE_COUNT, nodeCount);
    s.set(Node.LONG, CREATED, info.createdMillis());
    MemorySegment.copy(MemorySegment.ofArray(label), 0, s, LABEL, label.length);
    s.set(Node.LONG, LOG_FRAME, info.log().firstFrame());
    s.set(Node.INT, LOG_FRAMES, info.log().frames());
    s.set(Node.LONG, LOG_LIFE, info.log().life());
    s.set(Node.LONG, LOG_NONCE, info.log().nonce());
    s.set(Node.LONG, JOURNAL_FRAME, info.journal().firstFrame());
    s.set(Node.INT, JOURNAL_HALF, info.journal().halfFrames());
    s.set(Node.LONG, JOURNAL_NONCE, info.journal().nonce());
    s.set(Node.LONG, LAST_CHANGE, lastChange);
    s.set(Node.INT, CRC, checksum(sameBytes));
  }

  static boolean hasMagic(MemorySegment s) {
    return s.get(Node.LONG, MAGIC) == MAGIC_VALUE;
  }

  static boolean hasGoodChecksum(MemorySegment s, ByteBuffer sameBytes) {
    return s.get(Node.INT, CRC) == checksum(sameBytes);
  }

  static int version(MemorySegment s) {
    return s.get(Node.INT, VERSION);
  }

  /**
   * What no commit can have written, though the checksum is good, or null if there is no such flaw.
   * Magic, checksum and version have been checked before.
   */
  static @Nullable String flaw(MemorySegment s, int slot) {
    int self = s.get(Node.INT, SLOT);
    if (self != slot) {
      return "says that it belongs in slot " + self;
    }
    long generation = s.get(Node.LONG, GENERATION);
    if (generation < 1 || (generation & 1) != slot) {
      return "is of commit " + generation + ", which does not belong in this slot";
    }
    long root = s.get(Node.LONG, ROOT);
    long frames = s.get(Node.LONG, BLOCK_COUNT);
    if (root < SLOTS || root >= frames) {
      return "leads to frame " + root + " of " + frames;
    }
    int level = s.get(Node.INT, ROOT_LEVEL);
    if (level < 0 || level > Node.MAX_LEVEL) {
      return "has a root of level " + level;
    }
    int labelBytes = s.get(Node.INT, LABEL_LENGTH);
    if (labelBytes < 0 || labelBytes > SuperblockInfo.MAX_LABEL_BYTES) {
      return "has a label of " + labelBytes + " bytes";
    }
    byte[] label = new byte[labelBytes];
    MemorySegment.copy(s, LABEL, MemorySegment.ofArray(label), 0, labelBytes);
    String text = new String(label, StandardCharsets.UTF_8);
    return text.indexOf('\0') >= 0 || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), label)
        ? "has a label that is not UTF-8"
        : null;
  }

  private static LogPlace log(MemorySegment s) {
    return (s.get(Node.LONG, INCOMPATIBLE) & SuperblockInfo.LOG) == 0
        ? LogPlace.NONE
        : new LogPlace(
            s.get(Node.LONG, LOG_FRAME),
            s.get(Node.INT, LOG_FRAMES),
            s.get(Node.LONG, LOG_LIFE),
            s.get(Node.LONG, LOG_NONCE));
  }

  private static JournalPlace journal(MemorySegment s) {
    return (s.get(Node.LONG, INCOMPATIBLE) & SuperblockInfo.JOURNAL) == 0
        ? JournalPlace.NONE
        : new JournalPlace(
            s.get(Node.LONG, JOURNAL_FRAME),
            s.get(Node.INT, JOURNAL_HALF),
            s.get(Node.LONG, JOURNAL_NONCE));
  }

  /** Reads what {@link #encode} wrote and {@link #flaw} has found to be good. */
  static Superblock decode(MemorySegment s) {
    byte[] label = new byte[s.get(Node.INT, LABEL_LENGTH)];
    MemorySegment.copy(s, LABEL, MemorySegment.ofArray(label), 0, label.length);
    SuperblockInfo info =
        new SuperblockInfo(
            new UUID(
                Long.reverseBytes(s.get(Node.LONG, UUID_MOST)),
                Long.reverseBytes(s.get(Node.LONG, UUID_LEAST))),
            new String(label, StandardCharsets.UTF_8),
            s.get(Node.INT, BLOCK_SIZE),
            s.get(Node.LONG, CREATED),
            s.get(Node.LONG, COMPATIBLE),
            s.get(Node.LONG, INCOMPATIBLE),
            log(s),
            journal(s));
    return new Superblock(
        info,
        version(s),
        s.get(Node.LONG, BLOCK_COUNT),
        s.get(Node.LONG, GENERATION),
        s.get(Node.LONG, ROOT),
        s.get(Node.INT, ROOT_LEVEL),
        s.get(Node.LONG, NODE_COUNT),
        s.get(Node.LONG, LAST_CHANGE));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.limit(BYTES).position(VERSION));
    return (int) crc.getValue();
  }
}

package io.jdax.fs.log;

import io.jdax.fs.journal.WordCheck;
import io.jdax.fs.tree.LogPlace;
import io.jdax.os.Pages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Frames of the log. Each belongs to one file from the moment it is taken, and holds a line that
 * says so, and 63 records in the order in which they were made. All numbers are little-endian.
 *
 * <pre>
 *           0               8               16              24
 *          +---------------+---------------+---------------+---------------+
 *   line 0 | check         | magic         | life          | nonce         |  check: of the 7 words after it
 *          +---------------+---------------+---------------+---------------+  life, nonce: of the mount for writing
 *          | inode         | first number  | frame         | zeros         |  first number: of the record in line 1
 *          +---------------+---------------+---------------+---------------+  frame: of the device
 *   line n | check         | number        | what  | zeros | first block   |  number: first number + n − 1
 *          +---------------+---------------+-------+-------+---------------+  what: 1 extent, 2 size, 4 time, or several
 *          | blocks        | place         | size, bytes   | modified, ns  |  first block, blocks, place: as of an extent
 *          +---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>A check has 64 bits, and begins with a seed: line 0 with the file system's id, a record with
 * the check of line 0. So a record that was left by an earlier life, by another file, or in another
 * frame is none, and neither is a line of zeros nor one of which some words have not arrived. A
 * part that {@code what} does not name is zeros.
 */
final class LogFormat {
  static final int LINE_BYTES = 64;

  /** Records of a frame. */
  static final int RECORDS = Pages.BYTES / LINE_BYTES - 1;

  static final long MAGIC_VALUE = 0x0A474F4C5841444AL; // "JDAXLOG\n"

  // both
  static final int CHECK = 0;

  // line 0
  static final int MAGIC = 8;
  static final int LIFE = 16;
  static final int NONCE = 24;
  static final int INODE = 32;
  static final int FIRST_NUMBER = 40;
  static final int FRAME = 48;
  static final int HEADER_END = 56;

  // records
  static final int NUMBER = 8;
  static final int WHAT = 16;
  static final int FIRST_BLOCK = 24;
  static final int BLOCKS = 32;
  static final int PLACE = 40;
  static final int SIZE = 48;
  static final int MODIFIED = 56;

  /** Bits of {@link #WHAT}. */
  static final long EXTENT = 1;

  static final long SIZE_TOLD = 2;
  static final long TIME_TOLD = 4;
  static final long KNOWN = EXTENT | SIZE_TOLD | TIME_TOLD;

  static {
    if (MODIFIED + Long.BYTES != LINE_BYTES || HEADER_END + Long.BYTES != LINE_BYTES) {
      throw new AssertionError("log layout");
    }
  }

  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LogFormat() {}

  /** The check of a line 0. */
  static long headerCheck(
      long fileSystemId, LogPlace place, long inode, long firstNumber, long frame) {
    return check(
        fileSystemId ^ MAGIC_VALUE,
        MAGIC_VALUE,
        place.life(),
        place.nonce(),
        inode,
        firstNumber,
        frame,
        0);
  }

  /** The check of a line by its words 1 to 7. */
  static long check(long seed, long w1, long w2, long w3, long w4, long w5, long w6, long w7) {
    return WordCheck.ofSum(
        seed,
        WordCheck.term(seed, 1, w1)
            + WordCheck.term(seed, 2, w2)
            + WordCheck.term(seed, 3, w3)
            + WordCheck.term(seed, 4, w4)
            + WordCheck.term(seed, 5, w5)
            + WordCheck.term(seed, 6, w6)
            + WordCheck.term(seed, 7, w7));
  }

  /** The check that a line should have, by its words as they are. */
  static long checkOf(long seed, MemorySegment s, long line) {
    return check(
        seed,
        s.get(LONG, line + 8),
        s.get(LONG, line + 16),
        s.get(LONG, line + 24),
        s.get(LONG, line + 32),
        s.get(LONG, line + 40),
        s.get(LONG, line + 48),
        s.get(LONG, line + 56));
  }
}

package io.jdax.fs.journal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Records of the journal. Each is a change, begins with a line of its own, and lies right after the
 * one before it. All numbers are little-endian.
 *
 * <pre>
 *            0               8               16              24
 *           +---------------+---------------+---------------+---------------+
 *   record  | check         | number        | commit        | words         |  commit: the one that it follows
 *           +---------------+---------------+---------------+---------------+  words: of all edits, which come next
 *   edit    | 1   | length  | key, high     | key, low      | value …       |  put; zeros after the value, up to a word
 *           +-----+---------+---------------+---------------+---------------+
 *   or      | 2   | zeros   | key, high     | key, low      |                  delete
 *           +-----+---------+---------------+---------------+---------------+
 *   or      | 3   | zeros   | from, high    | from, low     | to, high      |  delete a range, its end exclusive
 *           +-----+---------+---------------+---------------+---------------+
 *           | to, low       |
 *           +---------------+  then anything, up to the next line
 * </pre>
 *
 * <p>A check covers all words after it. The first of a half begins with a seed from the file
 * system's id, the nonce of the mount and the commit, every other one with the check before it. So
 * a record that was left by an earlier mount or commit is none, nor is one of which some words have
 * not arrived, nor what was told after that.
 */
final class JournalFormat {
  static final int LINE_BYTES = 64;

  static final int CHECK = 0;
  static final int NUMBER = 8;
  static final int COMMIT = 16;
  static final int WORDS = 24;
  static final int HEADER_BYTES = 32;

  static final int PUT = 1;
  static final int DELETE = 2;
  static final int DELETE_RANGE = 3;

  /** Bytes of an edit before its value. */
  static final int PUT_BYTES = 24;

  static final int DELETE_BYTES = 24;
  static final int DELETE_RANGE_BYTES = 40;

  private static final int LENGTH_SHIFT = 32;

  static {
    if (WORDS + Long.BYTES != HEADER_BYTES || HEADER_BYTES > LINE_BYTES) {
      throw new AssertionError("journal layout");
    }
  }

  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private JournalFormat() {}

  /** The first word of an edit. */
  static long what(int kind, int length) {
    return (long) length << LENGTH_SHIFT | kind;
  }

  /** Of an edit's first word, or nonsense if that is. */
  static int kind(long what) {
    return (int) what;
  }

  /** Bytes of the value, of an edit's first word. */
  static long length(long what) {
    return what >>> LENGTH_SHIFT;
  }

  /** Bytes that a value takes. */
  static long padded(long length) {
    return length + Long.BYTES - 1 & -Long.BYTES;
  }

  /** Where the record after one that ends here begins. */
  static long nextLine(long at) {
    return at + LINE_BYTES - 1 & -LINE_BYTES;
  }

  /** What the check of a half's first record begins with. */
  static long seed(long fileSystemId, JournalPlace place, long commit) {
    return WordCheck.ofSum(
        fileSystemId,
        WordCheck.term(fileSystemId, 1, place.nonce())
            + WordCheck.term(fileSystemId, 2, commit)
            + WordCheck.term(fileSystemId, 3, place.firstFrame()));
  }

  /** What words that lie together add to the sum of a record. */
  static long sum(long seed, MemorySegment s, long record, long from, long to) {
    long sum = 0;
    for (long at = from; at < to; at += Long.BYTES) {
      sum += WordCheck.term(seed, at - record, s.get(LONG, at));
    }
    return sum;
  }
}

package io.jdax.fs.format;

import io.jdax.fs.tree.Item;
import java.util.Arrays;

/**
 * An extended attribute in the tree, as a head and the pieces of the value after it. Numbers are
 * little-endian.
 *
 * <pre>
 *   lo    63       0
 *         62 … 20  bucket: bits 63 … 21 of the hash of the name
 *         19 … 17  slot: the number among names with this hash
 *         16 … 0   0 is the head; 1 … 64 have up to 1 KiB of the value each
 *
 *   head   0       4
 *         +-------+----------------------+
 *       0 | bytes | name, UTF-8          |   bytes: of the value
 *         +-------+----------------------+
 * </pre>
 */
public final class AttributeRecord {
  /** Bytes of the value in one item; only the last item has fewer. */
  public static final int PIECE_BYTES = 1024;

  /** How many attributes may have one hash. */
  public static final int SLOTS = 8;

  /** Distance of keys from the head of one attribute to where that of the next one may be. */
  public static final long SLOT = 1L << 17;

  /** Distance of keys from the beginning of a bucket to that of the next one. */
  public static final long BUCKET = SLOTS * SLOT;

  /** Offset of the name in the head. */
  public static final int NAME = 4;

  private static final int LENGTH = 0;

  static {
    if (NAME != LENGTH + Integer.BYTES || SLOT <= Limits.VALUE_BYTES / PIECE_BYTES) {
      throw new AssertionError("attribute layout");
    }
  }

  private AttributeRecord() {}

  /** The first key of the bucket that a name lies in. */
  public static long bucket(NameHash hash, byte[] name) {
    return hash.of(name) >>> 1 & -BUCKET;
  }

  /** The first key of the bucket that a key is in. */
  public static long bucketOf(long lo) {
    return lo & -BUCKET;
  }

  /** The key of the head of the attribute that a key belongs to. */
  public static long headOf(long lo) {
    return lo & -SLOT;
  }

  /** Whether a key is that of a head. */
  public static boolean isHead(long lo) {
    return headOf(lo) == lo;
  }

  /** How many items a value takes beside the head. */
  public static int pieces(int valueBytes) {
    return Math.ceilDiv(valueBytes, PIECE_BYTES);
  }

  /** Makes the head of an attribute. */
  public static byte[] head(byte[] name, int valueBytes) {
    byte[] head = new byte[NAME + name.length];
    LittleEndian.putInt(head, LENGTH, valueBytes);
    System.arraycopy(name, 0, head, NAME, name.length);
    return head;
  }

  /** How many bytes the value has by its head. */
  public static int valueBytes(Item head) {
    return head.getInt(LENGTH);
  }

  /** The name in a head, which is longer than {@link #NAME}. */
  public static byte[] name(byte[] head) {
    return Arrays.copyOfRange(head, NAME, head.length);
  }
}

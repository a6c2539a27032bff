package io.jdax.fs.format;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.tree.Item;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A name in a directory. Numbers are little-endian.
 *
 * <pre>
 *        0               8   9
 *       +---------------+---+-----------------------+
 *     0 | inode         |typ| name, 1 … 255 bytes   |   typ: type bits of the mode >> 12; name: UTF-8
 *       +---------------+---+-----------------------+
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DirentRecord(long inode, FileType type, byte[] name) {
  public static final int INODE = 0;
  public static final int TYPE = 8;
  public static final int NAME = 9;

  static {
    if (TYPE != INODE + Long.BYTES || NAME != TYPE + Byte.BYTES) {
      throw new AssertionError("directory entry layout");
    }
  }

  /**
   * Reads the answer of a lookup.
   *
   * @throws CorruptMetadataException it is no such record
   */
  public static DirentRecord of(String region, Item item) throws CorruptMetadataException {
    FileType type = item.length() <= NAME ? null : FileType.of(item.getByte(TYPE) << 12 & 0xffff);
    if (type == null || item.getLong(INODE) <= 0 || item.getLong(INODE) > Keys.MAX_INODE) {
      throw new CorruptMetadataException(
          region, "name in directory " + Keys.inode(item.hi()), "has a bad length, type or inode");
    }
    byte[] name = new byte[item.length() - NAME];
    item.copyTo(NAME, name, 0, name.length);
    return new DirentRecord(item.getLong(INODE), type, name);
  }

  /** Whether an item of a directory has this name. Allocates nothing. */
  public static boolean isNamed(Item item, byte[] name) {
    if (item.length() != NAME + name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (item.getByte(NAME + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** The record as the tree keeps it. */
  public byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(new byte[NAME], NAME + name.length);
    LittleEndian.putLong(bytes, INODE, inode);
    bytes[TYPE] = (byte) (type.bits >> 12);
    System.arraycopy(name, 0, bytes, NAME, name.length);
    return bytes;
  }

  /** The name as text. */
  public String nameString() {
    return new String(name, StandardCharsets.UTF_8);
  }
}

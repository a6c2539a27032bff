package io.jdax.fs.format;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.tree.Item;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the tree keeps of a file, directory or symbolic link. All numbers are little-endian; times
 * are nanoseconds since 1970.
 *
 * <pre>
 *        0               8               16              24
 *       +-------+-------+---------------+---------------+---------------+
 *     0 | mode  | links | size, bytes   | parent        | created       |  mode: type and permissions, as in stat.h
 *       +-------+-------+---------------+---------------+---------------+  links: names; for a directory, 2 + the directories in it
 *    32 | modified      | changed       | accessed      | uid   | gid   |  parent: inode; of directories only
 *       +-------+-------+---------------+---------------+-------+-------+
 *    64 | hint  |project| tier  | zeros | stamp         | zeros         |  hint: blocks to allocate at a time, or 0
 *       +-------+-------+-------+-------+---------------+---------------+  project: id of the one that it counts for, or 0
 *    96 | zeros                                                         |  tier: 0 auto, 1 direct, 2 cached
 *       +---------------------------------------------------------------+
 *   128                                                                    stamp: records of the log up to this number are told
 * </pre>
 */
public final class InodeRecord {
  public static final int BYTES = 128;

  public static final int MODE = 0;
  public static final int LINKS = 4;
  public static final int SIZE = 8;
  public static final int PARENT = 16;
  public static final int CREATED = 24;
  public static final int MODIFIED = 32;
  public static final int CHANGED = 40;
  public static final int ACCESSED = 48;
  public static final int UID = 56;
  public static final int GID = 60;
  public static final int HINT = 64;
  public static final int PROJECT = 68;
  public static final int TIER = 72;
  public static final int STAMP = 80;

  static {
    if (LINKS != MODE + Integer.BYTES
        || GID + Integer.BYTES != HINT
        || PROJECT + Integer.BYTES != TIER
        || TIER + Integer.BYTES > STAMP
        || STAMP + Long.BYTES > BYTES) {
      throw new AssertionError("inode layout");
    }
  }

  /** By the number on the media: 0 auto, 1 direct, 2 cached. */
  private static final TierMode[] TIERS = {TierMode.AUTO, TierMode.DIRECT, TierMode.CACHED};

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public FileType type = FileType.REGULAR;
  public int permissions;
  public int links;
  public long sizeBytes;
  public long parent;
  public long created;
  public long modified;
  public long changed;
  public long accessed;
  public int uid;
  public int gid;
  public int hintBlocks;
  public int project;
  public TierMode tier = TierMode.AUTO;

  /** The number of the newest record of the log that this record and the extents know of. */
  public long stamp;

  /**
   * Makes a record of a new inode.
   *
   * @param parent inode of its directory, kept for directories only
   * @param now all its times, in nanoseconds since 1970
   */
  public static InodeRecord create(FileType type, int permissions, long parent, long now) {
    InodeRecord r = new InodeRecord();
    r.type = type;
    r.permissions = permissions;
    r.links = type == FileType.DIRECTORY ? 2 : 1;
    r.parent = type == FileType.DIRECTORY ? parent : 0;
    r.created = now;
    r.modified = r.created;
    r.changed = r.created;
    r.accessed = r.created;
    return r;
  }

  /**
   * Reads the answer of a lookup.
   *
   * @throws CorruptMetadataException it is no such record
   */
  public static InodeRecord of(String region, Item item) throws CorruptMetadataException {
    InodeRecord r = new InodeRecord();
    FileType type = item.length() == BYTES ? FileType.of(item.getInt(MODE)) : null;
    if (type == null || item.getInt(LINKS) < 0 || item.getLong(SIZE) < 0) {
      throw new CorruptMetadataException(
          region, "inode " + Keys.inode(item.hi()), "has a record of bad length, type or size");
    }
    r.type = type;
    r.permissions = item.getInt(MODE) & ~FileType.MASK;
    r.links = item.getInt(LINKS);
    r.sizeBytes = item.getLong(SIZE);
    r.parent = item.getLong(PARENT);
    r.created = item.getLong(CREATED);
    r.modified = item.getLong(MODIFIED);
    r.changed = item.getLong(CHANGED);
    r.accessed = item.getLong(ACCESSED);
    r.uid = item.getInt(UID);
    r.gid = item.getInt(GID);
    r.hintBlocks = item.getInt(HINT);
    r.project = item.getInt(PROJECT);
    r.stamp = item.getLong(STAMP);
    int tier = item.getInt(TIER);
    // Else it is a mode of a later release, which says nothing about what lies where.
    r.tier = tier >= 0 && tier < TIERS.length ? TIERS[tier] : TierMode.AUTO;
    return r;
  }

  /** The project in a record as the tree keeps it. */
  public static int project(MemorySegment record, long offset) {
    return record.get(INT, offset + PROJECT);
  }

  private int tierNumber() {
    int number = 0;
    while (TIERS[number] != tier) {
      number++;
    }
    return number;
  }

  /** The record as the tree keeps it. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    LittleEndian.putInt(bytes, MODE, type.bits | permissions);
    LittleEndian.putInt(bytes, LINKS, links);
    LittleEndian.putLong(bytes, SIZE, sizeBytes);
    LittleEndian.putLong(bytes, PARENT, parent);
    LittleEndian.putLong(bytes, CREATED, created);
    LittleEndian.putLong(bytes, MODIFIED, modified);
    LittleEndian.putLong(bytes, CHANGED, changed);
    LittleEndian.putLong(bytes, ACCESSED, accessed);
    LittleEndian.putInt(bytes, UID, uid);
    LittleEndian.putInt(bytes, GID, gid);
    LittleEndian.putInt(bytes, HINT, hintBlocks);
    LittleEndian.putInt(bytes, PROJECT, project);
    LittleEndian.putInt(bytes, TIER, tierNumber());
    LittleEndian.putLong(bytes, STAMP, stamp);
    return bytes;
  }
}

package io.jdax.fs.format;

/**
 * What lies where in the tree, by the high and the low half of the key.
 *
 * <pre>
 *   hi                       lo                          value
 *   inode << 8 | INODE       0                           {@link InodeRecord}
 *   inode << 8 | DIRENT      hash of the name + probe    {@link DirentRecord}; inode is the directory
 *   inode << 8 | EXTENT      first block in the file     {@link ExtentRecord}
 *   inode << 8 | XATTR       hash of the name, piece     {@link AttributeRecord}
 *   inode << 8 | SYMLINK     piece, from 0 on            UTF-8 of the target, {@link Limits#TARGET_PIECE_BYTES} each but the last
 *   0     << 8 | ORPHAN      inode                       empty; the inode has no name any more, and may still be open
 *   0     << 8 | QUOTA       project                     {@link QuotaRecord}
 * </pre>
 *
 * <p>All items of an inode are consecutive, so that one range has all of it.
 */
public final class Keys {
  public static final int INODE = 1;
  public static final int DIRENT = 2;
  public static final int EXTENT = 3;
  public static final int XATTR = 4;
  public static final int ORPHAN = 5;
  public static final int SYMLINK = 6;
  public static final int QUOTA = 7;

  /** The directory {@code /}. */
  public static final long ROOT = 1;

  /**
   * The highest inode number. hi leaves 56 bits for it, of which the highest stays 0, so that hi is
   * not negative.
   */
  public static final long MAX_INODE = (1L << 55) - 1;

  /** The high half of all records of orphans. */
  public static final long ORPHANS = ORPHAN;

  /** The high half of all records of quotas. */
  public static final long QUOTAS = QUOTA;

  private Keys() {}

  /** The high half of the keys of an inode's items of one kind. */
  public static long hi(long inode, int kind) {
    return inode << 8 | kind;
  }

  /**
   * Whether a low half is one of {@code count} from {@code from} on. They may go to the last one
   * that there is.
   */
  public static boolean isWithin(long lo, long from, long count) {
    return Long.compareUnsigned(lo - from, count) < 0;
  }

  /** The inode in a high half. */
  public static long inode(long hi) {
    return hi >>> 8;
  }

  /** The kind of item in a high half. */
  public static int kind(long hi) {
    return (int) hi & 0xff;
  }
}

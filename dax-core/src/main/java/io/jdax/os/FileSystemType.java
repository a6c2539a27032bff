package io.jdax.os;

/**
 * What fstatfs(2) says of the file system that a file lies in.
 *
 * @param magic the number of its kind (linux/magic.h)
 * @param blockSizeBytes its block size; on hugetlbfs the size of a page
 */
public record FileSystemType(long magic, long blockSizeBytes) {
  public static final long TMPFS_MAGIC = 0x01021994L;
  public static final long RAMFS_MAGIC = 0x858458f6L;
  public static final long HUGETLBFS_MAGIC = 0x958458f6L;
}

package io.jdax.region;

/** What backs a region. It decides how stores become durable, and whether they can at all. */
public enum RegionKind {
  /** A device-dax character device, which is persistent memory without a file system. */
  DEVDAX("device-dax character device"),
  /** A file on a file system mounted with DAX, for which MAP_SYNC was obtained. */
  FSDAX("file on fsdax, MAP_SYNC"),
  /** A file in the page cache, made durable by msync(2) in whole pages. */
  FILE("ordinary file, page cache"),
  /** A tmpfs or hugetlbfs file, which outlives the process, but not the machine's power. */
  EMULATED("memory file (tmpfs or hugetlbfs): emulated persistent memory"),
  /** A memfd, gone when its region is closed. For tests. */
  ANONYMOUS("anonymous memory: for tests");

  private final String description;

  RegionKind(String description) {
    this.description = description;
  }

  /** A phrase for a user, such as {@code ordinary file, page cache}. */
  public String description() {
    return description;
  }
}

package io.jdax.region;

/** What backs a region. It decides how stores become durable, and whether they can at all. */
public enum RegionKind {
  /** A device-dax character device: persistent memory without a file system. */
  DEVDAX("device-dax character device"),
  /** A file on a file system mounted with DAX; MAP_SYNC was obtained. */
  FSDAX("file on fsdax, MAP_SYNC"),
  /** A file behind the page cache: durable by msync, a page at a time. */
  FILE("ordinary file, page cache"),
  /** A tmpfs or hugetlbfs file: outlives the process, not the machine's power. */
  EMULATED("memory file (tmpfs or hugetlbfs): emulated persistent memory"),
  /** A memfd: gone when its region is closed. For tests. */
  ANONYMOUS("anonymous memory: for tests");

  private final String description;

  RegionKind(String description) {
    this.description = description;
  }

  /** A phrase for people. */
  public String description() {
    return description;
  }
}

package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * EDQUOT. A directory tree has reached a limit that was set for it, whatever the device has left.
 * Thrown before anything has changed.
 */
public final class QuotaExceededException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** What is limited. */
  public enum Resource {
    /** Bytes of blocks that files have, or have set aside. */
    BYTES,
    /** Files, directories and symbolic links. */
    INODES
  }

  private final int project;
  private final long directory;
  private final Resource resource;
  private final long limit;
  private final long used;
  private final long wanted;

  /**
   * A refusal, with its figures, all in bytes or all in inodes.
   *
   * @param region name of the region
   * @param project id of the project whose limit it is
   * @param directory number of the inode of the directory that the limit was set for
   * @param resource what is limited
   * @param limit the limit
   * @param used what counts for the project already, including what is reserved for writes under
   *     way
   * @param wanted what the caller asked for
   */
  public QuotaExceededException(
      String region,
      int project,
      long directory,
      Resource resource,
      long limit,
      long used,
      long wanted) {
    super(
        region,
        "the quota of project %d (directory inode %d) does not allow %d more %s: %d of %d are used"
            .formatted(project, directory, wanted, unit(resource), used, limit));
    this.project = project;
    this.directory = directory;
    this.resource = resource;
    this.limit = limit;
    this.used = used;
    this.wanted = wanted;
  }

  private static String unit(Resource resource) {
    return resource == Resource.BYTES ? "bytes" : "inodes";
  }

  /** Id of the project whose limit it is. */
  public int project() {
    return project;
  }

  /** Number of the inode of the directory that the limit was set for. */
  public long directory() {
    return directory;
  }

  /** What is limited, which is the unit of the figures. */
  public Resource resource() {
    return resource;
  }

  /** The limit, in units of {@link #resource}. */
  public long limit() {
    return limit;
  }

  /**
   * What counted for the project already, in units of {@link #resource}; more than the limit if
   * that was lowered since.
   */
  public long used() {
    return used;
  }

  /** What the caller asked for, in units of {@link #resource}. */
  public long wanted() {
    return wanted;
  }
}

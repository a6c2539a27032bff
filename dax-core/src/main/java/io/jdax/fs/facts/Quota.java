package io.jdax.fs.facts;

/**
 * Limits of a directory tree. The directory that has them and what is below it are a project, which
 * has a number, as in XFS.
 *
 * @param limitBytes how many bytes of storage the content of its files may have, in whole blocks
 *     and including unwritten extents, or 0 for no limit
 * @param limitInodes how many files, directories and symbolic links it may have, including the
 *     directory itself, or 0 for no limit
 */
public record Quota(long limitBytes, long limitInodes) {
  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException one of them is negative
   */
  public Quota {
    if (limitBytes < 0 || limitInodes < 0) {
      throw new IllegalArgumentException(
          "limits of "
              + limitBytes
              + " bytes and "
              + limitInodes
              + " inodes: must not be negative");
    }
  }
}

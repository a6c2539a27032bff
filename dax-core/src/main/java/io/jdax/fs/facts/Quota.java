package io.jdax.fs.facts;

/**
 * Limits of a directory tree.
 *
 * @param limitBytes storage of the content of its files, unwritten extents included, in whole
 *     blocks; 0: no limit
 * @param limitInodes files, directories and symbolic links, the directory itself included; 0: no
 *     limit
 */
public record Quota(long limitBytes, long limitInodes) {
  public Quota {
    if (limitBytes < 0 || limitInodes < 0) {
      throw new IllegalArgumentException(
          "limits of " + limitBytes + " bytes and " + limitInodes + " inodes: not below 0");
    }
  }
}

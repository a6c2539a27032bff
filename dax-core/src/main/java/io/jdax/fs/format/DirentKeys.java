package io.jdax.fs.format;

/**
 * Where a name lies among the items of its directory: at one of the {@value #BUCKET} keys of the
 * bucket that its hash gives, at the first free one from its own eight on. With so many bits of a
 * keyed hash a second name in a bucket is rare; one more than fit is refused.
 *
 * <pre>
 *   lo    63       0
 *         62 … 5   bucket: bits 63 … 6 of the hash of the name
 *          4 … 0   place in it: the first that is free from 8 times bits 5 … 4 of the hash on, and after 31 comes 0
 * </pre>
 */
public final class DirentKeys {
  /** How many names may have one hash. */
  public static final int BUCKET = 32;

  /**
   * How many keys beside each other the names share that have two more bits of the hash in common.
   */
  private static final int HOME = 8;

  private DirentKeys() {}

  /** The first key of the bucket that a name lies in. */
  public static long bucket(NameHash hash, byte[] name) {
    return hash.of(name) >>> 1 & -BUCKET;
  }

  /** The first key of the bucket that a key is in. */
  public static long bucketOf(long lo) {
    return lo & -BUCKET;
  }

  /** The key that a name is put at if those of all probes before are taken. */
  public static long slot(NameHash hash, byte[] name, int probe) {
    long home = hash.of(name) >>> 1 & -HOME;
    return home & -BUCKET | home + probe & BUCKET - 1;
  }
}

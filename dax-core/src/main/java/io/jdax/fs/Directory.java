package io.jdax.fs;

import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * The names of one directory. A name lies in one of the {@value #BUCKET} keys of the bucket that
 * its hash says, if possible in the first that is free from its own eight on; with so many bits of
 * a keyed hash a second name in a bucket is rare, and one more than fit is refused.
 *
 * <pre>
 *   lo    63   0
 *         62 … 5   bucket: hash of the name
 *          4 … 3   hash: where to begin
 *          2 … 0   which of those
 * </pre>
 */
final class Directory {
  /** Names that may have one hash. */
  static final int BUCKET = 32;

  /** Names that have more bits of it in common lie beside each other. */
  private static final int HOME = 8;

  private final String region;
  private final NameHash hash;
  private final long hi;
  private final Item item;

  Directory(Volume volume, long inode, Item scratch) {
    this.region = volume.region.name();
    this.hash = volume.names;
    this.hi = Keys.hi(inode, Keys.DIRENT);
    this.item = scratch;
  }

  /** The entry of a name, or null. */
  @Nullable DirentRecord find(Lookups tree, byte[] name) throws IOException {
    return findSlot(tree, name) < 0 ? null : DirentRecord.of(region, item);
  }

  /** Where the name lies, and then {@link #item} is it; −1 if there is none. */
  private long findSlot(Lookups tree, byte[] name) throws IOException {
    long bucket = bucket(hash, name);
    long at = bucket;
    while (Keys.isWithin(at, bucket, BUCKET)
        && tree.ceiling(hi, at, item)
        && item.hi() == hi
        && Keys.isWithin(item.lo(), bucket, BUCKET)) {
      if (DirentRecord.isNamed(item, name)) {
        return item.lo();
      }
      at = item.lo() + 1;
    }
    return -1;
  }

  /** Adds a name that is not there. */
  void add(Change change, DirentRecord entry) throws IOException {
    for (int probe = 0; probe < BUCKET; probe++) {
      long at = slot(hash, entry.name(), probe);
      if (!change.get(hi, at, item)) {
        change.put(hi, at, entry.toBytes());
        return;
      }
    }
    throw new FileSystemException(
        entry.nameString(), null, region + ": too many names of this directory have one hash");
  }

  /** Makes a name that is there mean something else. */
  void replace(Change change, DirentRecord entry) throws IOException {
    change.put(hi, findSlot(change, entry.name()), entry.toBytes());
  }

  void remove(Change change, byte[] name) throws IOException {
    change.delete(hi, findSlot(change, name));
  }

  boolean isEmpty(Lookups tree) throws IOException {
    return !tree.ceiling(hi, 0, item) || item.hi() != hi;
  }

  /** The first key of the bucket that a name lies in. */
  static long bucket(NameHash hash, byte[] name) {
    return hash.of(name) >>> 1 & -BUCKET;
  }

  /** The key that a name is put at if those of the probes before are taken. */
  static long slot(NameHash hash, byte[] name, int probe) {
    long home = hash.of(name) >>> 1 & -HOME;
    return home & -BUCKET | home + probe & BUCKET - 1;
  }
}

package io.jdax.fs.names;

import io.jdax.fs.format.DirentKeys;
import io.jdax.fs.format.DirentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** The names of one directory, which lie as {@link DirentKeys} says. */
public final class Directory {
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

  /** Where the name lies, and then {@link #item} is it; or −1 if there is none. */
  private long findSlot(Lookups tree, byte[] name) throws IOException {
    long bucket = DirentKeys.bucket(hash, name);
    long at = bucket;
    while (Keys.isWithin(at, bucket, DirentKeys.BUCKET)
        && tree.ceiling(hi, at, item)
        && item.hi() == hi
        && Keys.isWithin(item.lo(), bucket, DirentKeys.BUCKET)) {
      if (DirentRecord.isNamed(item, name)) {
        return item.lo();
      }
      at = item.lo() + 1;
    }
    return -1;
  }

  /** Adds a name that is not there. */
  void add(Change change, DirentRecord entry) throws IOException {
    for (int probe = 0; probe < DirentKeys.BUCKET; probe++) {
      long at = DirentKeys.slot(hash, entry.name(), probe);
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
}

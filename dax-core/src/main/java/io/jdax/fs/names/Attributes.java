package io.jdax.fs.names;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.AttributeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes of one inode: names of up to 255 bytes, values of up to 64 KiB, which lie as
 * {@link AttributeRecord} says.
 */
public final class Attributes {
  private final Volume volume;
  private final long hi;
  private final Item item = new Item();

  Attributes(Volume volume, long inode) {
    this.volume = volume;
    this.hi = Keys.hi(inode, Keys.XATTR);
  }

  byte @Nullable [] get(Lookups tree, String path, String name) throws IOException {
    long head = find(tree, encode(path, name));
    if (head < 0) {
      return null;
    }
    byte[] value = new byte[AttributeRecord.valueBytes(item)];
    for (int at = 0; at < value.length; at += AttributeRecord.PIECE_BYTES) {
      int n = Math.min(AttributeRecord.PIECE_BYTES, value.length - at);
      if (!tree.get(hi, head + 1 + at / AttributeRecord.PIECE_BYTES, item) || item.length() != n) {
        throw corrupt("has a hole in its value");
      }
      item.copyTo(0, value, at, n);
    }
    return value;
  }

  List<String> names(Lookups tree) throws IOException {
    List<String> names = new ArrayList<>();
    long at = 0;
    while (tree.ceiling(hi, at, item) && item.hi() == hi) {
      byte[] head = item.toByteArray();
      if (!AttributeRecord.isHead(item.lo()) || head.length <= AttributeRecord.NAME) {
        throw corrupt("has no head");
      }
      names.add(new String(AttributeRecord.name(head), StandardCharsets.UTF_8));
      at = item.lo() + AttributeRecord.SLOT;
    }
    return names;
  }

  void set(Change change, String path, String name, byte[] value) throws IOException {
    byte[] bytes = encode(path, name);
    if (value.length > Limits.VALUE_BYTES) {
      throw new FileSystemException(
          path,
          null,
          "attribute %s of %d bytes: at most %d".formatted(name, value.length, Limits.VALUE_BYTES));
    }
    long slot = find(change, bytes);
    if (slot >= 0) {
      change.deleteRange(hi, slot, hi, slot + AttributeRecord.SLOT);
    } else {
      slot = freeSlot(change, path, bytes);
    }
    change.put(hi, slot, AttributeRecord.head(bytes, value.length));
    MemorySegment source = MemorySegment.ofArray(value);
    for (int at = 0; at < value.length; at += AttributeRecord.PIECE_BYTES) {
      change.put(
          hi,
          slot + 1 + at / AttributeRecord.PIECE_BYTES,
          source,
          at,
          Math.min(AttributeRecord.PIECE_BYTES, value.length - at));
    }
  }

  /** Returns false if there is none of that name. */
  boolean remove(Change change, String path, String name) throws IOException {
    long slot = find(change, encode(path, name));
    if (slot >= 0) {
      change.deleteRange(hi, slot, hi, slot + AttributeRecord.SLOT);
    }
    return slot >= 0;
  }

  /** Key of the head, and then {@link #item} is it; or −1 if there is none. */
  private long find(Lookups tree, byte[] name) throws IOException {
    long bucket = AttributeRecord.bucket(volume.names, name);
    long at = bucket;
    while (Keys.isWithin(at, bucket, AttributeRecord.BUCKET)
        && tree.ceiling(hi, at, item)
        && item.hi() == hi
        && Keys.isWithin(item.lo(), bucket, AttributeRecord.BUCKET)) {
      if (isNamed(name)) {
        if (AttributeRecord.valueBytes(item) < 0
            || AttributeRecord.valueBytes(item) > Limits.VALUE_BYTES) {
          throw corrupt("has a value of " + AttributeRecord.valueBytes(item) + " bytes");
        }
        return item.lo();
      }
      at = AttributeRecord.headOf(item.lo()) + AttributeRecord.SLOT;
    }
    return -1;
  }

  private boolean isNamed(byte[] name) {
    if (item.length() != AttributeRecord.NAME + name.length || !AttributeRecord.isHead(item.lo())) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (item.getByte(AttributeRecord.NAME + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private long freeSlot(Change change, String path, byte[] bytes) throws IOException {
    long bucket = AttributeRecord.bucket(volume.names, bytes);
    for (int slot = 0; slot < AttributeRecord.SLOTS; slot++) {
      if (!change.get(hi, bucket + slot * AttributeRecord.SLOT, item)) {
        return bucket + slot * AttributeRecord.SLOT;
      }
    }
    throw new FileSystemException(path, null, "too many attributes of this file have one hash");
  }

  private static byte[] encode(String path, String name) throws FileSystemException {
    return Utf8.encode(path, "the name of an attribute", name, Limits.NAME_BYTES);
  }

  private CorruptMetadataException corrupt(String what) {
    return new CorruptMetadataException(
        volume.region.name(), "attribute of inode " + Keys.inode(hi), what);
  }
}

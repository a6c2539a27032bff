package io.jdax.fs;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.Lookups;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Extended attributes of one inode: names of up to 255 bytes, values of up to 64 KiB.
 *
 * <pre>
 *   lo    63 … 20  hash of the name      19 … 17  which of the names with this hash
 *         16 … 0   chunk: 0 is the head, 1 … 64 have up to 1 KiB of the value each
 *
 *   head   0       4
 *         +-------+----------------------+
 *       0 | bytes | name, UTF-8          |   bytes: of the value; little-endian
 *         +-------+----------------------+
 * </pre>
 */
final class Attributes {
  static final int MAX_VALUE_BYTES = 64 << 10;

  static final int CHUNK = 1024;
  private static final int SLOTS = 8;
  static final int SLOT_SHIFT = 17;
  static final int BUCKET_SHIFT = 20;

  /** From where a bucket begins to where the next one does. */
  private static final long BUCKET_SPAN = (long) SLOTS << SLOT_SHIFT;

  static final int LENGTH = 0;
  static final int NAME = 4;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    byte[] value = new byte[item.getInt(LENGTH)];
    for (int at = 0; at < value.length; at += CHUNK) {
      int n = Math.min(CHUNK, value.length - at);
      if (!tree.get(hi, head + 1 + at / CHUNK, item) || item.length() != n) {
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
      if (item.lo() % (1 << SLOT_SHIFT) != 0 || head.length <= NAME) {
        throw corrupt("has no head");
      }
      names.add(new String(head, NAME, head.length - NAME, StandardCharsets.UTF_8));
      at = item.lo() + (1 << SLOT_SHIFT);
    }
    return names;
  }

  void set(Change change, String path, String name, byte[] value) throws IOException {
    byte[] bytes = encode(path, name);
    if (value.length > MAX_VALUE_BYTES) {
      throw new FileSystemException(
          path,
          null,
          "attribute %s of %d bytes: at most %d".formatted(name, value.length, MAX_VALUE_BYTES));
    }
    long slot = find(change, bytes);
    if (slot >= 0) {
      change.deleteRange(hi, slot, hi, slot + (1 << SLOT_SHIFT));
    } else {
      slot = freeSlot(change, path, bytes);
    }
    byte[] head = new byte[NAME + bytes.length];
    MemorySegment.ofArray(head).set(INT, LENGTH, value.length);
    System.arraycopy(bytes, 0, head, NAME, bytes.length);
    change.put(hi, slot, head);
    MemorySegment source = MemorySegment.ofArray(value);
    for (int at = 0; at < value.length; at += CHUNK) {
      change.put(hi, slot + 1 + at / CHUNK, source, at, Math.min(CHUNK, value.length - at));
    }
  }

  /** False: there is none of that name. */
  boolean remove(Change change, String path, String name) throws IOException {
    long slot = find(change, encode(path, name));
    if (slot >= 0) {
      change.deleteRange(hi, slot, hi, slot + (1 << SLOT_SHIFT));
    }
    return slot >= 0;
  }

  /** Key of the head, and then {@link #item} is it; −1: there is none. */
  private long find(Lookups tree, byte[] name) throws IOException {
    long bucket = bucket(name);
    long at = bucket;
    while (Keys.isWithin(at, bucket, BUCKET_SPAN)
        && tree.ceiling(hi, at, item)
        && item.hi() == hi
        && Keys.isWithin(item.lo(), bucket, BUCKET_SPAN)) {
      if (isNamed(name)) {
        if (item.getInt(LENGTH) < 0 || item.getInt(LENGTH) > MAX_VALUE_BYTES) {
          throw corrupt("has a value of " + item.getInt(LENGTH) + " bytes");
        }
        return item.lo();
      }
      at = (item.lo() & -(1L << SLOT_SHIFT)) + (1 << SLOT_SHIFT);
    }
    return -1;
  }

  private boolean isNamed(byte[] name) {
    if (item.length() != NAME + name.length || item.lo() % (1 << SLOT_SHIFT) != 0) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (item.getByte(NAME + i) != name[i]) {
        return false;
      }
    }
    return true;
  }

  private long freeSlot(Change change, String path, byte[] bytes) throws IOException {
    long bucket = bucket(bytes);
    for (int slot = 0; slot < SLOTS; slot++) {
      if (!change.get(hi, bucket + ((long) slot << SLOT_SHIFT), item)) {
        return bucket + ((long) slot << SLOT_SHIFT);
      }
    }
    throw new FileSystemException(path, null, "too many attributes of this file have one hash");
  }

  private long bucket(byte[] name) {
    return (volume.names.of(name) >>> 1) & -(1L << BUCKET_SHIFT);
  }

  private static byte[] encode(String path, String name) throws FileSystemException {
    return Utf8.encode(path, "the name of an attribute", name, PathWalk.MAX_NAME_BYTES);
  }

  private CorruptMetadataException corrupt(String what) {
    return new CorruptMetadataException(
        volume.region.name(), "attribute of inode " + Keys.inode(hi), 0, what);
  }
}

package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jdax.fs.journal.Edits;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The answer of a lookup, which is a key and a copy of its value. Reused, so that lookups allocate
 * nothing; for one thread at a time. Valid until the next lookup that it is passed to, whatever
 * happens to the tree.
 *
 * <p>Numbers in values are little-endian.
 */
public final class Item {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bytes of the longest value. */
  static final int MAX_BYTES = Edits.MAX_VALUE_BYTES;

  /** Room for every value but those of links and attributes, which are long and rare. */
  private static final int USUAL_BYTES = 160;

  private byte[] value = new byte[USUAL_BYTES];
  private MemorySegment segment = MemorySegment.ofArray(value);
  private long hi;
  private long lo;
  private int length;

  /** An item that no lookup has answered. */
  public static Item of(long hi, long lo, byte[] value) {
    Item item = new Item();
    item.set(hi, lo, value);
    return item;
  }

  /** Becomes the item of a key. */
  public void set(long newHi, long newLo, byte[] newValue) {
    set(newHi, newLo, MemorySegment.ofArray(newValue), 0, newValue.length);
  }

  /** The high half of the key. */
  public long hi() {
    return hi;
  }

  /** The low half of the key. */
  public long lo() {
    return lo;
  }

  /** How many bytes the value has. */
  public int length() {
    return length;
  }

  public byte getByte(int offset) {
    return value[Objects.checkIndex(offset, length)];
  }

  public short getShort(int offset) {
    return (short) SHORT.get(value, Objects.checkFromIndexSize(offset, Short.BYTES, length));
  }

  public int getInt(int offset) {
    return (int) INT.get(value, Objects.checkFromIndexSize(offset, Integer.BYTES, length));
  }

  public long getLong(int offset) {
    return (long) LONG.get(value, Objects.checkFromIndexSize(offset, Long.BYTES, length));
  }

  /** A copy of the value. */
  public byte[] toByteArray() {
    return Arrays.copyOf(value, length);
  }

  /** Copies a part of the value to {@code dst}. */
  public void copyTo(int offset, byte[] dst, int dstOffset, int count) {
    Objects.checkFromIndexSize(offset, count, length);
    System.arraycopy(value, offset, dst, dstOffset, count);
  }

  /**
   * The memory of this item, whose first {@link #length} bytes are the value, until the next
   * lookup.
   */
  public MemorySegment segment() {
    return segment;
  }

  void set(long hi, long lo, MemorySegment node, long offset, int length) {
    if (length > value.length) {
      // A lookup that meets a change may find any length here.
      value = new byte[Objects.checkIndex(length, MAX_BYTES + 1)];
      segment = MemorySegment.ofArray(value);
    }
    MemorySegment.copy(node, JAVA_BYTE, offset, value, 0, length);
    this.hi = hi;
    this.lo = lo;
    this.length = length;
  }
}

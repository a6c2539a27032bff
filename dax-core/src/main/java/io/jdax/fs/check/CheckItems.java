package io.jdax.fs.check;

import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.ItemEdits;
import io.jdax.fs.tree.ItemKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** The items that a check has read, as those of a tree. */
final class CheckItems implements ItemEdits {
  private final NavigableMap<ItemKey, byte[]> items;

  CheckItems(NavigableMap<ItemKey, byte[]> items) {
    this.items = items;
  }

  @Override
  public boolean get(long hi, long lo, Item out) {
    byte[] value = items.get(new ItemKey(hi, lo));
    if (value == null) {
      return false;
    }
    out.set(hi, lo, value);
    return true;
  }

  @Override
  public boolean ceiling(long hi, long lo, Item out) {
    return found(items.ceilingEntry(new ItemKey(hi, lo)), out);
  }

  @Override
  public boolean floor(long hi, long lo, Item out) {
    return found(items.floorEntry(new ItemKey(hi, lo)), out);
  }

  private static boolean found(Map.@Nullable Entry<ItemKey, byte[]> entry, Item out) {
    if (entry == null) {
      return false;
    }
    out.set(entry.getKey().hi(), entry.getKey().lo(), entry.getValue());
    return true;
  }

  @Override
  public void put(long hi, long lo, MemorySegment value, long offset, int length) {
    items.put(new ItemKey(hi, lo), value.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public boolean delete(long hi, long lo) {
    return items.remove(new ItemKey(hi, lo)) != null;
  }

  @Override
  public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) {
    items.subMap(new ItemKey(fromHi, fromLo), true, new ItemKey(toHi, toLo), false).clear();
  }
}

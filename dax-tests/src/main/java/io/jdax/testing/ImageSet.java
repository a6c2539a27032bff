package io.jdax.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;

/**
 * The images that were seen, as hashes of 64 bits, so that several explorations count none of them
 * twice. Any thread may use it.
 */
public final class ImageSet {
  /** Open addressing, where 0 is an empty slot. */
  @GuardedBy("this")
  private long[] table = new long[1024];

  /** How many slots are taken. */
  @GuardedBy("this")
  private int size;

  /** Whether 0 is in the set, which has no slot. */
  @GuardedBy("this")
  private boolean zero;

  /** Adds a hash. Returns whether it was not in the set before. */
  synchronized boolean add(long value) {
    if (value == 0) {
      boolean added = !zero;
      zero = true;
      return added;
    }
    if (size * 2 >= table.length) {
      long[] old = table;
      table = new long[old.length * 2];
      for (long each : old) {
        if (each != 0) {
          table[slot(each)] = each;
        }
      }
    }
    int slot = slot(value);
    if (table[slot] == value) {
      return false;
    }
    table[slot] = value;
    size++;
    return true;
  }

  /** How many different images were seen. */
  public synchronized int size() {
    return size + (zero ? 1 : 0);
  }

  synchronized void clear() {
    if (size > 0) {
      if (table.length > 1 << 16) {
        table = new long[1024];
      } else {
        Arrays.fill(table, 0);
      }
    }
    size = 0;
    zero = false;
  }

  @GuardedBy("this")
  private int slot(long value) {
    int mask = table.length - 1;
    int i = (int) Lines.mix(value) & mask;
    while (table[i] != 0 && table[i] != value) {
      i = (i + 1) & mask;
    }
    return i;
  }
}

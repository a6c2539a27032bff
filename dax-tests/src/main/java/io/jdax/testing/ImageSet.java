package io.jdax.testing;

import java.util.Arrays;

/**
 * Which images were seen, by a hash of 64 bits: so that several explorations count none twice. Any
 * thread may use it.
 */
public final class ImageSet {
  private long[] table = new long[1024];
  private int size;
  private boolean zero;

  /** False if it was in it. */
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

  /** How many different ones. */
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

  private int slot(long value) {
    int mask = table.length - 1;
    int i = (int) Lines.mix(value) & mask;
    while (table[i] != 0 && table[i] != value) {
      i = (i + 1) & mask;
    }
    return i;
  }
}

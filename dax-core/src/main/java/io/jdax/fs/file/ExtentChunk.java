package io.jdax.fs.file;

import io.jdax.fs.space.FailurePoint;
import java.util.Arrays;

/** Up to {@value #CAPACITY} extents in ascending order: see {@link ExtentList}. */
final class ExtentChunk {
  /** Extents of a full one. */
  static final int CAPACITY = 64;

  /** Of the first chunk of a file, as long as that suffices. */
  static final int FIRST_CAPACITY = 4;

  long[] first;
  long[] count;
  long[] place;
  int size;

  ExtentChunk(int capacity) {
    first = new long[capacity];
    count = new long[capacity];
    place = new long[capacity];
  }

  /** Index of the last extent that begins at or before a block, or −1 if there is none. */
  int at(long block) {
    int low = 0;
    int high = Math.min(size, first.length) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (first[middle] <= block) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Makes sure of room for so many more, as far as chunks have any. */
  void prepare(long inserts) {
    if (size + inserts > first.length && first.length < CAPACITY) {
      FailurePoint.ALLOCATION.reach();
      int capacity = size + inserts > 4 * FIRST_CAPACITY ? CAPACITY : 4 * FIRST_CAPACITY;
      long[] counts = Arrays.copyOf(count, capacity);
      long[] places = Arrays.copyOf(place, capacity);
      first = Arrays.copyOf(first, capacity);
      count = counts;
      place = places;
    }
  }

  void insert(int i, long newFirst, long newCount, long newPlace) {
    System.arraycopy(first, i, first, i + 1, size - i);
    System.arraycopy(count, i, count, i + 1, size - i);
    System.arraycopy(place, i, place, i + 1, size - i);
    first[i] = newFirst;
    count[i] = newCount;
    place[i] = newPlace;
    size++;
  }

  void remove(int i) {
    size--;
    System.arraycopy(first, i + 1, first, i, size - i);
    System.arraycopy(count, i + 1, count, i, size - i);
    System.arraycopy(place, i + 1, place, i, size - i);
  }

  /** Moves the extents from {@code from} on to an empty chunk. */
  void split(int from, ExtentChunk upper) {
    for (int i = from; i < size; i++) {
      upper.insert(i - from, first[i], count[i], place[i]);
    }
    size = from;
  }
}

package io.jdax.fs.space;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames that have both used and free blocks, each with the page that its free blocks are kept for,
 * if any. Arrays, by a number that a frame has while it is here; some 50 bytes a frame.
 *
 * <pre>
 *   chains      a hash table: from a frame to its number
 *   lists       by whether there is an owner, and by how many blocks are used: whoever has to take what is there
 *               begins where most is used
 *   of owners   the frames that are kept for pages of one file
 * </pre>
 *
 * <p>Not thread safe.
 */
final class PartTable {
  static final int NONE = -1;

  /** Blocks per frame, at most. */
  static final int MAX_BLOCKS = 8;

  private static final int FIRST_CAPACITY = 64;
  private static final long HASH = 0x9E3779B97F4A7C15L;

  private long[] frames = new long[FIRST_CAPACITY];
  private long[] pages = new long[FIRST_CAPACITY];
  private byte[] usedMasks = new byte[FIRST_CAPACITY];
  private @Nullable PageOwner[] owners = new @Nullable PageOwner[FIRST_CAPACITY];
  private int[] chain = new int[FIRST_CAPACITY];
  private int[] next = new int[FIRST_CAPACITY];
  private int[] previous = new int[FIRST_CAPACITY];
  private int[] nextOfOwner = new int[FIRST_CAPACITY];
  private int[] previousOfOwner = new int[FIRST_CAPACITY];

  private int[] chains = filled(FIRST_CAPACITY);
  private final int[] first = filled(2 * MAX_BLOCKS);
  private final int[] last = filled(2 * MAX_BLOCKS);

  /** Numbers that are not in use, linked by {@link #chain}. */
  private int vacant = NONE;

  private int end;
  private int size;

  private static int[] filled(int length) {
    int[] a = new int[length];
    Arrays.fill(a, NONE);
    return a;
  }

  /** How many frames are here. */
  int size() {
    return size;
  }

  /** The number of a frame, or {@link #NONE} if it is not here. */
  int find(long pfn) {
    int i = chains[bucket(pfn)];
    while (i != NONE && frames[i] != pfn) {
      i = chain[i];
    }
    return i;
  }

  /** Whether some frame of a run is here. */
  boolean hasAny(long pfn, long count) {
    if (count <= size) {
      for (long p = pfn; p < pfn + count; p++) {
        if (find(p) != NONE) {
          return true;
        }
      }
      return false;
    }
    for (int i = 0; i < end; i++) {
      if (frames[i] >= pfn && frames[i] - pfn < count) {
        return true;
      }
    }
    return false;
  }

  long frame(int i) {
    return frames[i];
  }

  /** Which blocks of the frame are used, a bit each; some, but not all. */
  int usedMask(int i) {
    return usedMasks[i] & 0xFF;
  }

  @Nullable PageOwner owner(int i) {
    return owners[i];
  }

  @SuppressWarnings("ReferenceEquality") // owners are compared by identity
  boolean isOwnedBy(int i, PageOwner owner, long page) {
    return owners[i] == owner && pages[i] == page;
  }

  /** Adds a frame that is not here, without an owner. */
  int add(long pfn, int mask) {
    assert mask != 0 && find(pfn) == NONE;
    int i = vacant;
    if (i == NONE) {
      if (end == frames.length) {
        grow();
      }
      i = end++;
    } else {
      vacant = chain[i];
    }
    size++;
    frames[i] = pfn;
    usedMasks[i] = (byte) mask;
    int bucket = bucket(pfn);
    chain[i] = chains[bucket];
    chains[bucket] = i;
    link(i);
    return i;
  }

  void remove(int i) {
    setOwner(i, null, 0);
    unlink(i);
    int bucket = bucket(frames[i]);
    if (chains[bucket] == i) {
      chains[bucket] = chain[i];
    } else {
      int before = chains[bucket];
      while (chain[before] != i) {
        before = chain[before];
      }
      chain[before] = chain[i];
    }
    frames[i] = NONE;
    chain[i] = vacant;
    vacant = i;
    size--;
  }

  void setUsedMask(int i, int mask) {
    assert mask != 0;
    unlink(i);
    usedMasks[i] = (byte) mask;
    link(i);
  }

  void setOwner(int i, @Nullable PageOwner owner, long page) {
    if (owner == null && owners[i] == null) {
      return;
    }
    unlink(i);
    leaveOwner(i);
    owners[i] = owner;
    pages[i] = page;
    if (owner != null) {
      int after = owner.firstPart;
      nextOfOwner[i] = after;
      previousOfOwner[i] = NONE;
      if (after != NONE) {
        previousOfOwner[after] = i;
      }
      owner.firstPart = i;
    }
    link(i);
  }

  /** The first of the frames with so many used blocks, or {@link #NONE}. */
  int firstWith(boolean owned, int usedBlocks) {
    return first[list(owned, usedBlocks)];
  }

  private void leaveOwner(int i) {
    PageOwner owner = owners[i];
    if (owner == null) {
      return;
    }
    int before = previousOfOwner[i];
    int after = nextOfOwner[i];
    if (before == NONE) {
      owner.firstPart = after;
    } else {
      nextOfOwner[before] = after;
    }
    if (after != NONE) {
      previousOfOwner[after] = before;
    }
  }

  private void link(int i) {
    int list = listOf(i);
    previous[i] = last[list];
    next[i] = NONE;
    if (last[list] == NONE) {
      first[list] = i;
    } else {
      next[last[list]] = i;
    }
    last[list] = i;
    assert isLinked(i);
  }

  /** Whether the neighbours in the list of a frame know it. */
  private boolean isLinked(int i) {
    int list = listOf(i);
    return i == (previous[i] == NONE ? first[list] : next[previous[i]])
        && i == (next[i] == NONE ? last[list] : previous[next[i]]);
  }

  private void unlink(int i) {
    assert isLinked(i);
    int list = listOf(i);
    if (previous[i] == NONE) {
      first[list] = next[i];
    } else {
      next[previous[i]] = next[i];
    }
    if (next[i] == NONE) {
      last[list] = previous[i];
    } else {
      previous[next[i]] = previous[i];
    }
  }

  private int listOf(int i) {
    return list(owners[i] != null, Integer.bitCount(usedMask(i)));
  }

  private static int list(boolean owned, int usedBlocks) {
    return usedBlocks + (owned ? MAX_BLOCKS : 0);
  }

  private int bucket(long pfn) {
    return (int) ((pfn * HASH) >>> 32) & (chains.length - 1);
  }

  private void grow() {
    int capacity = Math.multiplyExact(frames.length, 2);
    long[] morePages = Arrays.copyOf(pages, capacity);
    byte[] moreUsed = Arrays.copyOf(usedMasks, capacity);
    @Nullable PageOwner[] moreOwners = Arrays.copyOf(owners, capacity);
    int[] moreChain = Arrays.copyOf(chain, capacity);
    int[] moreNext = Arrays.copyOf(next, capacity);
    int[] morePrevious = Arrays.copyOf(previous, capacity);
    int[] moreNextOfOwner = Arrays.copyOf(nextOfOwner, capacity);
    int[] morePreviousOfOwner = Arrays.copyOf(previousOfOwner, capacity);
    int[] moreChains = filled(capacity);
    frames = Arrays.copyOf(frames, capacity); // nothing fails from here on
    pages = morePages;
    usedMasks = moreUsed;
    owners = moreOwners;
    chain = moreChain;
    next = moreNext;
    previous = morePrevious;
    nextOfOwner = moreNextOfOwner;
    previousOfOwner = morePreviousOfOwner;
    chains = moreChains;
    for (int i = 0; i < end; i++) { // all numbers are in use, else nothing would grow
      int bucket = bucket(frames[i]);
      chain[i] = chains[bucket];
      chains[bucket] = i;
    }
  }
}

package io.jdax.cache;

import io.jdax.os.AsymmetricFence;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * Which pages of one file are in which frames, and which of them are dirty.
 *
 * <pre>
 *   slots[i]   number of 2 MiB in the file, ascending; leaves[i] has its 512 pages
 *   leaf       frame of each page, −1 for none; a bit for each dirty page
 * </pre>
 *
 * <p>Any thread may call. A lookup, and a search for the next page, take no lock.
 */
public final class PageIndex {
  private static final int PAGES = 512;

  private static final class Leaf {
    final int[] frames = new int[PAGES];
    final long[] dirty = new long[PAGES / 64];
    int used;

    Leaf() {
      Arrays.fill(frames, -1);
    }
  }

  private final StampedLock lock = new StampedLock();
  private final boolean writtenThrough;
  private final Fence claims;
  private long[] slots = new long[4];
  private Leaf[] leaves = new Leaf[4];
  private int leafCount;
  private long pages;
  private long dirty;

  /**
   * No page has a frame.
   *
   * @param writtenThrough pages are claimed as often as they are marked, so that it is of no use to
   *     make a claim pay for the marks
   */
  public PageIndex(boolean writtenThrough) {
    this(writtenThrough, writtenThrough ? VarHandle::fullFence : AsymmetricFence::heavy);
  }

  PageIndex(boolean writtenThrough, Fence claims) {
    this.writtenThrough = writtenThrough;
    this.claims = claims;
  }

  /** The fence of a thread that claims. */
  interface Fence {
    void pass() throws IOException;
  }

  /**
   * Whether no page has a frame. Read without a fence: any thread that must see the frame has
   * already synchronised with something that was done after it came.
   */
  public boolean isEmpty() {
    return leafCount == 0;
  }

  /** A question to the index. May be asked while it changes; what it says does not count then. */
  private interface Question {
    long ask(PageIndex index, long from, long end);
  }

  private static final Question FRAME = (index, page, end) -> index.lookUp(page);
  private static final Question DIRTY = (index, page, end) -> index.bit(page);
  private static final Question NEXT = (index, from, end) -> index.search(from, end, false);
  private static final Question NEXT_DIRTY = (index, from, end) -> index.search(from, end, true);
  private static final Question PREVIOUS = (index, before, end) -> index.searchBack(before);

  private long ask(Question question, long from, long end) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      long answer = 0;
      try {
        answer = question.ask(this, from, end);
      } catch (IndexOutOfBoundsException | NullPointerException e) {
        stamp = 0; // looked while it changed
      }
      if (lock.validate(stamp)) {
        return answer;
      }
    }
    stamp = lock.readLock();
    try {
      return question.ask(this, from, end);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Frame of a page, or −1 if it has none. */
  public int get(long page) {
    return isEmpty() ? -1 : (int) ask(FRAME, page, page + 1);
  }

  private int lookUp(long page) {
    int i = at(page >>> 9);
    return i < 0 ? -1 : leaves[i].frames[(int) (page % PAGES)];
  }

  /** As {@link Arrays#binarySearch}. */
  private int at(long slot) {
    int guess = (int) Math.min(slot, Math.min(leafCount, slots.length) - 1);
    if (guess >= 0 && slots[guess] == slot) {
      return guess; // all of the file before it is here
    }
    return Arrays.binarySearch(slots, 0, Math.min(leafCount, slots.length), slot);
  }

  /** Gives a page a frame unless it has one. Returns the one that it had, or −1. */
  public int putIfAbsent(long page, int frame) {
    long stamp = lock.writeLock();
    try {
      int i = at(page >>> 9);
      if (i < 0) {
        i = -1 - i;
        insert(i, page >>> 9);
      }
      Leaf leaf = leaves[i];
      int old = leaf.frames[(int) (page % PAGES)];
      if (old < 0) {
        leaf.frames[(int) (page % PAGES)] = frame;
        leaf.used++;
        pages++;
      }
      return old;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void insert(int i, long slot) {
    Leaf leaf = new Leaf(); // all that can fail comes first
    if (leafCount == slots.length) {
      long[] moreSlots = Arrays.copyOf(slots, leafCount * 2);
      leaves = Arrays.copyOf(leaves, leafCount * 2);
      slots = moreSlots;
    }
    System.arraycopy(slots, i, slots, i + 1, leafCount - i);
    System.arraycopy(leaves, i, leaves, i + 1, leafCount - i);
    slots[i] = slot;
    leaves[i] = leaf;
    leafCount++;
  }

  /**
   * Takes the frame of a page; it is clean afterwards.
   *
   * @return whether it was dirty
   */
  public boolean remove(long page) {
    long stamp = lock.writeLock();
    try {
      int i = at(page >>> 9);
      int k = (int) (page % PAGES);
      if (i < 0 || leaves[i].frames[k] < 0) {
        return false;
      }
      Leaf leaf = leaves[i];
      boolean wasDirty = clean(leaf, k);
      leaf.frames[k] = -1;
      pages--;
      if (--leaf.used == 0) {
        leafCount--;
        System.arraycopy(slots, i + 1, slots, i, leafCount - i);
        System.arraycopy(leaves, i + 1, leaves, i, leafCount - i);
      }
      return wasDirty;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  // ---------------------------------------------------------------- dirty

  /** Returns whether it has a frame and was clean. Called after the data was stored. */
  public boolean markDirty(long page) {
    // The data before the look: else a claim that comes between takes the mark away, and whoever
    // claimed copies what was there before.
    if (writtenThrough) {
      VarHandle.fullFence();
    } else {
      AsymmetricFence.light();
    }
    return !isDirty(page) && mark(page);
  }

  private boolean mark(long page) {
    long stamp = lock.writeLock();
    try {
      int i = at(page >>> 9);
      int k = (int) (page % PAGES);
      if (i < 0 || leaves[i].frames[k] < 0 || (leaves[i].dirty[k >> 6] & 1L << k) != 0) {
        return false;
      }
      leaves[i].dirty[k >> 6] |= 1L << k;
      dirty++;
      return true;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /**
   * Makes dirty pages clean before they are written back: whoever stores from now on marks them
   * again, and whoever stored before has done so for all to see.
   *
   * @param pages where their numbers go, ascending
   * @param count how many are in {@code pages} already
   * @return how many there are then; fewer than in the range if {@code pages} is full
   * @throws IOException nothing is known of the stores of others; the pages are dirty as before
   */
  public int claim(long from, long end, long[] pages, int count) throws IOException {
    int found = count;
    long stamp = lock.writeLock();
    try {
      int i = at(from >>> 9);
      for (i = i < 0 ? -1 - i : i; i < leafCount && slots[i] << 9 < end; i++) {
        long base = slots[i] << 9;
        int last = (int) Math.min(PAGES, end - base);
        int k = nextBit(leaves[i].dirty, (int) Math.max(0, from - base));
        while (k < last && found < pages.length) {
          clean(leaves[i], k);
          pages[found++] = base + k;
          k = nextBit(leaves[i].dirty, k);
        }
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    try {
      if (found > count) {
        claims.pass(); // the marks before the data: see markDirty
      }
    } catch (Throwable t) {
      while (found > count) {
        mark(pages[--found]);
      }
      throw t;
    }
    return found;
  }

  private boolean clean(Leaf leaf, int k) {
    if ((leaf.dirty[k >> 6] & 1L << k) == 0) {
      return false;
    }
    leaf.dirty[k >> 6] &= ~(1L << k);
    dirty--;
    return true;
  }

  public boolean isDirty(long page) {
    return ask(DIRTY, page, page + 1) != 0;
  }

  private long bit(long page) {
    int i = at(page >>> 9);
    int k = (int) (page % PAGES);
    return i < 0 ? 0 : leaves[i].dirty[k >> 6] & 1L << k;
  }

  /** Pages that have frames. */
  public long size() {
    long stamp = lock.readLock();
    try {
      return pages;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Dirty pages. */
  public long dirtyPages() {
    long stamp = lock.readLock();
    try {
      return dirty;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  // ---------------------------------------------------------------- in order

  /** The first page at or after {@code from} that is dirty; {@code end}: none before it. */
  public long nextDirty(long from, long end) {
    return ask(NEXT_DIRTY, from, end);
  }

  /**
   * The first page at or after {@code from} that has a frame, or {@code end} if none before that
   * has.
   */
  public long next(long from, long end) {
    return ask(NEXT, from, end);
  }

  /** The last page before {@code before} that has a frame, or −1 if none has. */
  public long previous(long before) {
    return before <= 0 ? -1 : ask(PREVIOUS, before, before);
  }

  private long search(long from, long end, boolean wantDirty) {
    int i = at(from >>> 9);
    for (i = i < 0 ? -1 - i : i; i < leafCount && slots[i] << 9 < end; i++) {
      long base = slots[i] << 9;
      int k = (int) Math.max(0, from - base);
      k = wantDirty ? nextBit(leaves[i].dirty, k) : nextFrame(leaves[i].frames, k);
      if (k < PAGES) {
        return Math.min(base + k, end);
      }
    }
    return end;
  }

  private static int nextBit(long[] bits, int from) {
    for (int k = from; k < PAGES; k = (k | 63) + 1) {
      long word = bits[k >> 6] >>> k;
      if (word != 0) {
        return k + Long.numberOfTrailingZeros(word);
      }
    }
    return PAGES;
  }

  private static int nextFrame(int[] frames, int from) {
    int k = from;
    while (k < PAGES && frames[k] < 0) {
      k++;
    }
    return k;
  }

  private long searchBack(long before) {
    int i = at(before - 1 >>> 9);
    for (i = i < 0 ? -2 - i : i; i >= 0; i--) {
      long base = slots[i] << 9;
      int k = (int) Math.min(PAGES, before - base) - 1;
      while (k >= 0 && leaves[i].frames[k] < 0) {
        k--;
      }
      if (k >= 0) {
        return base + k;
      }
    }
    return -1;
  }
}

package io.jdax.fs.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which blocks of a device are used: one bit each, 1 = used, off the heap, changed by
 * compare-and-set only, so that a native thread may take blocks from it too.
 *
 * <pre>
 *   words    64 blocks each, block n is bit n % 64 of word n / 64; bits behind the last block are 1
 *   groups   {@value #GROUP_BLOCKS} blocks each: how many are free, a hint by which searches skip what is full
 * </pre>
 *
 * <p>A search starts where the calling thread's last one ended (a hint per CPU in spirit: Java has
 * no cheaper name for a CPU than its thread), so threads don't meet in one word and each one's
 * blocks follow each other.
 *
 * <p>Volatile: at mount everything is free but for what {@link #markUsed} is told.
 */
final class FreeMap implements AutoCloseable {
  static final int GROUP_BLOCKS = 1 << 15;
  static final int HUGE_BLOCKS = 512;

  private static final int HINTS = 16;
  private static final int HINT_HASH_SHIFT = 60;
  private static final int HINT_STRIDE = 8; // longs: a cache line each
  private static final long ALL = -1L;

  /** How many groups that do have free blocks are searched for a run of the full length. */
  private static final int PATIENCE_GROUPS = 16;

  /** What a run at the goal must have to be preferred over a longer one elsewhere. */
  private static final int WORTHWHILE_BLOCKS = 16;

  private static final VarHandle WORD = JAVA_LONG.varHandle();

  private final long blockCount;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;
  private final AtomicIntegerArray groupFree;
  private final AtomicLong free = new AtomicLong();
  private final AtomicLongArray hints = new AtomicLongArray(HINTS * HINT_STRIDE);

  FreeMap(long blockCount) {
    if (blockCount <= 0) {
      throw new IllegalArgumentException("block count " + blockCount + ": must be positive");
    }
    this.blockCount = blockCount;
    this.words = arena.allocate((blockCount + 63) / 64 * 8, 64);
    this.groupFree =
        new AtomicIntegerArray(Math.toIntExact((blockCount + GROUP_BLOCKS - 1) / GROUP_BLOCKS));
    for (int g = 0; g < groupFree.length(); g++) {
      groupFree.set(g, (int) Math.min(GROUP_BLOCKS, blockCount - (long) g * GROUP_BLOCKS));
    }
    free.set(blockCount);
    if (blockCount % 64 != 0) {
      words.setAtIndex(JAVA_LONG, blockCount / 64, ALL << blockCount);
    }
    for (int i = 0; i < HINTS; i++) {
      hints.set(i * HINT_STRIDE, blockCount / HINTS * i);
    }
  }

  long blockCount() {
    return blockCount;
  }

  /** Blocks that are free; exact when nobody else is at work. */
  long freeCount() {
    return free.get();
  }

  boolean isUsed(long pfn) {
    Objects.checkIndex(pfn, blockCount);
    return ((word(pfn >>> 6) >>> pfn) & 1) != 0;
  }

  /**
   * Takes at least one and at most {@code count} consecutive blocks.
   *
   * @param goal the block to begin with if possible; −1 for no preference
   * @return false if no block is free
   */
  boolean allocate(long count, long goal, BlockRun out) {
    if (goal >= 0 && goal < blockCount && allocateAtGoal(count, goal, out)) {
      return true;
    }
    int hint = hintIndex();
    // A run may be lost to another thread between being found and being claimed; then something was
    // allocated, so this
    // ends when the map is full at the latest.
    while (find(count, goal >= 0 && goal < blockCount ? goal : hints.getPlain(hint), out)) {
      long claimed = claim(out.start(), out.count());
      if (claimed > 0) {
        out.set(out.start(), claimed);
        hints.setPlain(hint, out.end() < blockCount ? out.end() : 0);
        return true;
      }
    }
    return false;
  }

  /**
   * Takes {@value #HUGE_BLOCKS} consecutive blocks that begin at a multiple of that: a 2 MiB page.
   *
   * @param goal where to begin the search; −1 for no preference
   * @return false if there are none
   */
  boolean allocateHuge(long goal, BlockRun out) {
    int groups = groupFree.length();
    long start = goal >= 0 && goal < blockCount ? goal : hints.getPlain(hintIndex());
    long first = (start + HUGE_BLOCKS - 1) / HUGE_BLOCKS;
    int startGroup = (int) (first * HUGE_BLOCKS / GROUP_BLOCKS % groups);
    for (int i = 0; i <= groups; i++) {
      int group = (startGroup + i) % groups;
      if (groupFree.get(group) < HUGE_BLOCKS) {
        continue;
      }
      long begin = (long) group * GROUP_BLOCKS;
      long end = Math.min(begin + GROUP_BLOCKS, blockCount);
      for (long pfn = i == 0 ? Math.max(begin, first * HUGE_BLOCKS) : begin;
          pfn + HUGE_BLOCKS <= end;
          pfn += HUGE_BLOCKS) {
        if (allFree(pfn) && claimAll(pfn)) {
          out.set(pfn, HUGE_BLOCKS);
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Takes these very blocks; for the mount.
   *
   * @return −1, or the first block that was in use already: then nothing has changed
   */
  long markUsed(long pfn, long count) {
    Objects.checkFromIndexSize(pfn, count, blockCount);
    long claimed = claim(pfn, count);
    if (claimed == count) {
      return -1;
    }
    if (claimed > 0) {
      free(pfn, claimed);
    }
    return pfn + claimed;
  }

  /**
   * Gives blocks back.
   *
   * @throws IllegalStateException some block was free already: the caller's books are wrong, and
   *     nothing is certain any more
   */
  void free(long pfn, long count) {
    Objects.checkFromIndexSize(pfn, count, blockCount);
    long at = pfn;
    long end = pfn + count;
    while (at < end) {
      long next = Math.min(end, (at | 63) + 1);
      long mask = mask(at, next);
      long before = (long) WORD.getAndBitwiseAnd(words, (at >>> 6) << 3, ~mask);
      if ((before & mask) != mask) {
        throw new IllegalStateException(
            "blocks [" + pfn + ", +" + count + ") are given back, but some of them were free");
      }
      count(at, next - at);
      at = next;
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private boolean allocateAtGoal(long count, long goal, BlockRun out) {
    long there = freeRun(goal, count);
    if (there >= Math.min(count, WORTHWHILE_BLOCKS)) {
      long claimed = claim(goal, there);
      if (claimed > 0) {
        out.set(goal, claimed);
        return true;
      }
    }
    return false;
  }

  /**
   * Finds, without claiming: the first run of {@code count} from {@code start} on, else the longest
   * seen.
   */
  private boolean find(long count, long start, BlockRun out) {
    int groups = groupFree.length();
    int startGroup = (int) (start / GROUP_BLOCKS);
    long longest = 0;
    long best = 0;
    int patience = PATIENCE_GROUPS;
    for (int i = 0; i <= groups && (longest == 0 || patience > 0); i++) {
      int group = (startGroup + i) % groups;
      if (groupFree.get(group) <= 0) {
        continue;
      }
      patience--;
      long begin = (long) group * GROUP_BLOCKS;
      long end = Math.min(begin + GROUP_BLOCKS, blockCount);
      long at = i == 0 ? start : begin;
      while ((at = nextFree(at, end)) < end) {
        long run = freeRun(at, count);
        if (run > longest) {
          longest = run;
          best = at;
          if (run == count) {
            out.set(best, longest);
            return true;
          }
        }
        at += Math.max(run, 1);
      }
    }
    out.set(best, longest);
    return longest > 0;
  }

  /** The first free block in the range, {@code end} if there is none. */
  private long nextFree(long from, long end) {
    long at = from;
    while (at < end) {
      long holes = ~word(at >>> 6) >>> at;
      if (holes != 0) {
        return Math.min(end, at + Long.numberOfTrailingZeros(holes));
      }
      at = (at | 63) + 1;
    }
    return end;
  }

  /** How many blocks are free from {@code pfn} on, at most {@code limit}. */
  private long freeRun(long pfn, long limit) {
    long at = pfn;
    long end = limit < blockCount - pfn ? pfn + limit : blockCount;
    while (at < end) {
      long used = word(at >>> 6) >>> at;
      if (used != 0) {
        return Math.min(end, at + Long.numberOfTrailingZeros(used)) - pfn;
      }
      at = (at | 63) + 1;
    }
    return end - pfn;
  }

  private boolean allFree(long pfn) {
    for (int i = 0; i < HUGE_BLOCKS / 64; i++) {
      if (word((pfn >>> 6) + i) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean claimAll(long pfn) {
    long claimed = claim(pfn, HUGE_BLOCKS);
    if (claimed > 0 && claimed < HUGE_BLOCKS) {
      free(pfn, claimed);
    }
    return claimed == HUGE_BLOCKS;
  }

  /** Takes free blocks from {@code pfn} on until one is used; says how many. */
  private long claim(long pfn, long count) {
    long at = pfn;
    long end = pfn + count;
    while (at < end) {
      long next = Math.min(end, (at | 63) + 1);
      long got = claimInWord(at, next);
      if (got > 0) {
        count(at, -got);
      }
      at += got;
      if (at < next) {
        break;
      }
    }
    return at - pfn;
  }

  private long claimInWord(long from, long to) {
    long offset = (from >>> 6) << 3;
    while (true) {
      long word = (long) WORD.getVolatile(words, offset);
      long used = (word & mask(from, to)) >>> from;
      long got = used == 0 ? to - from : Long.numberOfTrailingZeros(used);
      if (got == 0 || WORD.compareAndSet(words, offset, word, word | mask(from, from + got))) {
        return got;
      }
    }
  }

  private void count(long pfn, long freed) {
    groupFree.addAndGet((int) (pfn / GROUP_BLOCKS), (int) freed);
    free.addAndGet(freed);
  }

  /** Bits of [from, to), which lie in one word and are not empty. */
  private static long mask(long from, long to) {
    return (ALL << from) & (ALL >>> -to);
  }

  private long word(long index) {
    return (long) WORD.getOpaque(words, index << 3);
  }

  private static int hintIndex() {
    long id = Thread.currentThread().threadId();
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> HINT_HASH_SHIFT) * HINT_STRIDE;
  }
}

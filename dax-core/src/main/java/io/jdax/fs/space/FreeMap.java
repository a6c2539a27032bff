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
 * Which frames of a device are used: one bit each, 1 if used, off the heap, changed by
 * compare-and-set only, so that a native thread may take frames from it too.
 *
 * <pre>
 *   words    64 frames each; frame n is bit n % 64 of word n / 64; bits after the last frame are 1
 *   groups   {@value #GROUP_FRAMES} frames each; how many are free, a hint by which searches skip what is full
 * </pre>
 *
 * <p>A search starts where the calling thread's last one ended (a hint per CPU in spirit: Java has
 * no cheaper name for a CPU than its thread), so threads don't meet in one word and each one's
 * frames follow each other.
 *
 * <p>Volatile: at mount everything is free but for what {@link #markUsed} takes.
 */
final class FreeMap implements AutoCloseable {
  static final int GROUP_FRAMES = 1 << 15;
  static final int HUGE_FRAMES = 512;

  private static final int HINTS = 16;
  private static final int HINT_HASH_SHIFT = 60;
  private static final int HINT_STRIDE = 8; // longs: a cache line each
  private static final long ALL = -1L;

  /** How many groups that have free frames are searched for a run of the full length. */
  private static final int PATIENCE_GROUPS = 16;

  /** How long a run at the goal must be to be preferred over a longer one elsewhere. */
  private static final int WORTHWHILE_FRAMES = 16;

  private static final VarHandle WORD = JAVA_LONG.varHandle();

  private final long frameCount;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;
  private final AtomicIntegerArray groupFree;
  private final AtomicLong free = new AtomicLong();
  private final AtomicLongArray hints = new AtomicLongArray(HINTS * HINT_STRIDE);

  /** Whether somebody has given back what was free. */
  private volatile boolean doubtful;

  FreeMap(long frameCount) {
    if (frameCount <= 0) {
      throw new IllegalArgumentException("frame count " + frameCount + ": must be positive");
    }
    this.frameCount = frameCount;
    this.words = arena.allocate((frameCount + 63) / 64 * 8, 64);
    this.groupFree =
        new AtomicIntegerArray(Math.toIntExact((frameCount + GROUP_FRAMES - 1) / GROUP_FRAMES));
    for (int g = 0; g < groupFree.length(); g++) {
      groupFree.set(g, (int) Math.min(GROUP_FRAMES, frameCount - (long) g * GROUP_FRAMES));
    }
    free.set(frameCount);
    if (frameCount % 64 != 0) {
      words.setAtIndex(JAVA_LONG, frameCount / 64, ALL << frameCount);
    }
    for (int i = 0; i < HINTS; i++) {
      hints.set(i * HINT_STRIDE, frameCount / HINTS * i);
    }
  }

  long frameCount() {
    return frameCount;
  }

  /** How many frames are free; exact when no other thread is at work. */
  long freeFrames() {
    return free.get();
  }

  boolean isUsed(long pfn) {
    Objects.checkIndex(pfn, frameCount);
    return ((word(pfn >>> 6) >>> pfn) & 1) != 0;
  }

  /**
   * Takes at least one and at most {@code count} consecutive frames.
   *
   * @param goal the frame to begin with if possible, or −1 for no preference
   * @return false if no frame is free
   */
  boolean allocate(long count, long goal, BlockRun out) {
    if (goal >= 0 && goal < frameCount && allocateAtGoal(count, goal, out)) {
      return true;
    }
    int hint = hintIndex();
    // A run may be lost to another thread between being found and being claimed. Then something was
    // allocated, so this ends when the map is full at the latest.
    while (find(count, goal >= 0 && goal < frameCount ? goal : hints.getPlain(hint), out)) {
      long claimed = claim(out.start(), out.count());
      if (claimed > 0) {
        out.set(out.start(), claimed);
        hints.setPlain(hint, out.end() < frameCount ? out.end() : 0);
        return true;
      }
    }
    return false;
  }

  /**
   * Takes {@value #HUGE_FRAMES} consecutive frames that begin at a multiple of that: a 2 MiB page.
   *
   * @param goal where to begin the search, or −1 for no preference
   * @return false if no such page is free
   */
  boolean allocateHuge(long goal, BlockRun out) {
    int groups = groupFree.length();
    long start = goal >= 0 && goal < frameCount ? goal : hints.getPlain(hintIndex());
    long first = (start + HUGE_FRAMES - 1) / HUGE_FRAMES;
    int startGroup = (int) (first * HUGE_FRAMES / GROUP_FRAMES % groups);
    for (int i = 0; i <= groups; i++) {
      int group = (startGroup + i) % groups;
      if (groupFree.get(group) < HUGE_FRAMES) {
        continue;
      }
      long begin = (long) group * GROUP_FRAMES;
      long end = Math.min(begin + GROUP_FRAMES, frameCount);
      for (long pfn = i == 0 ? Math.max(begin, first * HUGE_FRAMES) : begin;
          pfn + HUGE_FRAMES <= end;
          pfn += HUGE_FRAMES) {
        if (isAllFree(pfn) && claimAll(pfn)) {
          out.set(pfn, HUGE_FRAMES);
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Takes these very frames; for the mount.
   *
   * @return −1, or the first frame that was in use already; then nothing has changed
   */
  long markUsed(long pfn, long count) {
    Objects.checkFromIndexSize(pfn, count, frameCount);
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
   * Gives frames back.
   *
   * @throws IllegalStateException some frame was free already: the caller's books are wrong, and
   *     nothing is certain any more
   */
  void free(long pfn, long count) {
    Objects.checkFromIndexSize(pfn, count, frameCount);
    long at = pfn;
    long end = pfn + count;
    while (at < end) {
      long next = Math.min(end, (at | 63) + 1);
      long mask = mask(at, next);
      long before = (long) WORD.getAndBitwiseAnd(words, (at >>> 6) << 3, ~mask);
      if ((before & mask) != mask) {
        doubtful = true;
        throw new IllegalStateException(
            "frames [" + pfn + ", +" + count + ") are given back, but some of them were free");
      }
      addFree(at, next - at);
      at = next;
    }
  }

  @Override
  public void close() {
    assert doubtful || isSound() : "free frames are counted wrong";
    arena.close();
  }

  /** Whether {@link #allocate} would begin at its goal now. */
  boolean isWorthwhile(long count, long goal) {
    return goal >= 0
        && goal < frameCount
        && freeRun(goal, count) >= Math.min(count, WORTHWHILE_FRAMES);
  }

  private boolean allocateAtGoal(long count, long goal, BlockRun out) {
    long there = freeRun(goal, count);
    if (there >= Math.min(count, WORTHWHILE_FRAMES)) {
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
    int startGroup = (int) (start / GROUP_FRAMES);
    long longest = 0;
    long best = 0;
    int patience = PATIENCE_GROUPS;
    for (int i = 0; i <= groups && (longest == 0 || patience > 0); i++) {
      int group = (startGroup + i) % groups;
      if (groupFree.get(group) <= 0) {
        continue;
      }
      patience--;
      long begin = (long) group * GROUP_FRAMES;
      long end = Math.min(begin + GROUP_FRAMES, frameCount);
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

  /** The first free frame in the range, or {@code end} if there is none. */
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

  /** How many frames are free from {@code pfn} on, at most {@code limit}. */
  private long freeRun(long pfn, long limit) {
    long at = pfn;
    long end = limit < frameCount - pfn ? pfn + limit : frameCount;
    while (at < end) {
      long used = word(at >>> 6) >>> at;
      if (used != 0) {
        return Math.min(end, at + Long.numberOfTrailingZeros(used)) - pfn;
      }
      at = (at | 63) + 1;
    }
    return end - pfn;
  }

  private boolean isAllFree(long pfn) {
    for (int i = 0; i < HUGE_FRAMES / 64; i++) {
      if (word((pfn >>> 6) + i) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean claimAll(long pfn) {
    long claimed = claim(pfn, HUGE_FRAMES);
    if (claimed > 0 && claimed < HUGE_FRAMES) {
      free(pfn, claimed);
    }
    return claimed == HUGE_FRAMES;
  }

  /** Takes free frames from {@code pfn} on until one is used, and tells how many. */
  private long claim(long pfn, long count) {
    long at = pfn;
    long end = pfn + count;
    while (at < end) {
      long next = Math.min(end, (at | 63) + 1);
      long got = claimInWord(at, next);
      if (got > 0) {
        addFree(at, -got);
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

  private void addFree(long pfn, long freed) {
    groupFree.addAndGet((int) (pfn / GROUP_FRAMES), (int) freed);
    free.addAndGet(freed);
  }

  /** Bits of [from, to), which lie in one word and are not empty. */
  private static long mask(long from, long to) {
    return (ALL << from) & (ALL >>> -to);
  }

  private long word(long index) {
    return (long) WORD.getOpaque(words, index << 3);
  }

  /** Whether counts agree with bits; for when no other thread is at work. */
  private boolean isSound() {
    long sum = 0;
    for (int g = 0; g < groupFree.length(); g++) {
      long begin = (long) g * GROUP_FRAMES;
      long end = Math.min(begin + GROUP_FRAMES, frameCount);
      long inGroup = 0;
      for (long at = begin; at < end; at += 64) {
        inGroup += Long.bitCount(~word(at >>> 6)); // bits after the last frame are 1
      }
      if (inGroup != groupFree.get(g)) {
        return false;
      }
      sum += inGroup;
    }
    return sum == free.get();
  }

  private static int hintIndex() {
    long id = Thread.currentThread().threadId();
    return (int) ((id * 0x9E3779B97F4A7C15L) >>> HINT_HASH_SHIFT) * HINT_STRIDE;
  }
}

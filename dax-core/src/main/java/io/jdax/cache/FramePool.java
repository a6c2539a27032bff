package io.jdax.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.engine.FrameShortage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the tier, as many as it was given: bounded memory, whatever is hot.
 *
 * <pre>
 *   frame      number in the pool; pfn = firstPfn + frame
 *   flags      REFERENCED  used since the hand passed
 *              LEAVING     taken away from the mappings, to be evicted if nobody asks for it
 *   states     of the blocks of the page, as BlockStates
 * </pre>
 *
 * <p>Which is next is found by a hand that goes round and takes what was not used since it passed
 * last (CLOCK). Uses through a translation are not seen; but a page is taken away from the mappings
 * before it is evicted, and whoever uses it then gets it back.
 *
 * <p>Any thread may call.
 */
public final class FramePool {
  private static final int REFERENCED = 1;
  private static final int LEAVING = 2;

  /** Full sweeps of the hand before a thread gives up waiting; the first is only partial. */
  private static final int ROUNDS = 2;

  private final String region;
  private final long firstPfn;
  private final int frames;
  private final int dirtyLimit;
  private final AtomicReferenceArray<@Nullable FrameOwner> owners;
  private final AtomicLongArray pages;
  private final AtomicIntegerArray flags;
  private final AtomicIntegerArray states;
  private final FrameShortage noFrame = new PoolShortage(this, false);
  private final FrameShortage tooDirty = new PoolShortage(this, true);

  private final ReentrantLock lock = new ReentrantLock();

  /** Somebody wants what the flusher makes. */
  private final Condition wanted = lock.newCondition();

  /** Signalled when a frame is freed or cleaned, or when it is known that none will be. */
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final int[] free;

  @GuardedBy("lock")
  private int freeCount;

  /** Frames that wait until nobody reaches them. */
  @GuardedBy("lock")
  private final FrameRing retired;

  @GuardedBy("lock")
  private long gaveUp;

  @GuardedBy("lock")
  private boolean closing;

  @GuardedBy("lock")
  private @Nullable Throwable reason;

  /** Changed without the lock: writers and writebacks would meet there for every page. */
  private final AtomicInteger dirty = new AtomicInteger();

  /** Whoever waits has been counted when it looks at {@link #dirty}. */
  private final AtomicInteger waiters = new AtomicInteger();

  private int hand; // the flusher's

  /** How often the hand has gone round; written by the flusher. */
  private final AtomicLong rounds = new AtomicLong();

  @GuardedBy("lock")
  private long evictions;

  @GuardedBy("lock")
  private long hopes;

  /**
   * Frames that nobody has.
   *
   * @param dirtyLimit frames that may be dirty before those who make more have to wait
   */
  public FramePool(String region, long firstPfn, int frames, int dirtyLimit) {
    this.region = region;
    this.firstPfn = firstPfn;
    this.frames = frames;
    this.dirtyLimit = dirtyLimit;
    this.owners = new AtomicReferenceArray<>(frames);
    this.pages = new AtomicLongArray(frames);
    this.flags = new AtomicIntegerArray(frames);
    this.states = new AtomicIntegerArray(frames);
    this.free = new int[frames];
    this.retired = new FrameRing(frames);
    for (int i = 0; i < frames; i++) {
      free[i] = frames - 1 - i;
    }
    this.freeCount = frames;
  }

  /** How many frames there are. */
  public int frames() {
    return frames;
  }

  public long pfn(int frame) {
    return firstPfn + frame;
  }

  /** Whether a pfn is one of this pool's. */
  public boolean owns(long pfn) {
    return pfn >= firstPfn && pfn < firstPfn + frames;
  }

  // ---------------------------------------------------------------- who has them

  /**
   * Takes a frame of any content. To be {@link #publish}ed or {@link #free}d.
   *
   * @param dirtying the page will be dirty at once
   * @throws FrameShortage none is free, or too many are dirty
   */
  public int allocate(boolean dirtying) {
    lock.lock();
    try {
      if (freeCount <= lowWater()) {
        wanted.signal();
      }
      if (freeCount == 0) {
        throw noFrame;
      }
      if (dirtying && dirty.get() >= dirtyLimit && reason == null) {
        throw tooDirty;
      }
      return free[--freeCount];
    } finally {
      lock.unlock();
    }
  }

  /**
   * The frame holds a page now; called before anybody can find it.
   *
   * @param word {@link BlockStates}
   */
  public void publish(int frame, FrameOwner owner, long page, int word) {
    pages.set(frame, page);
    states.set(frame, word);
    flags.set(frame, REFERENCED);
    owners.set(frame, owner);
  }

  /** {@link BlockStates} of the frame's page. */
  public int states(int frame) {
    return states.get(frame);
  }

  /** Changes the state of one block. Returns false if it is not {@code from} any more. */
  public boolean change(int frame, int block, int from, int to) {
    while (true) {
      int word = states.get(frame);
      if (BlockStates.get(word, block) != from) {
        return false;
      }
      if (states.compareAndSet(frame, word, BlockStates.with(word, block, to))) {
        return true;
      }
    }
  }

  /**
   * Changes the states of the blocks {@code [from, to)}, whatever they are. Allocates nothing: the
   * file's extents say already what the states are to say.
   */
  public void setStates(int frame, int from, int to, int state) {
    for (int block = from; block < to; block++) {
      int word = states.get(frame);
      while (!states.compareAndSet(frame, word, BlockStates.with(word, block, state))) {
        word = states.get(frame);
      }
    }
  }

  /**
   * Its page is nobody's any more, but a thread may still reach it: whoever has turned the epoch
   * over calls {@link #freeRetired}. Can't fail.
   */
  public void retire(int frame) {
    owners.set(frame, null);
    lock.lock();
    try {
      retired.add(frame);
    } finally {
      lock.unlock();
    }
  }

  /** How many were retired so far. */
  public long retired() {
    lock.lock();
    try {
      return retired.added();
    } finally {
      lock.unlock();
    }
  }

  /** Frees those that were retired by then: no thread reaches them. */
  public void freeRetired(long by) {
    lock.lock();
    try {
      while (retired.hasBefore(by)) {
        free[freeCount++] = retired.take();
        hopes++;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody reaches it any more. */
  public void free(int frame) {
    owners.set(frame, null);
    lock.lock();
    try {
      free[freeCount++] = frame;
      hopes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Somebody has asked for the page: it stays. */
  public void touch(int frame) {
    if (flags.get(frame) != REFERENCED) {
      flags.set(frame, REFERENCED);
    }
  }

  /** Says that the page is on its way out. */
  public void leave(int frame) {
    flags.set(frame, LEAVING);
  }

  /** Whether nobody has asked for the page since {@link #leave}. */
  public boolean isLeaving(int frame) {
    return flags.get(frame) == LEAVING;
  }

  // ---------------------------------------------------------------- dirty

  /** A page became dirty (1) or clean (−1). */
  public void dirtied(int change) {
    int now = dirty.addAndGet(change);
    if (change < 0) {
      if (waiters.get() > 0 && now < dirtyLimit) {
        signal(changed);
      }
    } else if (now >= background() && now - change < background()) {
      signal(wanted); // the flusher does not go to sleep above that
    }
  }

  private void signal(Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Pages that are known to be dirty; of pages that mappings show not all are known. */
  public int dirtyFrames() {
    return dirty.get();
  }

  public int freeFrames() {
    lock.lock();
    try {
      return freeCount;
    } finally {
      lock.unlock();
    }
  }

  /** Pages that were evicted so far. */
  public long evictions() {
    lock.lock();
    try {
      return evictions;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- waiting

  /** See {@link FrameShortage#await}. */
  void await(boolean dirtying) throws FramesExhaustedException {
    lock.lock();
    try {
      waiters.incrementAndGet();
      long before = gaveUp;
      long round = rounds.get();
      while (freeCount == 0 || dirtying && dirty.get() >= dirtyLimit && reason == null) {
        if (closing || gaveUp != before && rounds.get() - round > ROUNDS) {
          throw exhausted();
        }
        wanted.signal();
        changed.awaitUninterruptibly();
      }
    } finally {
      waiters.decrementAndGet();
      lock.unlock();
    }
  }

  /** For whoever needs more frames than there are, or than there will be. */
  public FramesExhaustedException exhausted() {
    lock.lock();
    try {
      FramesExhaustedException e = new FramesExhaustedException(region, frames);
      if (reason != null) {
        e.initCause(reason);
      }
      return e;
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- for the flusher

  private int lowWater() {
    return Math.max(1, frames / 16);
  }

  private int background() {
    return dirtyLimit / 2 + 1;
  }

  /**
   * Waits until there is something to do: few frames are free, many are dirty, or the time is over.
   *
   * @return false if the pool is closed
   */
  boolean awaitWork(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!closing
          && waiters.get() == 0
          && freeCount > lowWater()
          && dirty.get() < background()) {
        if (left <= 0) {
          break;
        }
        hopes++;
        left = wanted.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException e) {
      return !closing; // nobody has a reason to: look for work
    } finally {
      lock.unlock();
    }
  }

  /** After a pass without result. */
  @SuppressWarnings("WaitNotInLoop") // waking up early is just another pass
  void rest(long nanos) {
    lock.lock();
    try {
      if (!closing) {
        long _ = wanted.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      // nobody has a reason to
    } finally {
      lock.unlock();
    }
  }

  boolean isLow() {
    lock.lock();
    try {
      return freeCount <= lowWater();
    } finally {
      lock.unlock();
    }
  }

  /** Changes whenever a frame is freed, by whomever, and whenever none is wanted. */
  long hopes() {
    lock.lock();
    try {
      return hopes;
    } finally {
      lock.unlock();
    }
  }

  boolean isDirty() {
    return dirtyFrames() >= background();
  }

  /** The last writeback failed with this, or did not. */
  void failing(@Nullable Throwable e) {
    lock.lock();
    try {
      reason = e;
      if (e != null) {
        changed.signalAll(); // more dirty pages are let in until there is no frame
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nothing can be freed: threads that have waited while the hand went round are told. */
  void giveUp() {
    lock.lock();
    try {
      if (freeCount == 0) {
        gaveUp++;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void evicted(int count) {
    lock.lock();
    try {
      evictions += count;
    } finally {
      lock.unlock();
    }
  }

  /** Adds frames that were not used since the hand passed them, until there are {@code max}. */
  void candidates(int max, Candidates out) {
    // Two rounds, so that there are some even if all were used.
    for (int i = 0; i < 2 * frames && out.count() < max; i++) {
      int frame = hand;
      hand = hand + 1 == frames ? 0 : hand + 1;
      if (hand == 0) {
        rounds.incrementAndGet();
      }
      FrameOwner owner = owners.get(frame);
      if (owner == null) {
        continue;
      }
      int seen = flags.get(frame);
      if (seen == REFERENCED) {
        flags.compareAndSet(frame, seen, 0);
      } else {
        out.add(owner, pages.get(frame));
      }
    }
  }

  /** Threads that wait are told that there will be nothing, and the flusher ends. */
  void close() {
    lock.lock();
    try {
      closing = true;
      wanted.signalAll();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "FramePool[%s, %d frames, %d free, %d dirty]"
        .formatted(region, frames, freeFrames(), dirtyFrames());
  }
}

package io.jdax.fs.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs, of frames or of blocks, that commits have stopped showing, until they may be used again.
 * What commit N stops showing is still shown by commit N − 1, whose superblock is the fallback
 * until N + 1 has replaced it.
 */
final class DelayedFrees {
  /** Runs that went away with one commit, as pairs of start and count. */
  private static final class Batch {
    final long commit;
    @Nullable Batch next;
    private long[] runs = new long[16];

    /** The first of {@link #runs} that has not been given away. */
    private int from;

    private int end;

    /** How many more runs of the change under way there is room for. */
    private int prepared;

    Batch(long commit) {
      this.commit = commit;
    }

    void prepare(int count) {
      makeRoom(count);
      prepared = count;
    }

    void add(long start, long count) {
      makeRoom(prepared + 1);
      append(start, count);
    }

    void addPrepared(long start, long count) {
      prepared--;
      append(start, count);
    }

    private void append(long start, long count) {
      runs[end++] = start;
      runs[end++] = count;
    }

    private void makeRoom(int count) {
      int wanted = Math.addExact(end, Math.multiplyExact(2, count));
      if (wanted > runs.length) {
        FailurePoint.ALLOCATION.reach();
        runs = Arrays.copyOf(runs, Math.max(wanted, runs.length * 2));
      }
    }
  }

  private final AtomicLong waiting = new AtomicLong();

  /** By ascending commit; no more than a few. */
  @GuardedBy("this")
  private @Nullable Batch first;

  @GuardedBy("this")
  private long durableCommit;

  /**
   * Allocates what so many {@link #addPrepared} need, so that they can't fail. For one change at a
   * time: what an earlier one has prepared and not used is forgotten.
   */
  synchronized void prepare(int runs, long commit) {
    batch(commit).prepare(runs);
  }

  /** As {@link #add}, after {@link #prepare} and before {@code commit}. */
  synchronized void addPrepared(long start, long count, long commit) {
    batch(commit).addPrepared(start, count);
    waiting.addAndGet(count);
  }

  /**
   * Keeps a run until the commit after {@code commit} is durable.
   *
   * @return false if it is durable already; then the run is not kept
   */
  synchronized boolean add(long start, long count, long commit) {
    if (commit < durableCommit) {
      return false;
    }
    batch(commit).add(start, count);
    waiting.addAndGet(count);
    return true;
  }

  /**
   * Gives away what waited for commit {@code commit}, which is durable. What the taker has no
   * memory to take, and so has not taken, waits for the next commit, since this one has happened.
   */
  synchronized void committed(long commit, RunTaker taker) {
    durableCommit = commit;
    try {
      for (Batch batch = first; batch != null && batch.commit < commit; batch = batch.next) {
        giveAway(batch, taker);
        first = batch.next;
      }
    } catch (OutOfMemoryError e) {
      // All of it is counted as waiting.
    }
    assert isSound();
  }

  /** Whether batches ascend by commit, and what waits is counted. */
  private synchronized boolean isSound() {
    long sum = 0;
    for (Batch batch = first; batch != null; batch = batch.next) {
      Batch next = batch.next;
      if (next != null && next.commit <= batch.commit) {
        return false;
      }
      for (int i = batch.from; i < batch.end; i += 2) {
        sum += batch.runs[i + 1];
      }
    }
    return sum == waiting.get();
  }

  private void giveAway(Batch batch, RunTaker taker) {
    while (batch.from < batch.end) {
      long count = batch.runs[batch.from + 1];
      taker.take(batch.runs[batch.from], count);
      batch.from += 2;
      waiting.addAndGet(-count);
    }
  }

  /** How many frames, or blocks, all runs that wait have. */
  long waitingCount() {
    return waiting.get();
  }

  /**
   * The batch of a commit, which is not always the newest, since quarantined blocks may come late.
   */
  @GuardedBy("this")
  private Batch batch(long commit) {
    Batch before = null;
    Batch at = first;
    while (at != null && at.commit < commit) {
      before = at;
      at = at.next;
    }
    if (at != null && at.commit == commit) {
      return at;
    }
    FailurePoint.ALLOCATION.reach();
    Batch added = new Batch(commit);
    added.next = at;
    if (before == null) {
      first = added;
    } else {
      before.next = added;
    }
    return added;
  }
}

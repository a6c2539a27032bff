package io.jdax.fs.space;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs that commits have stopped showing, until they may be used again. What commit N stops showing
 * is still shown by commit N − 1, whose superblock is the fallback until N + 1 has replaced it.
 */
final class DelayedFrees {
  /** Runs that went away with one commit, as pairs of start and count. */
  private static final class Batch {
    final long commit;
    @Nullable Batch next;
    private long[] runs = new long[16];
    private int from; // those before it are given away
    private int end;

    /** How many runs of the change under way are to come, for which there is room. */
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
  private @Nullable Batch first;

  private long durable;

  /**
   * Allocates what so many {@link #addPrepared} want, so that they can't fail. Of one change at a
   * time: what an earlier one has prepared and not used is forgotten.
   */
  synchronized void prepare(int runs, long commit) {
    batch(commit).prepare(runs);
  }

  /** As {@link #add}, of what was prepared for, with a commit that is to come. */
  synchronized void addPrepared(long start, long count, long commit) {
    batch(commit).addPrepared(start, count);
    waiting.addAndGet(count);
  }

  /**
   * Keeps a run until the commit behind {@code commit} is durable.
   *
   * @return false if it is already: then the run is not kept
   */
  synchronized boolean add(long start, long count, long commit) {
    if (commit < durable) {
      return false;
    }
    batch(commit).add(start, count);
    waiting.addAndGet(count);
    return true;
  }

  /**
   * Commit {@code commit} is durable; gives away what waited for it. What the taker has no memory
   * to take, and so has not taken, waits for the next commit: this one has happened.
   */
  synchronized void committed(long commit, RunTaker taker) {
    durable = commit;
    try {
      for (Batch batch = first; batch != null && batch.commit < commit; batch = batch.next) {
        giveAway(batch, taker);
        first = batch.next;
      }
    } catch (OutOfMemoryError e) {
      // All of it is counted as waiting.
    }
  }

  private void giveAway(Batch batch, RunTaker taker) {
    while (batch.from < batch.end) {
      long count = batch.runs[batch.from + 1];
      taker.take(batch.runs[batch.from], count);
      batch.from += 2;
      waiting.addAndGet(-count);
    }
  }

  /** The sum of the counts of all runs that wait. */
  long waiting() {
    return waiting.get();
  }

  /** Quarantined blocks may come late, so that the commit is not the newest. */
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

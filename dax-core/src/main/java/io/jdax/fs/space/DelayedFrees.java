package io.jdax.fs.space;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs that commits have stopped showing, until they may be used again. What commit N stops showing
 * is still shown by commit N − 1, whose superblock is the fallback until N + 1 has replaced it.
 */
final class DelayedFrees {
  /** Runs that went away with one commit, as pairs of start and count. */
  private static final class Batch {
    final long commit;
    long[] runs = new long[16];
    int size;

    Batch(long commit) {
      this.commit = commit;
    }

    void add(long start, long count) {
      if (size == runs.length) {
        runs = Arrays.copyOf(runs, size * 2);
      }
      runs[size++] = start;
      runs[size++] = count;
    }
  }

  private final AtomicLong waiting = new AtomicLong();

  /** By ascending commit. */
  private final ArrayDeque<Batch> batches = new ArrayDeque<>();

  private long durable;

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

  /** Commit {@code commit} is durable; gives away what waited for it. */
  synchronized void committed(long commit, RunTaker taker) {
    durable = commit;
    for (Batch first; (first = batches.peekFirst()) != null && first.commit < commit; ) {
      batches.removeFirst();
      for (int i = 0; i < first.size; i += 2) {
        taker.take(first.runs[i], first.runs[i + 1]);
        waiting.addAndGet(-first.runs[i + 1]);
      }
    }
  }

  /** The sum of the counts of all runs that wait. */
  long waiting() {
    return waiting.get();
  }

  private Batch batch(long commit) {
    for (Iterator<Batch> newest = batches.descendingIterator(); newest.hasNext(); ) {
      Batch batch = newest.next();
      if (batch.commit == commit) {
        return batch;
      }
    }
    Batch added = new Batch(commit);
    // Quarantined blocks may come late, so that the commit is not the newest.
    ArrayDeque<Batch> newer = new ArrayDeque<>();
    for (Batch last; (last = batches.peekLast()) != null && last.commit > commit; ) {
      newer.push(batches.removeLast());
    }
    batches.addLast(added);
    batches.addAll(newer);
    return added;
  }
}

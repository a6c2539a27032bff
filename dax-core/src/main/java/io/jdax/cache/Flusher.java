package io.jdax.cache;

import io.jdax.os.Daemons;
import io.jdax.os.Waits;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a pool, which writes dirty pages back when they are old or many, and evicts before
 * the last frame is taken.
 */
public final class Flusher implements AutoCloseable {
  /** Pages that are taken away at a time: each time costs a turn-over of the epoch. */
  private static final int BATCH = 512;

  /** How long nothing could be freed before those who wait are told so. */
  private static final long PATIENCE_NANOS = millis(5_000);

  private final String name;
  private final FramePool pool;
  private final Runnable turnOver;
  private final long ageNanos;
  private final long patienceNanos;
  private final Set<FrameOwner> owners = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private long fruitlessSince = -1;
  private long hopesSeen;

  /** It has said that something was thrown that nobody expects. */
  private boolean said;

  /**
   * Starts the thread.
   *
   * @param age after which dirty pages are written back
   * @param turnOver returns when no thread reaches a page by a translation that was taken away
   *     before the call
   */
  public Flusher(String name, FramePool pool, Duration age, Runnable turnOver) {
    this(name, pool, age, turnOver, PATIENCE_NANOS);
  }

  Flusher(String name, FramePool pool, Duration age, Runnable turnOver, long patienceNanos) {
    this.pool = pool;
    this.patienceNanos = patienceNanos;
    this.ageNanos = TimeUnit.NANOSECONDS.convert(age);
    this.turnOver = turnOver;
    this.name = name;
    this.thread = Daemons.unstarted("jdax-flusher " + name, this::run);
    thread.start();
  }

  /** A file has pages in the pool. */
  public void add(FrameOwner owner) {
    owners.add(owner);
  }

  /** A file has none any more. */
  public void remove(FrameOwner owner) {
    owners.remove(owner);
  }

  /** Whether it is this that asks. */
  public boolean isCurrentThread() {
    return Thread.currentThread().equals(thread);
  }

  private void run() {
    try {
      work();
    } finally {
      pool.close(); // whatever has ended it: nobody waits for a thread that is no more
    }
  }

  private void work() {
    long last = System.nanoTime();
    boolean open = true;
    while (open) {
      try {
        open = pool.awaitWork(Math.max(0, last + ageNanos - System.nanoTime()));
        if (open) {
          last = round(last);
        }
      } catch (Throwable t) {
        survive(t);
      }
    }
  }

  /** Returns when old pages were written back last. */
  private long round(long before) {
    long last = before;
    boolean old = System.nanoTime() - last >= ageNanos;
    if (old || pool.isDirty()) {
      writeBack();
      last = old ? System.nanoTime() : last;
    }
    if (pool.isLow()) {
      evict();
    }
    return last;
  }

  /**
   * What one file, or a want of memory, does to a round is not the end of it: the others want their
   * frames as before.
   */
  private void survive(Throwable t) {
    try {
      pool.failing(t);
      say(t);
      pool.rest(millis(50));
    } catch (Throwable again) {
      LockSupport.parkNanos(millis(50)); // not even that: there may be memory soon
    }
  }

  /** Once: what is thrown in every round would fill the log. */
  private void say(Throwable t) {
    if (said) {
      return;
    }
    said = true;
    System.getLogger(Flusher.class.getName())
        .log(
            System.Logger.Level.ERROR,
            name
                + ": the flusher goes on after an unexpected error, and reports only this first"
                + " one",
            t);
  }

  private void writeBack() {
    Throwable failure = null;
    for (FrameOwner owner : owners) {
      try {
        owner.writeBackAll();
      } catch (IllegalStateException e) {
        // It was closed meanwhile; whoever does that removes it.
      } catch (Throwable t) {
        failure = failed(owner, t);
      }
    }
    pool.failing(failure);
    if (failure != null) {
      pool.rest(millis(50)); // the media may be better then
    } else if (pool.isDirty()) {
      pool.rest(millis(1)); // what can't be written back now may be soon
    }
  }

  private Throwable failed(FrameOwner owner, Throwable t) {
    if (t instanceof IOException e) {
      owner.failed(e);
    } else {
      say(t);
    }
    return t;
  }

  private void evict() {
    Candidates candidates = new Candidates();
    pool.candidates(Math.clamp(pool.frames() / 4, 8, BATCH), candidates);
    int freed = 0;
    // A turn-over that throws frees nothing either: else nobody would ever be told.
    try {
      freed = evict(candidates);
    } finally {
      if (freed == 0) {
        fruitless();
      }
    }
    if (freed > 0) {
      fruitlessSince = -1;
      pool.evicted(freed);
    } else {
      pool.rest(millis(1));
    }
  }

  private void fruitless() {
    long now = System.nanoTime();
    long hopes = pool.hopes();
    if (fruitlessSince == -1 || hopes != hopesSeen) {
      fruitlessSince = now; // not without a break since the last time
      hopesSeen = hopes;
    } else if (now - fruitlessSince > patienceNanos) {
      pool.giveUp();
    }
  }

  private int evict(Candidates candidates) {
    boolean reachable = false;
    for (var e : candidates.sorted().entrySet()) {
      try {
        reachable |= e.getKey().unmap(e.getValue().pages, e.getValue().count);
      } catch (Throwable t) {
        reachable = true; // nobody knows how far it came
        failed(e.getKey(), t);
      }
    }
    if (reachable) {
      turnOver.run();
    }
    int freed = 0;
    @Nullable Throwable failure = null;
    for (var e : candidates.sorted().entrySet()) {
      FrameOwner owner = e.getKey();
      Candidates.Batch batch = e.getValue();
      try {
        owner.writeBack(batch.pages, batch.count);
      } catch (IllegalStateException x) {
        continue; // closed meanwhile
      } catch (Throwable t) {
        failure = failed(owner, t); // some may be clean all the same
      }
      try {
        freed += owner.evict(batch.pages, batch.count);
      } catch (Throwable t) {
        failure = failed(owner, t);
      }
    }
    pool.failing(failure);
    return freed;
  }

  static long millis(long n) {
    return TimeUnit.MILLISECONDS.toNanos(n);
  }

  /** Ends the thread; what is dirty stays so. */
  @Override
  public void close() {
    pool.close();
    Waits.join(thread);
  }
}

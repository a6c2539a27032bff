package io.jdax.tools;

import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Threads that copy files, while the one that owns the team goes through a tree. What they did is
 * looked at in the order in which it was asked for, so that what is told, and which failure ends
 * the copy, does not depend on which thread was faster. Only the owner calls.
 *
 * @param <T> what a thread works with, such as a buffer
 */
final class CopyTeam<T> implements AutoCloseable {
  private static final int MOST_THREADS = 8;

  /** More would be open files, and failures that are told late; fewer would let threads wait. */
  private static final int MOST_UNDER_WAY = 64;

  /** What a thread does, for one file. */
  interface Work<T> {
    /**
     * Runs, on any thread.
     *
     * @throws SkippedException or {@link SystemCallException}: the file is left out, and told of
     * @throws IOException the copy ends
     */
    void run(T tools) throws IOException;

    /** Called instead if the copy has ended before: lets go of what was opened. */
    default void drop() throws IOException {}
  }

  /** What all threads do together. */
  interface Share<T> {
    /** Returns a number, of which the largest is the answer. */
    long run(T tools) throws IOException;
  }

  /** What the owner does when all before is done. */
  interface Step {
    void run() throws IOException;
  }

  /** Makes what a thread works with; the threads count from 0. */
  interface Tools<T> {
    T of(int thread);
  }

  /**
   * Something that was asked for.
   *
   * @param shown what messages call the file
   */
  private record Asked(String shown, Step step) {}

  private final Problems problems;
  private final List<T> tools = new ArrayList<>();
  private final BlockingQueue<T> free;
  private final ExecutorService threads;
  private final Deque<Asked> asked = new ArrayDeque<>();
  private int underWay;
  private volatile boolean ended;

  CopyTeam(Problems problems, Tools<T> maker) {
    this(problems, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()), maker);
  }

  CopyTeam(Problems problems, int size, Tools<T> maker) {
    this.problems = problems;
    for (int i = 0; i < size; i++) {
      tools.add(maker.of(i));
    }
    this.free = new ArrayBlockingQueue<>(size, false, tools);
    this.threads =
        Executors.newFixedThreadPool(
            size, Thread.ofPlatform().name("jdax-copy-", 0).daemon(true).factory());
  }

  /** Has a thread copy a file. Waits if many are under way. */
  void copy(String shown, Work<T> work) throws IOException {
    Future<Long> future =
        submit(
            mine -> {
              if (ended) {
                work.drop();
              } else {
                work.run(mine);
              }
              return 0L;
            });
    underWay++;
    add(
        new Asked(
            shown,
            () -> {
              underWay--;
              long _ = result(future);
            }));
  }

  private Future<Long> submit(Share<T> share) {
    return threads.submit(
        () -> {
          T mine = free.remove(); // there are as many as threads
          try {
            return share.run(mine);
          } finally {
            free.add(mine);
          }
        });
  }

  /**
   * Has each thread do its share of something, when they have nothing else to do, and waits for
   * all.
   *
   * @return the largest of what they returned
   * @throws IOException why the first of them failed
   */
  long all(Share<T> share) throws IOException {
    List<Future<Long>> shares = new ArrayList<>();
    for (int i = 0; i < tools.size(); i++) {
      shares.add(submit(share));
    }
    long largest = Long.MIN_VALUE;
    Throwable failure = null;
    for (Future<Long> each : shares) {
      try {
        largest = Math.max(largest, result(each));
      } catch (IOException | RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    return switch (failure) {
      case null -> largest;
      case IOException io -> throw io;
      case RuntimeException bug -> throw bug;
      case Error error -> throw error;
      default -> throw new AssertionError(failure);
    };
  }

  /** Does something, such as telling of a file that is left out, when all before is done. */
  void then(String shown, Step step) throws IOException {
    add(new Asked(shown, step));
  }

  private void add(Asked next) throws IOException {
    asked.add(next);
    while (asked.size() > MOST_UNDER_WAY || !asked.isEmpty() && underWay == 0) {
      first();
    }
  }

  /** Does some work on the owner's thread. What failed before it is told before its failure. */
  void inOrder(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException e) {
      drain();
      throw e;
    }
  }

  /** Waits until all is done. */
  void drain() throws IOException {
    while (!asked.isEmpty()) {
      first();
    }
  }

  private void first() throws IOException {
    Asked first = asked.remove();
    boolean goesOn = false;
    try {
      first.step.run();
      goesOn = true;
    } catch (SystemCallException | SkippedException e) {
      problems.say(first.shown, e);
      goesOn = true;
    } finally {
      if (!goesOn) {
        ended = true;
        asked.clear(); // what comes after the failure that ends the copy is not told
      }
    }
  }

  /** Waits for what a thread did. */
  private static long result(Future<Long> future) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // nobody but the JVM, which ends by itself
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new AssertionError(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  List<T> tools() {
    return tools;
  }

  /** Lets go of what has not begun, and waits for what has. */
  @Override
  public void close() {
    ended = true;
    threads.close();
  }
}

package io.jdax.fs.tier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.cache.PageIndex;
import io.jdax.os.Waits;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The dirty pages of a range, which are taken piece by piece by the threads that write them back,
 * and what became of it. Whoever made it calls {@link #finish}; helpers that come later find
 * nothing to do.
 */
final class WritebackRange {
  /** Pages of a piece; one begins at a multiple of it, so that new storage of 2 MiB is aligned. */
  private static final int PIECE = 512;

  private final PageIndex index;
  private final long end;

  @GuardedBy("this")
  private long next;

  @GuardedBy("this")
  private int helping;

  @GuardedBy("this")
  private boolean over;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  WritebackRange(PageIndex index, long first, long end) {
    this.index = index;
    this.next = first;
    this.end = end;
  }

  /** The first dirty page of a piece that is the caller's from now on, or −1 if there is none. */
  synchronized long take() {
    long page = over ? end : index.nextDirty(next, end);
    if (page >= end) {
      return -1;
    }
    next = endOf(page);
    return page;
  }

  /** Whether there is a piece to take. */
  synchronized boolean hasMore() {
    return !over && index.nextDirty(next, end) < end;
  }

  /** Where the piece of a page ends. */
  long endOf(long page) {
    return Math.min(end, (page | PIECE - 1) + 1);
  }

  /** A helper comes. Returns false if it is too late. */
  synchronized boolean enter() {
    helping += over ? 0 : 1;
    return !over;
  }

  private synchronized boolean isHelped() {
    return helping > 0;
  }

  /** A helper has done what it can. */
  synchronized void leave() {
    helping--;
    notifyAll();
  }

  /** Nobody takes a piece any more. */
  @SuppressWarnings("ReferenceEquality") // nothing suppresses itself
  synchronized void fail(Throwable t) {
    over = true; // before what wants memory
    if (failure == null) {
      failure = t;
    } else if (failure != t) {
      failure.addSuppressed(t);
    }
  }

  /**
   * Returns when every helper has left.
   *
   * @throws IOException what one of them, or the caller, failed with
   */
  synchronized void finish() throws IOException {
    over = true;
    Waits.whileTrue(this, this::isHelped); // they write for the caller, under its locks
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure); // nothing else is thrown
    }
  }
}

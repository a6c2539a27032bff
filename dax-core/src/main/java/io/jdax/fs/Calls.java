package io.jdax.fs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts the calls that are under way on one handle, so that its inode is not put away below them
 * (the kernel's fdget and fput). The handle's use of the inode ends with the last call, if it was
 * closed before.
 *
 * <pre>
 *   try (Calls _ = enter()) { … }         which asks tryEnter()
 * </pre>
 *
 * <p>A count of its own for each handle, since all that have a file open would meet at one.
 */
final class Calls implements AutoCloseable {
  /** Set by {@link #end}: no call begins any more, so that the rest counts down to nothing once. */
  private static final int ENDED = Integer.MIN_VALUE;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Calls.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Runnable last;

  /** How many are under way, and {@link #ENDED}. */
  @SuppressWarnings("UnusedVariable") // by the handle
  private volatile int state;

  /**
   * None yet.
   *
   * @param last what the last call does when it leaves a handle that was closed meanwhile
   */
  Calls(Runnable last) {
    this.last = last;
  }

  /** A call begins. Returns false if the handle is closed. */
  boolean tryEnter() {
    int now = state;
    while (now >= 0) {
      int seen = (int) STATE.compareAndExchange(this, now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** A call ends. */
  @Override
  public void close() {
    if ((int) STATE.getAndAdd(this, -1) == ENDED + 1) {
      last.run();
    }
  }

  /** Whether calls may begin. */
  boolean isOpen() {
    return state >= 0;
  }

  /** What {@link #end} has found. */
  enum End {
    /** It was ended before. */
    BEFORE,
    /** Calls are under way, the last of which does the rest. */
    LATER,
    /** None is, nor will be. */
    NOW
  }

  /** No call begins any more. */
  End end() {
    int before = (int) STATE.getAndBitwiseOr(this, ENDED);
    if (before < 0) {
      return End.BEFORE;
    }
    return before == 0 ? End.NOW : End.LATER;
  }
}

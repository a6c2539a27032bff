package io.jdax.mm.engine;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Takes back the interrupts that a turn-over causes. To make an access throw that it finds under
 * way, the JVM's handshake sets the interrupt flag of the thread without calling {@link
 * Thread#interrupt} (JavaThread::install_async_exception). The thread's next wait, or its
 * FileChannel, would pay for that.
 *
 * <p>The closing thread looks at all flags right before the handshake and right after it. A thread
 * whose access has failed clears its own flag, once per epoch, and only if it was set between the
 * two looks. The JVM does not tell who has set a flag. So an interrupt by somebody else is lost if
 * it meets a thread that the handshake has found in the middle of an access, and comes after the
 * first look and before the access repeats. {@link Epoch#letThreadsLeave} makes such threads very
 * rare. To leave the flag set in doubt would be worse: it is nearly always the handshake's, and a
 * FileChannel that it closes does not open again.
 *
 * <p>Virtual threads have a flag of their own, which no handshake sets.
 */
final class ClosingInterrupts {
  /** Room for threads that are started while the others are listed. */
  private static final int NEW_THREADS = 64;

  private static final int SPINS = 100;

  /** Threads whose flag the handshake has set; NONE_YET before the look after it. */
  private volatile Set<Thread> hit = NONE_YET;

  private static final Set<Thread> NONE_YET = Collections.emptySet();
  private static final Set<Thread> NONE = new HashSet<>(); // and there will be none

  /** Runs a handshake, and notes whose flag was set by it. */
  void around(Runnable handshake) {
    Thread[] all = threads();
    Set<Thread> found =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    boolean[] before = new boolean[all.length];
    for (int i = 0; i < all.length && all[i] != null; i++) {
      before[i] = all[i].isInterrupted();
    }
    try {
      handshake.run();
    } finally {
      try {
        for (int i = 0; i < all.length && all[i] != null; i++) {
          if (!before[i] && all[i].isInterrupted()) {
            found.add(all[i]);
          }
        }
      } finally {
        hit = found; // whatever happens, since threads wait for it
      }
    }
  }

  /** Takes nobody's flag for the handshake's, as there was no memory for a look. */
  @SuppressWarnings("ReferenceEquality") // NONE_YET is told from others that are empty
  void giveUpLook() {
    if (hit == NONE_YET) {
      hit = NONE;
    }
  }

  private static Thread[] threads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all = new Thread[root.activeCount() + NEW_THREADS];
    root.enumerate(all);
    return all;
  }

  /**
   * Makes the calling thread's flag what it would be without the handshake, after an access of the
   * thread failed because of it, or because it came too late. Waits for the look after the
   * handshake, which is under way.
   */
  void forget() {
    Thread thread = Thread.currentThread();
    if (!thread.isInterrupted() || thread.isVirtual()) {
      return;
    }
    awaitLook();
    if (hit.remove(thread)) {
      Thread.interrupted();
    }
  }

  // NONE_YET is told from others that are empty; and a thread that can't park lets others run.
  @SuppressWarnings({"ReferenceEquality", "ThreadPriorityCheck"})
  private void awaitLook() {
    // It spins, since a thread that is interrupted would not park.
    for (int spins = 0; hit == NONE_YET; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }
}

package io.jdax.mm.engine;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Takes back the interrupts that a turn-over causes. To make an access throw that it finds under
 * way, the JVM's handshake sets the interrupt flag of its thread, past {@link Thread#interrupt}
 * (JavaThread::install_async_exception); the thread's next wait, or its FileChannel, would pay for
 * it.
 *
 * <p>The closing thread looks at all flags right before the handshake and right after it. A thread
 * whose access has failed clears its own flag, once per epoch, and only if it was set between the
 * two looks. So an interrupt by somebody else is lost only if it meets a thread that the handshake
 * has found in the middle of an access, after the first look and before the access repeats: the JVM
 * tells nobody who set the flag. {@link Epoch#letThreadsLeave} sees to it that such threads are
 * very few. To leave the flag set in doubt would be worse: it is the handshake's nearly always, and
 * a FileChannel that it closes does not open again.
 *
 * <p>Virtual threads have a flag of their own, which no handshake sets.
 */
final class ClosingInterrupts {
  /** Threads to look at beyond what there seem to be. */
  private static final int NEW_THREADS = 64;

  private static final int SPINS = 100;

  /** Null until the handshake has been, and been looked at. */
  private volatile Set<Thread> hit = NONE_YET;

  private static final Set<Thread> NONE_YET = Collections.emptySet();
  private static final Set<Thread> NONE = new HashSet<>(); // stays empty

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
        hit = found; // whatever happens: threads wait for it
      }
    }
  }

  /** There was no memory for a look: nobody's flag is taken for the handshake's. */
  @SuppressWarnings("ReferenceEquality") // the one set that says that there is none
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
   * After an access of the calling thread failed because of the handshake, or because it came too
   * late: its flag is as it would be without it. Waits for the look after the handshake, which is
   * under way.
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

  // The one set that says that there is none; and a thread that can't park lets others run.
  @SuppressWarnings({"ReferenceEquality", "ThreadPriorityCheck"})
  private void awaitLook() {
    // Spinning, and not parked: the thread is interrupted, and would not park.
    for (int spins = 0; hit == NONE_YET; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }
}

package io.jdax.mm.engine;

import org.jspecify.annotations.Nullable;

/**
 * Mappings and pins that were closed, but that an error has kept from giving back all they had. The
 * next map, pin, close or sync goes on with them. The list leads through its members, so that
 * nothing is allocated for it.
 */
final class UnfinishedCloses {
  /** Written under the monitor, also read without it. */
  private volatile @Nullable Closing first;

  /** Remembers an end that was broken off. Does nothing if it is remembered already. */
  synchronized void add(Closing closing) {
    if (!closing.listed) {
      closing.listed = true;
      closing.next = first;
      first = closing;
    }
  }

  /**
   * Goes on with all there are. Those that fail again stay. Throws nothing of theirs, since the
   * caller has come for something else. The caller holds no lock.
   */
  void goOn() {
    if (first != null) {
      Closing rest = takeAll();
      while (rest != null) {
        Closing one = rest;
        rest = takeOut(one);
        try {
          one.run();
        } catch (Throwable t) {
          // Whoever closed it has been told, and it is in the list again.
        }
      }
    }
  }

  private synchronized @Nullable Closing takeAll() {
    Closing all = first;
    first = null;
    return all;
  }

  /** Takes one out of the list, and returns the one after it. */
  private synchronized @Nullable Closing takeOut(Closing closing) {
    Closing after = closing.next;
    closing.next = null;
    closing.listed = false;
    return after;
  }
}

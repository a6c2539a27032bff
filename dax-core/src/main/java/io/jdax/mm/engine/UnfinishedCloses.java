package io.jdax.mm.engine;

import org.jspecify.annotations.Nullable;

/**
 * What was closed, but that an error has kept from giving back all it had. The next map, close or
 * sync goes on with it. A list through its members, so that nothing is allocated for it.
 */
final class UnfinishedCloses {
  private volatile @Nullable Closing first; // written under the monitor

  synchronized void add(Closing closing) {
    if (!closing.listed) {
      closing.listed = true;
      closing.next = first;
      first = closing;
    }
  }

  /**
   * Goes on with all there are; those that fail again stay. Throws nothing of theirs: who calls is
   * about something else. The caller holds no lock.
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
          // It has been said to who closed it, and is in the list again.
        }
      }
    }
  }

  private synchronized @Nullable Closing takeAll() {
    Closing all = first;
    first = null;
    return all;
  }

  /** Returns who comes next. */
  private synchronized @Nullable Closing takeOut(Closing closing) {
    Closing after = closing.next;
    closing.next = null;
    closing.listed = false;
    return after;
  }
}

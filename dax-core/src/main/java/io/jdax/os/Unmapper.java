package io.jdax.os;

import io.jdax.machine.SystemCallException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Gives addresses back to the system that nobody knows any more. What the kernel does not take back
 * now, for want of memory of its own, it is offered again with whatever is given back later.
 */
public final class Unmapper {
  private static final List<Range> REFUSED = new ArrayList<>();

  private record Range(long from, long length) {}

  private Unmapper() {}

  /** Unmaps a range of any length; nothing for 0. */
  public static void unmap(long from, long length) {
    synchronized (REFUSED) {
      if (length > 0 && !unmapped(from, length)) {
        REFUSED.add(new Range(from, length));
      }
      for (Iterator<Range> i = REFUSED.iterator(); i.hasNext(); ) {
        Range range = i.next();
        if (unmapped(range.from, range.length)) {
          i.remove(); // at once: it may be somebody else's from now on
        }
      }
    }
  }

  /** Tried twice: a call that found no memory may find some a moment later. */
  private static boolean unmapped(long from, long length) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        LinuxMemory.munmap(from, length);
        return true;
      } catch (SystemCallException e) {
        // Told by the result.
      }
    }
    return false;
  }
}

package io.jdax.os;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Gives addresses back to the system when nobody knows them any more. If the kernel can't take a
 * range now, for want of memory of its own, it is offered that range again with whatever is given
 * back later.
 */
public final class Unmapper {
  @GuardedBy("REFUSED")
  private static final List<Range> REFUSED = new ArrayList<>();

  private record Range(long from, long length) {}

  private Unmapper() {}

  /** Unmaps a range. Does nothing for a length of 0. */
  public static void unmap(long from, long length) {
    synchronized (REFUSED) {
      if (length > 0 && !unmapped(from, length)) {
        REFUSED.add(new Range(from, length));
      }
      for (Iterator<Range> i = REFUSED.iterator(); i.hasNext(); ) {
        Range range = i.next();
        if (unmapped(range.from, range.length)) {
          i.remove(); // at once, since the addresses may be somebody else's from now on
        }
      }
    }
  }

  /** Tries twice, since a call that found no memory may find some a moment later. */
  private static boolean unmapped(long from, long length) {
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        LinuxMemory.munmap(from, length);
        return true;
      } catch (SystemCallException e) {
        // The result tells.
      }
    }
    return false;
  }
}

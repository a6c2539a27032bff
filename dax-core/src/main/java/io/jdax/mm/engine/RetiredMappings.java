package io.jdax.mm.engine;

import io.jdax.mm.Sharing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Closed mappings of a file through which a racing thread may have stored: they stay in the {@link
 * MappingTree}, and keep their dirty bytes, until all of those are made. Then the marks become
 * DIRTY entries.
 */
final class RetiredMappings {
  private static final long NEVER = -2;

  /** Beyond so many those are looked for that can be let go of. */
  private static final int MANY = 8;

  private final AddressSpace space;
  private final FrameSpace frames;

  // guarded by this
  private final List<FileMapping> waiting = new ArrayList<>();
  private boolean closed;

  /** The closed epoch at the last look: none becomes quiet before the next. */
  private long lookedThrough = NEVER;

  RetiredMappings(AddressSpace space) {
    this.space = space;
    this.frames = space.frames();
  }

  /** Takes in a mapping that is closed; false: it has no marks, or nobody wants them any more. */
  synchronized boolean add(FileMapping mapping) {
    boolean marks = mapping.sharing() == Sharing.SHARED && mapping.memory().hasMarks();
    return marks && !closed && waiting.add(mapping);
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Looks for some to let go of if there are many. */
  void sweepMany() {
    boolean many;
    synchronized (this) {
      many = waiting.size() > MANY;
    }
    if (many && !sweep()) {
      frames.quarantine().turnOverSoon();
    }
  }

  /**
   * Lets go of those whose stores have all been made; a writeback that still looks at their marks
   * holds the memory. Returns whether there were any.
   */
  boolean sweep() {
    synchronized (this) {
      if (waiting.isEmpty() || frames.closedEpoch() == lookedThrough) {
        return false;
      }
    }
    long stamp = space.invalidateLock().lockShared();
    try {
      return sweepLocked();
    } finally {
      space.invalidateLock().unlockShared(stamp);
    }
  }

  /** {@link #sweep} for who has the invalidate lock, shared at least. */
  synchronized boolean sweepLocked() {
    long closedEpoch = frames.closedEpoch();
    if (closedEpoch == lookedThrough) {
      return false;
    }
    boolean any = false;
    boolean all = true;
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (waiting.get(i).memory().isQuiet()) {
        boolean gone = letGo(waiting.get(i));
        if (gone) {
          waiting.remove(i);
        }
        any |= gone;
        all &= gone;
      }
    }
    lookedThrough = all ? closedEpoch : NEVER;
    return any;
  }

  /** Whether all its marks are taken over; if not, they are looked at as before. */
  private boolean letGo(FileMapping mapping) {
    try {
      space.writebacks().takeOver(mapping);
    } catch (IOException e) {
      return false;
    }
    space.mappings().remove(mapping);
    space.counters().mkwrites.add(mapping.mkwrites());
    mapping.memory().unreachable();
    return true;
  }

  /** Nobody wants to know of marks any more. */
  synchronized void close() {
    closed = true;
    for (FileMapping mapping : waiting) {
      space.mappings().remove(mapping);
      mapping.memory().unreachableSoon();
    }
    waiting.clear();
  }
}

package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Closed mappings of a file through which racing threads may have stored. They stay in the {@link
 * MappingTree}, and keep their dirty bytes, until all those stores are made. Then the marks become
 * DIRTY entries.
 */
final class RetiredMappings {
  private static final long NEVER = -2;

  /** If more than so many wait, {@link #sweepMany} looks for some to let go of. */
  private static final int MANY = 8;

  private final MappedFile file;
  private final FrameSpace frames;
  private final DirtyEntries dirtyEntries;

  @GuardedBy("this")
  private final List<MappedArea> waiting = new ArrayList<>();

  /** Whether some wait; read without the monitor by every writeback. */
  private volatile boolean any;

  @GuardedBy("this")
  private boolean closed;

  /** The last closed epoch at the last look. No mapping becomes quiet before the next is closed. */
  @GuardedBy("this")
  private long lookedThrough = NEVER;

  RetiredMappings(MappedFile file, DirtyEntries dirtyEntries) {
    this.file = file;
    this.frames = file.frames;
    this.dirtyEntries = dirtyEntries;
  }

  /**
   * Takes in a mapping that was closed. It leaves the tree at once if nothing was stored through
   * it, or if the file is closed too, so that its marks are of no use; else when no thread can
   * store through it any more.
   */
  void takeIn(MappedArea area) {
    if (!add(area)) {
      leaveTree(area);
    }
  }

  private synchronized boolean add(MappedArea area) {
    assert !area.memory.isOpen();
    boolean marks = area.facts.sharing() == Sharing.SHARED && area.memory.hasMarks();
    if (!marks || closed) {
      return false;
    }
    waiting.add(area);
    any = true;
    return true;
  }

  private void leaveTree(MappedArea area) {
    file.mappings.remove(area);
    area.memory.markUnreachableSoon();
  }

  boolean isEmpty() {
    return !any;
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
   * Lets go of those whose stores have all been made. A writeback that still looks at their marks
   * holds the memory.
   *
   * @return whether there were any
   */
  boolean sweep() {
    synchronized (this) {
      if (waiting.isEmpty() || frames.closedEpoch() == lookedThrough) {
        return false;
      }
    }
    long stamp = file.invalidateLock.lockShared();
    try {
      return sweepLocked();
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }

  /** As {@link #sweep}, with the invalidate lock held, at least shared. */
  boolean sweepLocked() {
    return any && sweepSome();
  }

  private synchronized boolean sweepSome() {
    long closedEpoch = frames.closedEpoch();
    if (closedEpoch == lookedThrough) {
      return false;
    }
    boolean some = false;
    boolean all = true;
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (waiting.get(i).memory.isQuiet()) {
        boolean gone = handOver(waiting.get(i));
        if (gone) {
          waiting.remove(i);
        }
        some |= gone;
        all &= gone;
      }
    }
    lookedThrough = all ? closedEpoch : NEVER;
    any = !waiting.isEmpty();
    return some;
  }

  /**
   * Takes over the marks of a mapping, and lets go of it.
   *
   * @return false if marks could not be taken over; they are looked at as before
   */
  private boolean handOver(MappedArea area) {
    try {
      dirtyEntries.takeOver(area);
    } catch (IOException e) {
      return false;
    }
    file.mappings.remove(area);
    file.counters.mkwrites.add(area.pages.mkwrites());
    area.memory.markUnreachable();
    return true;
  }

  /** Lets go of all, and of those that come, since the file is closed and marks are of no use. */
  synchronized void close() {
    closed = true;
    waiting.forEach(this::leaveTree);
    waiting.clear();
    any = false;
  }
}

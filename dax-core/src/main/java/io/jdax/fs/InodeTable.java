package io.jdax.fs;

import io.jdax.mm.AddressSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that are open: by a handle, a mapping, a pin, or because somebody may still store
 * through a mapping that was closed a moment ago. An inode is put away by whoever used it last:
 * flushed and folded, or, without a name, given up.
 */
final class InodeTable {
  /** More than these that wait for a turn-over, and one is asked for. */
  private static final int MANY = 64;

  private final Volume volume;
  private final Map<Long, Inode> open = new HashMap<>(); // guarded by this
  private final Set<Inode> away = new HashSet<>(); // being put away; guarded by this
  private final Set<Inode> lingering = new HashSet<>(); // guarded by this

  InodeTable(Volume volume) {
    this.volume = volume;
  }

  /**
   * The inode, loaded; to be released.
   *
   * @throws java.nio.file.NoSuchFileException it is no more
   */
  Inode acquire(long number, String path) throws IOException {
    Inode inode = retain(number);
    boolean loaded = false;
    try {
      inode.load(path);
      loaded = true;
      return inode;
    } finally {
      if (!loaded) {
        releaseQuietly(inode);
      }
    }
  }

  /** The inode, loaded or not; to be released. Takes no other lock. */
  synchronized Inode retain(long number) {
    Inode inode = open.computeIfAbsent(number, n -> new Inode(volume, n));
    inode.users++;
    inode.acquisitions++;
    return inode;
  }

  /** One more user of an inode that has one. */
  synchronized void retain(Inode inode) {
    inode.users++;
    inode.acquisitions++;
  }

  /** The inode if it is in DRAM, to be released; else null. */
  synchronized @Nullable Inode retainIfOpen(long number) {
    Inode inode = open.get(number);
    if (inode != null) {
      retain(inode);
    }
    return inode;
  }

  /** All that are in DRAM, each to be released. */
  synchronized List<Inode> retainAll() {
    List<Inode> all = new ArrayList<>(open.values());
    all.forEach(this::retain);
    return all;
  }

  /**
   * One user less.
   *
   * @throws IOException it was the last, and what is dirty could not be flushed or recorded; it
   *     stays in DRAM, and the next sync or close of the file system tries again
   */
  void release(Inode inode) throws IOException {
    synchronized (this) {
      if (--inode.users > 0
          || volume.isClosed()
          || open.get(inode.number) != inode // forgotten, and asked for a mapping nevertheless
          || !away.add(inode)) {
        return;
      }
    }
    putAway(inode);
    sweep();
  }

  /** As {@link #release}, where nobody can be told: a later sync of the file is. */
  void releaseQuietly(Inode inode) {
    try {
      release(inode);
    } catch (IOException | RuntimeException e) {
      System.getLogger(InodeTable.class.getName())
          .log(
              System.Logger.Level.WARNING,
              volume.region.name() + ": " + inode + " stays open: its last user could not flush it",
              e);
    }
  }

  /** Puts away who had to wait for a turn-over and no longer has. */
  private void sweep() throws IOException {
    List<Inode> candidates = new ArrayList<>();
    synchronized (this) {
      lingering.removeIf(inode -> inode.users > 0 || open.get(inode.number) != inode);
      lingering.stream().filter(away::add).forEach(candidates::add);
    }
    int waiting = 0;
    for (Inode inode : candidates) {
      // Not under the monitor: it wants the invalidate lock, whose owner may want the monitor.
      if (inode.space.isQuiet()) {
        putAway(inode);
      } else {
        waiting++;
        synchronized (this) {
          away.remove(inode);
        }
      }
    }
    if (waiting > MANY) {
      volume.frames.quarantine().turnOverSoon();
    }
  }

  private void putAway(Inode inode) throws IOException {
    boolean settled = false;
    while (!settled) {
      long seen;
      boolean reap;
      synchronized (this) {
        seen = inode.acquisitions;
        // Decided here: whoever retains it from now on finds that it has no name, and can't open
        // it.
        // Without a name but with users it is theirs.
        reap = inode.users == 0 && inode.unlinked();
      }
      boolean gone = false;
      boolean done = false;
      try {
        gone = inode.putAway(reap);
        done = true;
      } finally {
        synchronized (this) {
          boolean lostItsName = inode.unlinked() && !reap;
          settled = !done || inode.users > 0 || inode.acquisitions == seen && !lostItsName;
          if (settled) {
            away.remove(inode);
            if (inode.users == 0 && gone) {
              open.remove(inode.number, inode);
              lingering.remove(inode);
            } else if (inode.users == 0) {
              lingering.add(inode);
            }
          }
          gone &= settled && inode.users == 0;
        }
      }
      if (gone) {
        inode.space.close();
        inode.dropCache();
      }
    }
  }

  /** Closes all address spaces; the mappings end. */
  void close() throws IOException {
    List<AddressSpace> spaces = new ArrayList<>();
    synchronized (this) {
      open.values().forEach(inode -> spaces.add(inode.space));
    }
    for (AddressSpace space : spaces) {
      space.close();
    }
  }
}

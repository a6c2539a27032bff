package io.jdax.fs.volume;

import io.jdax.os.Daemons;
import io.jdax.os.Waits;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Brings frames of the log back when they are short: all files are folded, and two commits follow,
 * after which no superblock leads to a tree that needs their records. In the background from the
 * moment when half of the frames are taken; by a thread that writes when nearly all are. Nobody
 * waits for it, since what finds no frame is told to the tree.
 */
final class LogFolder {
  private final Volume volume;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  LogFolder(Volume volume) {
    this.volume = volume;
  }

  /** Folds in the background. Neither waits nor throws. */
  void wake() {
    if (closed || !busy.compareAndSet(false, true)) {
      return;
    }
    try {
      Thread folder = Daemons.unstarted("jdax-log", this::fold);
      thread = folder;
      folder.start();
    } catch (Throwable t) {
      busy.set(false); // for want of memory; whoever writes helps, or tells the tree
    }
  }

  /** Folds now, unless somebody does. Throws nothing. */
  void help() {
    if (!closed && busy.compareAndSet(false, true)) {
      fold();
    }
  }

  private void fold() {
    try {
      volume.foldPending();
      volume.tree.reclaim();
      volume.log.folded();
    } catch (Throwable t) {
      // The records count as before. What is wrong, the next fsync says.
    } finally {
      busy.set(false);
    }
  }

  /** Nobody folds any more. */
  void close() {
    closed = true;
    Thread last = thread;
    if (last != null) {
      Waits.join(last);
    }
  }
}

package io.jdax.fs.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.space.Units;
import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;

/**
 * Where writes to a file, and zeroings, have failed since the last writeback. What goes straight to
 * the media is durable when the call returns, so that nothing is dirty afterwards. A call that
 * fails in the middle leaves bytes that everybody reads, and that may still be in caches: nobody
 * but this knows that the next fsync has to flush them.
 *
 * <p>Kept as one range around all of them, since a list would want memory at a moment when there
 * may be none. A writeback flushes all blocks in that range once more, which is rare enough.
 */
final class FailedWrites {
  private final InodeFacts inode;

  @GuardedBy("this")
  private long first = Long.MAX_VALUE;

  @GuardedBy("this")
  private long last;

  /** Counts what was added. */
  @GuardedBy("this")
  private long added;

  /** Whether there is a range; read without the monitor by whoever was told of the failure. */
  private volatile boolean any;

  FailedWrites(InodeFacts inode) {
    this.inode = inode;
  }

  /** A call has failed that may have stored to bytes; the caller has the invalidate lock. */
  synchronized void add(long from, long to) {
    first = Math.min(first, from);
    last = Math.max(last, to);
    added++;
    any = true;
  }

  /** Whether a call has failed before that no writeback has settled. */
  boolean areAny() {
    return any;
  }

  /**
   * Makes durable what they left in a range of bytes. The caller has the invalidate lock.
   *
   * @throws IOException it may not be durable, and the next call tries again
   */
  void settle(long from, long to) throws IOException {
    if (!any) {
      return;
    }
    long begin;
    long end;
    long state;
    boolean whole;
    synchronized (this) {
      begin = Math.max(from, first);
      end = Math.min(to, last);
      whole = from <= first && last <= to;
      state = added;
    }
    if (begin >= end) {
      return;
    }
    flush(begin, end);
    inode.volume.media.blocks.drain();
    if (whole) {
      settled(state);
    }
  }

  /** Unless more has come meanwhile, nothing is left. */
  private synchronized void settled(long state) {
    if (added == state) {
      first = Long.MAX_VALUE;
      last = 0;
      any = false;
    }
  }

  private void flush(long begin, long end) throws IOException {
    Units units = inode.volume.units;
    BlockExtent run = new BlockExtent();
    for (long at = begin; at < end; ) {
      long block = units.blockOf(at);
      inode.extents.find(block, run);
      long to = Math.min(end, units.bytes(run.endBlock()));
      if (run.isWritten()) {
        flushMedia(units.bytes(run.deviceBlockOf(block)) + units.inBlock(at), to - at);
      }
      at = to;
    }
  }

  private void flushMedia(long at, long length) throws IOException {
    Persister persister = inode.volume.persister;
    try {
      persister.flush(at, length);
    } catch (MediaErrorException e) {
      long end = at + length;
      for (long from = at; from < end; from = Pages.endOf(from)) {
        flushPage(persister, from, Math.min(end, Pages.endOf(from)) - from);
      }
    }
  }

  /** A page that can't be reached, as the failed call may have found, holds nothing to flush. */
  private static void flushPage(Persister persister, long at, long length) throws IOException {
    try {
      persister.flush(at, length);
    } catch (MediaErrorException e) {
      if (!AccessFault.isUnbacked(persister.region().segment(), at, length)) {
        throw e;
      }
    }
  }
}

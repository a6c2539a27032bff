package io.jdax.mm.engine;

import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import io.jdax.os.WordStores;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies and fills, page by page where frames lie apart. They hold their {@link Epoch} open for a
 * page to 2 MiB at a time. One that fails has moved a prefix. A copy or fill into the mapping tears
 * no aligned word of 8 bytes.
 */
abstract class BulkAccess extends OrderedAccess {
  private static final long PAGE = Pages.BYTES;
  private static final long HUGE = 2L << 20;

  BulkAccess(Generation generation) {
    super(generation);
  }

  @Override
  public final void copyTo(long offset, MemorySegment dst, long dstOffset, long length)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    Objects.checkFromIndexSize(dstOffset, length, dst.byteSize());
    AccessFault.enter(StackRoom.ENGINE);
    long done = 0;
    while (done < length) {
      long from = offset + done;
      Generation g = current();
      long at = g.readable(from);
      if (at < 0) {
        miss(from, 1, false);
        continue;
      }
      long n = 0;
      int ticket = Epoch.NONE;
      try {
        ticket = g.epoch.enter();
        if (ticket != Epoch.NONE) {
          n = readableRun(g, from, at, length - done);
          WordStores.load(g.memory, at, dst, dstOffset + done, n);
          AccessFault.deliver();
          done += n;
          continue;
        }
      } catch (InternalError e) {
        failed(e, g, from, n, false);
      } finally {
        g.epoch.exit(ticket);
      }
      moveOn(g);
    }
  }

  @Override
  public final void copyFrom(long offset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    Objects.checkFromIndexSize(srcOffset, length, src.byteSize());
    store(offset, length, src, srcOffset, (byte) 0);
  }

  @Override
  public final void fill(long offset, long length, byte value) throws IOException {
    store(offset, length, null, 0, value);
  }

  private void store(
      long offset, long length, @Nullable MemorySegment src, long srcOffset, byte value)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    AccessFault.enter(StackRoom.ENGINE);
    long done = 0;
    while (done < length) {
      long to = offset + done;
      Generation g = current();
      long at = g.writable(to);
      if (at < 0) {
        miss(to, 1, true);
        continue;
      }
      long dirty = g.dirty(to);
      long n = 0;
      int ticket = Epoch.NONE;
      try {
        ticket = g.epoch.enterStoring(dirty);
        if (ticket != Epoch.NONE) {
          n = writableRun(g, to, at, length - done);
          announce(g, to, n);
          if (src != null) {
            WordStores.copy(src, srcOffset + done, g.memory, at, n);
          } else {
            WordStores.fill(g.memory, at, n, value);
          }
          AccessFault.deliver();
          done += n;
          continue;
        }
      } catch (InternalError e) {
        if (src != null && AccessFault.isUnbacked(src, srcOffset + done, n)) {
          failed(e, g, to, n, false); // unless the mapping's bytes can't be loaded either
        }
        throw storeFailed(e, to, n);
      } finally {
        try {
          mark(g, to, n); // also after a failure, for what was stored before it
        } finally {
          g.epoch.exit(ticket);
        }
      }
      moveOn(g);
    }
  }

  private static void announce(Generation g, long offset, long length) {
    long dirty = g.dirty(offset);
    for (long page = 0; page < pages(offset, length); page++) {
      DirtyBytes.announce(g.memory, dirty + page);
    }
  }

  private static void mark(Generation g, long offset, long length) {
    long dirty = g.dirty(offset);
    for (long page = 0; page < pages(offset, length); page++) {
      DirtyBytes.mark(g.memory, dirty + page);
    }
  }

  private static long pages(long offset, long length) {
    return length == 0 ? 0 : Pages.after(offset + length) - Pages.of(offset);
  }

  /**
   * How many bytes from {@code at} on lie in one piece, at most those wanted, and within 2 MiB of
   * the mapping.
   */
  private static long readableRun(Generation g, long offset, long at, long wanted) {
    long run = PAGE - (offset & PAGE - 1);
    long end = Math.min(wanted, HUGE - (offset & HUGE - 1));
    while (run < end && g.readable(offset + run) == at + run) {
      run += PAGE;
    }
    return Math.min(run, end);
  }

  private static long writableRun(Generation g, long offset, long at, long wanted) {
    long run = PAGE - (offset & PAGE - 1);
    long end = Math.min(wanted, HUGE - (offset & HUGE - 1));
    while (run < end && g.writable(offset + run) == at + run) {
      run += PAGE;
    }
    return Math.min(run, end);
  }
}

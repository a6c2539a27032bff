package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of {@link TinyDisk}: a sorted list of extents, and the second implementation of {@link
 * BlockMapper}.
 */
final class TinyFile implements ContractFile, BlockMapper {
  private record Extent(long count, long pfn, boolean written) {}

  private final TinyDisk disk;
  private final AddressSpace space;
  private final TreeMap<Long, Extent> extents = new TreeMap<>(); // by first page; guarded by itself
  private final ReentrantLock writers = new ReentrantLock();
  private final AtomicBoolean pending = new AtomicBoolean(true); // what a commit would do
  private volatile long size;

  /** Where the last mkwrite was told that the store goes. */
  volatile int hint = -1;

  TinyFile(TinyDisk disk, String name) {
    this.disk = disk;
    this.space = new AddressSpace(disk.frames(), this, name);
  }

  @Override
  public AddressSpace space() {
    return space;
  }

  // ---------------------------------------------------------------- BlockMapper

  /** For all that it knows, what it tells of for a store is not durable yet. */
  @Override
  public void find(long page, Intent intent, PageRun out) {
    if (intent == Intent.STORE) {
      pending.set(true);
    }
    synchronized (extents) {
      Map.Entry<Long, Extent> below = extents.floorEntry(page);
      if (below != null && below.getKey() + below.getValue().count > page) {
        Extent e = below.getValue();
        out.set(
            below.getKey(),
            e.count,
            e.pfn,
            e.written ? ExtentState.WRITTEN : ExtentState.UNWRITTEN);
        return;
      }
      long first = below == null ? 0 : below.getKey() + below.getValue().count;
      Long next = extents.higherKey(page);
      out.set(first, (next == null ? Long.MAX_VALUE >>> 13 : next) - first, 0, ExtentState.HOLE);
    }
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    out.set(page, 1, block(page, storeAt), ExtentState.WRITTEN);
    pending.set(true);
    hint = storeAt;
  }

  /**
   * The frame of a page that is written from now on. A store and a write() may ask at the same
   * time.
   */
  private long block(long page, int storeAt) throws IOException {
    synchronized (extents) {
      PageRun run = new PageRun();
      find(page, Intent.LOOK, run);
      if (run.state == ExtentState.WRITTEN) {
        return run.pfnOf(page);
      }
      long pfn = run.state == ExtentState.HOLE ? disk.take(1, 1) : run.pfnOf(page);
      disk.frames()
          .persister()
          .fillPersistKeeping(pfn << 12, 4096, (byte) 0, (pfn << 12) + storeAt);
      cut(page, 1);
      extents.put(page, new Extent(1, pfn, true));
      return pfn;
    }
  }

  @Override
  public void commit() {
    if (pending.getAndSet(false)) {
      disk.commits.incrementAndGet();
    }
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  // ---------------------------------------------------------------- ContractFile

  @Override
  public void write(long offset, byte[] bytes) throws IOException {
    writers.lock();
    long stamp = space.invalidateLock().lockShared();
    try {
      for (long at = offset; at < offset + bytes.length; at = (at | 4095) + 1) {
        int n = (int) (Math.min(offset + bytes.length, (at | 4095) + 1) - at);
        long pfn = block(at >>> 12, 0);
        disk.frames()
            .persister()
            .copyPersist((pfn << 12) + (at & 4095), MemorySegment.ofArray(bytes), at - offset, n);
        space.published(at >>> 12, pfn, 1);
      }
      size = Math.max(size, offset + bytes.length);
    } finally {
      space.invalidateLock().unlockShared(stamp);
      writers.unlock();
    }
  }

  @Override
  public byte[] read(long offset, int length) {
    long stamp = space.invalidateLock().lockShared();
    try {
      byte[] out = new byte[(int) Math.max(0, Math.min(length, size - offset))];
      PageRun run = new PageRun();
      for (long at = offset; at < offset + out.length; at = (at | 4095) + 1) {
        find(at >>> 12, Intent.LOOK, run);
        if (run.state == ExtentState.WRITTEN) {
          int n = (int) (Math.min(offset + out.length, (at | 4095) + 1) - at);
          MemorySegment.copy(
              disk.frames().region().segment(),
              (run.pfnOf(at >>> 12) << 12) + (at & 4095),
              MemorySegment.ofArray(out),
              at - offset,
              n);
        }
      }
      return out;
    } finally {
      space.invalidateLock().unlockShared(stamp);
    }
  }

  @Override
  public void truncate(long newSize, long timeoutNanos) throws IOException {
    long first = (newSize + 4095) >>> 12;
    space.lockForInvalidation(newSize >>> 12, Long.MAX_VALUE, timeoutNanos);
    try {
      boolean shrinks = newSize < size;
      if (shrinks && newSize % 4096 != 0 && state(newSize >>> 12) == ExtentState.WRITTEN) {
        disk.frames()
            .persister()
            .fillPersist(
                (pfn(newSize >>> 12) << 12) + newSize % 4096, 4096 - newSize % 4096, (byte) 0);
      }
      size = newSize;
      if (shrinks) {
        remove(first, Long.MAX_VALUE - first);
      }
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  @Override
  public void punch(long firstPage, long pageCount, long timeoutNanos) throws IOException {
    space.lockForInvalidation(firstPage, pageCount, timeoutNanos);
    try {
      remove(firstPage, pageCount);
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  private void remove(long firstPage, long pageCount) throws IOException {
    Invalidation invalidation = space.invalidation(firstPage, pageCount);
    SortedMap<Long, Extent> gone;
    synchronized (extents) {
      gone = cut(firstPage, pageCount);
    }
    invalidation.run();
    gone.values().forEach(e -> disk.frames().quarantine().add(e.pfn, e.count, disk::free));
  }

  /** Takes a range out of the list; returns what it held. */
  private SortedMap<Long, Extent> cut(long firstPage, long pageCount) {
    long end = firstPage + pageCount;
    split(firstPage);
    split(end);
    var range = extents.subMap(firstPage, end);
    SortedMap<Long, Extent> gone = new TreeMap<>(range);
    range.clear();
    return gone;
  }

  private void split(long page) {
    Map.Entry<Long, Extent> e = extents.lowerEntry(page);
    if (e != null && e.getKey() + e.getValue().count > page) {
      long head = page - e.getKey();
      Extent old = e.getValue();
      extents.put(e.getKey(), new Extent(head, old.pfn, old.written));
      extents.put(page, new Extent(old.count - head, old.pfn + head, old.written));
    }
  }

  @Override
  public void allocate(long firstPage, long pageCount) throws IOException {
    put(firstPage, pageCount, false, 1);
  }

  /** One extent; {@code alignment} in blocks. */
  void put(long firstPage, long pageCount, boolean written, int alignment) throws IOException {
    long pfn = disk.take((int) pageCount, alignment);
    if (written) {
      disk.frames().persister().fillPersist(pfn << 12, pageCount << 12, (byte) 0);
    }
    synchronized (extents) {
      cut(firstPage, pageCount);
      extents.put(firstPage, new Extent(pageCount, pfn, written));
    }
    size = Math.max(size, (firstPage + pageCount) << 12);
  }

  @Override
  public ExtentState state(long page) {
    PageRun run = new PageRun();
    find(page, Intent.LOOK, run);
    return run.state;
  }

  @Override
  public long pfn(long page) {
    PageRun run = new PageRun();
    find(page, Intent.LOOK, run);
    return run.state == ExtentState.HOLE ? 0 : run.pfnOf(page);
  }
}

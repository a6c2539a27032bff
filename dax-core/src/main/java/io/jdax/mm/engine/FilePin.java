package io.jdax.mm.engine;

import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import io.jdax.os.Waits;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The pin that {@link Pins} makes, with what its segments end with. */
final class FilePin implements Pin {
  private static final long CLOSE_PATIENCE_NANOS = 10_000_000_000L;

  private final Pins pins;
  private final long firstPage;
  private final long pageCount;
  private final PinAccess access;
  private final boolean longTerm;
  private final PinMemory memory;
  private final List<MemorySegment> segments;
  private final AtomicBoolean left = new AtomicBoolean();
  private final Closing closing;

  FilePin(
      Pins pins,
      long firstPage,
      long pageCount,
      PinAccess access,
      boolean longTerm,
      PinMemory memory,
      List<MemorySegment> segments) {
    this.pins = pins;
    this.firstPage = firstPage;
    this.pageCount = pageCount;
    this.access = access;
    this.longTerm = longTerm;
    this.memory = memory;
    this.segments = List.copyOf(segments);
    this.closing = new Closing(pins.unfinishedCloses(), this::leave);
  }

  @Override
  public List<MemorySegment> segments() {
    return segments;
  }

  @Override
  public long firstPage() {
    return firstPage;
  }

  @Override
  public long pageCount() {
    return pageCount;
  }

  @Override
  public PinAccess access() {
    return access;
  }

  @Override
  public boolean longTerm() {
    return longTerm;
  }

  @Override
  public boolean isOpen() {
    return memory.isOpen();
  }

  @Override
  public void close() throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      closeNow(); // also if an error of an earlier access comes now: nobody calls twice
    }
  }

  /** A thread that may not end the segments is refused there, before anything has changed. */
  private void closeNow() throws IOException {
    closeMemory();
    closing.run();
    pins.unfinishedCloses().goOn();
  }

  private void leave() throws IOException {
    if (!left.compareAndSet(false, true)) {
      return;
    }
    boolean done = false;
    try {
      pins.remove(this);
      done = true;
    } finally {
      left.set(done); // if not, the next call tries again, and its pages count as dirty until then
    }
    pins.mapper().released();
  }

  private void closeMemory() throws RegionException {
    long begin = System.nanoTime();
    while (isOpen()) {
      try {
        memory.close();
      } catch (IllegalStateException e) {
        if (System.nanoTime() - begin > CLOSE_PATIENCE_NANOS) {
          throw pins.inUse(this, e);
        }
        Waits.rest(20_000);
      }
    }
  }

  /** Whether it holds any page in {@code [first, end)}. */
  boolean overlaps(long first, long end) {
    return firstPage < end && first < firstPage + pageCount;
  }
}

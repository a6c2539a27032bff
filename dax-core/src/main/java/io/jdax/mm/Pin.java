package io.jdax.mm;

import io.jdax.os.StackRoom;
import io.jdax.region.AccessFault;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Frames of a file that stay where they are: plain memory, at the speed of plain memory, for loops
 * and for system calls and devices that want addresses. While it is open no truncate and no punch
 * takes them, and its pages, if it is for writing, count as dirty.
 *
 * <p>The segments end with the pin: after {@link #close} an access through them throws
 * IllegalStateException. Closing therefore costs a handshake with all threads, tens of
 * microseconds.
 */
public final class Pin implements AutoCloseable {
  private static final long CLOSE_PATIENCE_NANOS = 10_000_000_000L;

  private final Pins pins;
  private final long firstPage;
  private final long pageCount;
  private final PinAccess access;
  private final boolean longTerm;
  private final Arena arena;
  private final List<MemorySegment> segments;
  private final AtomicBoolean left = new AtomicBoolean();
  private final Closing closing;

  Pin(
      Pins pins,
      long firstPage,
      long pageCount,
      PinAccess access,
      boolean longTerm,
      Arena arena,
      List<MemorySegment> segments) {
    this.pins = pins;
    this.firstPage = firstPage;
    this.pageCount = pageCount;
    this.access = access;
    this.longTerm = longTerm;
    this.arena = arena;
    this.segments = List.copyOf(segments);
    this.closing = new Closing(pins.unfinishedCloses(), this::leave);
  }

  /**
   * The bytes of the range in order, one segment per run of frames; read-only for READ. Any thread
   * may use them.
   */
  public List<MemorySegment> segments() {
    return segments;
  }

  public long firstPage() {
    return firstPage;
  }

  public long pageCount() {
    return pageCount;
  }

  public PinAccess access() {
    return access;
  }

  public boolean longTerm() {
    return longTerm;
  }

  public boolean isOpen() {
    return arena.scope().isAlive();
  }

  /**
   * Lets go. What was stored stays dirty until it is persisted. A second call does nothing. Where
   * an error ends the call when the segments have gone, the frames are let go of by a second call,
   * or by whoever closes or maps next.
   *
   * @throws RegionException a native call held the memory for longer than ten seconds; the pin
   *     stays open
   */
  @Override
  public void close() throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      letGo(); // also when an error of an earlier access comes now: nobody calls twice
    }
  }

  private void letGo() throws IOException {
    closeArena();
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
      left.set(done); // else it goes on counting as dirty
    }
    pins.mapper().released();
  }

  private void closeArena() throws RegionException {
    long begin = System.nanoTime();
    while (isOpen()) {
      try {
        arena.close();
      } catch (IllegalStateException e) {
        if (System.nanoTime() - begin > CLOSE_PATIENCE_NANOS) {
          throw pins.inUse(this, e);
        }
        LockSupport.parkNanos(20_000);
      }
    }
  }

  boolean overlaps(long first, long end) {
    return firstPage < end && first < firstPage + pageCount;
  }
}

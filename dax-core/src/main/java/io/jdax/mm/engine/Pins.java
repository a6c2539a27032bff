package io.jdax.mm.engine;

import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.os.Pages;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pins of a file, flushes what is stored through them, and keeps truncate and punch from
 * what they hold.
 */
final class Pins {
  /** How long to try to have all frames of a pin at once. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final MappedFile file;
  private final FrameSpace frames;
  private final Faults faults;
  private final DirtyEntries dirtyEntries;
  private final OpenPins open = new OpenPins();

  Pins(MappedFile file, Faults faults, DirtyEntries dirtyEntries) {
    this.file = file;
    this.frames = file.frames;
    this.faults = faults;
    this.dirtyEntries = dirtyEntries;
  }

  /**
   * Makes a pin.
   *
   * @param memories give each pin what its segments end with
   */
  FilePin pin(
      long offset, long length, PinAccess access, boolean longTerm, Supplier<PinMemory> memories)
      throws IOException {
    long began = System.nanoTime();
    while (true) {
      try {
        return pinLocked(offset, length, access, longTerm, memories);
      } catch (FrameShortage e) {
        // All of the range must be in DRAM at once. While the last page is waited for, others may
        // take the first, and so on for ever if there is not room for all.
        long pages = Pages.after(offset + length) - Pages.of(offset);
        if (pages > e.frames() || System.nanoTime() - began > PATIENCE_NANOS) {
          throw e.exhausted();
        }
        e.await();
      }
    }
  }

  private FilePin pinLocked(
      long offset, long length, PinAccess access, boolean longTerm, Supplier<PinMemory> memories)
      throws IOException {
    if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "a pin of " + length + " bytes at " + offset + " is not possible");
    }
    long first = Pages.of(offset);
    long count = Pages.after(offset + length) - first;
    long stamp = file.invalidateLock.lockShared();
    try {
      file.ensureOpen();
      if (access == PinAccess.WRITE && (file.isReadOnly() || frames.region().readOnly())) {
        throw new ReadOnlyMappingException(
            file.regionName(), file.name, first, "the file is read-only");
      }
      file.mapper.ensurePinnable(access);
      frames.hold().addPin();
      @Nullable PinMemory memory = null;
      boolean done = false;
      try {
        memory = memories.get();
        List<MemorySegment> segments = segments(offset, length, access, longTerm, memory.arena);
        FilePin pin = new FilePin(this, first, count, access, longTerm, memory, segments);
        open.add(pin);
        done = true;
        return pin;
      } finally {
        if (!done) {
          notMade(memory);
        }
      }
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }

  private void notMade(@Nullable PinMemory memory) {
    try {
      if (memory != null) {
        memory.close();
      }
    } finally {
      frames.hold().removePin();
    }
  }

  private List<MemorySegment> segments(
      long offset, long length, PinAccess access, boolean longTerm, Arena arena)
      throws IOException {
    boolean block = longTerm || access == PinAccess.WRITE;
    if (block
        && !file.isReadOnly()) { // in a read-only file no page gets a block, and each is asked
      file.mapper.provide(Pages.of(offset), Pages.after(offset + length) - Pages.of(offset));
    }
    List<MemorySegment> segments = new ArrayList<>();
    long end = offset + length;
    long from = -1;
    long to = -1;
    for (long at = offset; at < end; at = Pages.endOf(at)) {
      long frame = Pages.bytes(faults.frame(Pages.of(at), block)) + Pages.within(at);
      long n = Math.min(end, Pages.endOf(at)) - at;
      if (frame != to) {
        addSegment(segments, from, to, access, arena);
        from = frame;
      }
      to = frame + n;
    }
    addSegment(segments, from, to, access, arena);
    return segments;
  }

  private void addSegment(
      List<MemorySegment> segments, long from, long to, PinAccess access, Arena arena) {
    if (from >= 0) {
      MemorySegment segment =
          MemorySegment.ofAddress(frames.region().address() + from)
              .reinterpret(to - from, arena, null);
      segments.add(access == PinAccess.READ ? segment.asReadOnly() : segment);
    }
  }

  /** Lets go of a pin, whose pages are dirty if it was for writing. */
  void remove(FilePin pin) throws IOException {
    long stamp = file.invalidateLock.lockShared();
    try {
      if (pin.access() == PinAccess.WRITE) {
        for (long page = pin.firstPage(); page < pin.firstPage() + pin.pageCount(); page++) {
          dirtyEntries.mark(page);
        }
      }
      open.remove(pin);
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
    frames.hold().removePin();
  }

  /** Whether a pin holds a page. */
  boolean isPinned(long page) {
    return open.overlapping(page, page + 1) != null;
  }

  UnfinishedCloses unfinishedCloses() {
    return frames.unfinishedCloses();
  }

  BlockMapper mapper() {
    return file.mapper;
  }

  int count() {
    return open.count();
  }

  /** See {@link AddressSpace#lockForInvalidation}. */
  void lockUnpinned(long firstPage, long pageCount, long timeoutNanos) throws PinnedException {
    long end = pageCount > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pageCount;
    long deadline = System.nanoTime() + timeoutNanos;
    while (true) {
      FilePin pin = lockedUnless(firstPage, end);
      if (pin == null) {
        return;
      }
      awaitClose(pin, firstPage, deadline);
    }
  }

  /**
   * Takes the invalidate lock exclusively if no pin is in the way. Else, and after an error, the
   * lock is not held, since whoever closes the pin needs it.
   *
   * @return the pin that is in the way, or null
   */
  private @Nullable FilePin lockedUnless(long first, long end) {
    boolean kept = false;
    file.invalidateLock.lockExclusive();
    try {
      FilePin pin = open.overlapping(first, end);
      kept = pin == null;
      return pin;
    } finally {
      if (!kept) {
        file.invalidateLock.unlockExclusive();
      }
    }
  }

  /** See {@link AddressSpace#ensureNotPinned}. */
  void ensureNone(boolean writing) throws PinnedException {
    file.invalidateLock.lockExclusive();
    try {
      FilePin pin = open.any(writing);
      if (pin != null) {
        throw pinned(pin, 0, "pinned");
      }
    } finally {
      file.invalidateLock.unlockExclusive();
    }
  }

  private void awaitClose(FilePin pin, long firstPage, long deadline) throws PinnedException {
    try {
      if (!open.awaitRemoval(pin, deadline)) {
        throw pinned(pin, firstPage, "pinned");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw pinned(pin, firstPage, "interrupted while it is pinned");
    }
  }

  private PinnedException pinned(FilePin pin, long firstPage, String how) {
    return new PinnedException(
        file.regionName(),
        file.name,
        Math.max(firstPage, pin.firstPage()),
        how + " for " + pin.access() + (pin.longTerm() ? ", long-term" : ""));
  }

  /** Flushes one page of the file. */
  interface PageFlush {
    void flush(long page) throws IOException;
  }

  /** Whether there are any. Whoever has stored through one before the call finds it. */
  boolean areAny() {
    return open.isAny();
  }

  /**
   * Flushes the pages of a range of bytes that pins for writing hold, since nobody tells when they
   * are stored to.
   */
  void flushWritten(long offset, long end, PageFlush flush) throws IOException {
    if (!areAny()) {
      return;
    }
    for (FilePin pin : open.forWriting()) {
      long first = Math.max(pin.firstPage(), Pages.of(offset));
      long last = Math.min(pin.firstPage() + pin.pageCount(), Pages.after(end));
      for (long page = first; page < last; page++) {
        flush.flush(page);
      }
    }
  }

  /** What to throw when a native call does not let go of a pin's memory. */
  RegionException inUse(FilePin pin, IllegalStateException cause) {
    RegionException e =
        new RegionException(
            file.regionName(),
            "file "
                + file.name
                + ": a pin of page "
                + pin.firstPage()
                + " is in use by a native call");
    e.initCause(cause);
    return e;
  }
}

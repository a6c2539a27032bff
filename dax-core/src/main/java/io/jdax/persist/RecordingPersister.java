package io.jdax.persist;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records the calls, and keeps an <i>image</i> of what would be left of a small region if power
 * failed now and no line had been evicted by chance. For tests.
 *
 * <p>A flush makes a line <i>pending</i> with the content that it has then. A drain moves what the
 * calling thread has pending to the image. A line is <i>dirty</i> when it differs from the image
 * and no flush of its present content is pending. A flush of a line that equals the image and is
 * not pending was wasted, and is called <i>clean</i>.
 *
 * <p>A drain compares the whole region with the image, hence the bound of {@value #MAX_BYTES}
 * bytes. Stores that race with it are seen or not, as by hardware.
 */
public final class RecordingPersister extends Persister {
  /** The largest region that can be recorded, in bytes. */
  public static final long MAX_BYTES = 64L << 20;

  /** Bytes of a cache line, the unit of all lists of lines. */
  public static final int LINE_BYTES = 64;

  /** What was called. A persist is a FLUSH and a DRAIN, a copyPersist a COPY and a DRAIN. */
  public enum Call {
    FLUSH,
    COPY,
    FILL,
    DRAIN,
    DEEP_FLUSH
  }

  /**
   * One call.
   *
   * @param call which one
   * @param offset from the start of the region, in bytes; 0 for a drain
   * @param length in bytes; 0 for a drain
   */
  public record Event(Call call, long offset, long length) {}

  /**
   * A line that was flushed, and may have reached the media.
   *
   * @param number of the flush, counted from the beginning
   * @param content that the line had then
   */
  private record Pending(long number, MemorySegment content) {}

  private final @Nullable Persister delegate;

  @GuardedBy("this")
  private final MemorySegment image;

  @GuardedBy("this")
  private final List<Event> events = new ArrayList<>();

  @GuardedBy("this")
  private final List<Long> cleanFlushes = new ArrayList<>();

  @GuardedBy("this")
  private final Map<Thread, TreeMap<Long, Pending>> pending = new HashMap<>();

  @GuardedBy("this")
  private long flushes;

  @GuardedBy("this")
  private List<Long> dirtyAtLastDrain = List.of();

  private RecordingPersister(Region region, @Nullable Persister delegate) {
    super(region);
    if (region.sizeBytes() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "region of " + region.sizeBytes() + " bytes: recording takes at most " + MAX_BYTES);
    }
    this.delegate = delegate;
    this.image = Arena.ofAuto().allocate(region.sizeBytes(), LINE_BYTES);
    this.image.copyFrom(region.segment());
  }

  /**
   * Records, and lets another persister do the work.
   *
   * @throws IllegalArgumentException its region is larger than {@link #MAX_BYTES}
   */
  public static RecordingPersister around(Persister delegate) {
    return new RecordingPersister(delegate.region(), delegate);
  }

  /**
   * Only records. Copies and fills are plain stores, and nothing is flushed.
   *
   * @throws IllegalArgumentException the region is larger than {@link #MAX_BYTES}
   */
  public static RecordingPersister alone(Region region) {
    return new RecordingPersister(region, null);
  }

  @Override
  public synchronized void flush(long offset, long length) throws IOException {
    check(offset, length);
    region().ensureOpen();
    events.add(new Event(Call.FLUSH, offset, length));
    for (long line = lineOf(offset); line < offset + length && length > 0; line += LINE_BYTES) {
      if (!isPending(line) && equalsImage(line)) {
        cleanFlushes.add(line);
      }
    }
    markPending(offset, length);
    if (delegate != null) {
      delegate.flush(offset, length);
    }
  }

  @Override
  public synchronized void drain() throws IOException {
    region().ensureOpen();
    if (delegate != null) {
      delegate.drain();
    }
    events.add(new Event(Call.DRAIN, 0, 0));
    settle();
  }

  @Override
  public synchronized void copyNoDrain(
      long dstOffset, MemorySegment src, long srcOffset, long length) throws IOException {
    check(dstOffset, length);
    if (delegate != null) {
      delegate.copyNoDrain(dstOffset, src, srcOffset, length);
    } else {
      JavaStores.copy(region(), dstOffset, src, srcOffset, length);
    }
    events.add(new Event(Call.COPY, dstOffset, length));
    markPending(dstOffset, length);
  }

  @Override
  public synchronized void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    if (delegate != null) {
      delegate.fillNoDrain(offset, length, value);
    } else {
      JavaStores.fill(region(), offset, length, value);
    }
    events.add(new Event(Call.FILL, offset, length));
    markPending(offset, length);
  }

  /** Never counts as a wasted flush, since its caller wants more than lines written back. */
  @Override
  public synchronized void deepFlush(long offset, long length) throws IOException {
    check(offset, length);
    region().ensureOpen();
    if (delegate != null) {
      delegate.deepFlush(offset, length);
    }
    events.add(new Event(Call.DEEP_FLUSH, offset, length));
    markPending(offset, length);
    settle();
  }

  @Override
  public String describe() {
    return "recording" + (delegate == null ? "" : " of " + delegate.describe());
  }

  /** Every call since the beginning, or since {@link #reset}. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** A copy of what power loss would leave now, byte by byte. */
  public synchronized byte[] image() {
    return image.toArray(ValueLayout.JAVA_BYTE);
  }

  /** How many points of durability there were, which are drains and deep flushes. */
  public synchronized long drains() {
    return events.stream()
        .filter(event -> event.call() == Call.DRAIN || event.call() == Call.DEEP_FLUSH)
        .count();
  }

  /** Offsets of the lines that are dirty now. */
  public synchronized List<Long> dirtyLines() {
    List<Long> dirty = new ArrayList<>();
    for (long line : unpersistedLines()) {
      if (!isPendingAsItIs(line)) {
        dirty.add(line);
      }
    }
    return dirty;
  }

  /**
   * Offsets of the lines that power loss would take back now, which are the dirty and the pending
   * ones.
   */
  public synchronized List<Long> unpersistedLines() {
    MemorySegment working = region().segment();
    long size = image.byteSize();
    List<Long> lines = new ArrayList<>();
    for (long at = 0; at < size; ) {
      long skip = MemorySegment.mismatch(working, at, size, image, at, size);
      if (skip < 0) {
        break;
      }
      long line = lineOf(at + skip);
      lines.add(line);
      at = line + LINE_BYTES;
    }
    return lines;
  }

  /**
   * Offsets of the lines that were dirty when the last drain returned. The list is empty if there
   * has been no drain.
   */
  public synchronized List<Long> dirtyAtLastDrain() {
    return dirtyAtLastDrain;
  }

  /** Offsets of the lines whose flush was wasted, in the order of the flushes. */
  public synchronized List<Long> cleanFlushes() {
    return List.copyOf(cleanFlushes);
  }

  /** Forgets all events, and takes all that the region holds now for durable. */
  public synchronized void reset() {
    image.copyFrom(region().segment());
    events.clear();
    cleanFlushes.clear();
    pending.clear();
    dirtyAtLastDrain = List.of();
  }

  @GuardedBy("this")
  private void settle() {
    TreeMap<Long, Pending> mine = pending.remove(Thread.currentThread());
    if (mine != null) {
      mine.forEach(this::arrive);
    }
    dirtyAtLastDrain = dirtyLines();
  }

  /**
   * A line reaches the media. What other threads flushed of it before is older, and can't arrive
   * after it, since caches are coherent.
   */
  @GuardedBy("this")
  private void arrive(long line, Pending arriving) {
    lineAt(image, line).copyFrom(arriving.content);
    for (TreeMap<Long, Pending> others : pending.values()) {
      Pending other = others.get(line);
      if (other != null && other.number < arriving.number) {
        others.remove(line);
      }
    }
  }

  @GuardedBy("this")
  private void markPending(long offset, long length) {
    if (length == 0) {
      return;
    }
    TreeMap<Long, Pending> mine =
        pending.computeIfAbsent(Thread.currentThread(), thread -> new TreeMap<>());
    for (long line = lineOf(offset); line < offset + length; line += LINE_BYTES) {
      byte[] content = new byte[LINE_BYTES];
      MemorySegment now = MemorySegment.ofArray(content);
      mine.put(line, new Pending(flushes++, now.copyFrom(lineAt(region().segment(), line))));
    }
  }

  @GuardedBy("this")
  private boolean isPending(long line) {
    return pending.values().stream().anyMatch(lines -> lines.containsKey(line));
  }

  @GuardedBy("this")
  private boolean isPendingAsItIs(long line) {
    MemorySegment now = lineAt(region().segment(), line);
    for (TreeMap<Long, Pending> lines : pending.values()) {
      Pending flushed = lines.get(line);
      if (flushed != null && flushed.content.mismatch(now) < 0) {
        return true;
      }
    }
    return false;
  }

  @GuardedBy("this")
  private boolean equalsImage(long line) {
    return lineAt(image, line).mismatch(lineAt(region().segment(), line)) < 0;
  }

  private static long lineOf(long offset) {
    return offset & -LINE_BYTES;
  }

  private static MemorySegment lineAt(MemorySegment segment, long line) {
    return segment.asSlice(line, LINE_BYTES);
  }
}

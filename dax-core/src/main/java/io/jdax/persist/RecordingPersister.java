package io.jdax.persist;

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
 * Keeps what was asked for, and the <i>image</i>: what would be left of a small region if power
 * failed now and no line had been evicted by chance. For tests.
 *
 * <p>A line becomes <i>pending</i> with the content it has when flushed; a drain moves what the
 * calling thread has pending to the image. A line is <i>dirty</i> when it differs from the image
 * and no flush of its present content is pending. A flush of a line that equals the image and is
 * not pending was <i>clean</i>: wasted.
 *
 * <p>A drain compares the whole region with the image, hence the bound of {@value #MAX_BYTES}
 * bytes. Stores that race with it are seen or not, as by hardware.
 */
public final class RecordingPersister extends Persister {
  public static final long MAX_BYTES = 64L << 20;
  public static final int LINE_BYTES = 64;

  /** What was called. Persist is FLUSH, DRAIN, and copyPersist COPY, DRAIN. */
  public enum Call {
    FLUSH,
    COPY,
    FILL,
    DRAIN,
    DEEP_FLUSH
  }

  /** One call; a drain has no range. */
  public record Event(Call call, long offset, long length) {}

  /**
   * A line that was flushed and may have arrived.
   *
   * @param number which flush that was
   * @param content at that time
   */
  private record Pending(long number, MemorySegment content) {}

  private final @Nullable Persister delegate;
  private final MemorySegment image;
  private final List<Event> events = new ArrayList<>();
  private final List<Long> cleanFlushes = new ArrayList<>();
  private final Map<Thread, TreeMap<Long, Pending>> pending = new HashMap<>();
  private long flushes;
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

  /** Records, and lets another do the work. */
  public static RecordingPersister around(Persister delegate) {
    return new RecordingPersister(delegate.region(), delegate);
  }

  /** Records only: copies and fills are plain stores, and nothing is flushed. */
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

  /** Never a wasted flush: whoever asks for it wants more than lines written back. */
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

  /** Every call since the beginning or {@link #reset}. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** A copy of what power loss would leave. */
  public synchronized byte[] image() {
    return image.toArray(ValueLayout.JAVA_BYTE);
  }

  /** How many durability points there were: drains, and deep flushes. */
  public synchronized long drains() {
    return events.stream()
        .filter(event -> event.call() == Call.DRAIN || event.call() == Call.DEEP_FLUSH)
        .count();
  }

  /** Offsets of the lines that are dirty now. */
  public synchronized List<Long> dirtyLines() {
    return unpersistedLines().stream().filter(line -> !isPendingAsItIs(line)).toList();
  }

  /**
   * Offsets of the lines that power loss would take back now: the dirty ones, and those pending.
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
   * Offsets of the lines that were dirty when the last drain had returned; empty if there was none.
   */
  public synchronized List<Long> dirtyAtLastDrain() {
    return dirtyAtLastDrain;
  }

  /** Offsets of the lines whose flush was wasted, in the order of the flushes. */
  public synchronized List<Long> cleanFlushes() {
    return List.copyOf(cleanFlushes);
  }

  /** Forgets all events, and takes the region as it is for durable. */
  public synchronized void reset() {
    image.copyFrom(region().segment());
    events.clear();
    cleanFlushes.clear();
    pending.clear();
    dirtyAtLastDrain = List.of();
  }

  private void settle() {
    TreeMap<Long, Pending> mine = pending.remove(Thread.currentThread());
    if (mine != null) {
      mine.forEach(this::arrive);
    }
    dirtyAtLastDrain = dirtyLines();
  }

  /**
   * A line reaches the media. What others flushed of it before is older, and can't come after it:
   * caches are coherent.
   */
  private void arrive(long line, Pending arriving) {
    lineAt(image, line).copyFrom(arriving.content);
    for (TreeMap<Long, Pending> others : pending.values()) {
      Pending other = others.get(line);
      if (other != null && other.number < arriving.number) {
        others.remove(line);
      }
    }
  }

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

  private boolean isPending(long line) {
    return pending.values().stream().anyMatch(lines -> lines.containsKey(line));
  }

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

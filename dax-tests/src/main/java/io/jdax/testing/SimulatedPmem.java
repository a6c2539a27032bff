package io.jdax.testing;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Persistent memory that can tell what power loss would leave. It is a region, and a persister that
 * keeps the media beside the region.
 *
 * <p>A flush, copy or fill makes a line <i>pending</i> with the content that it has then. A drain
 * moves what the calling thread has pending to the media. Any thread may use region and persister.
 *
 * <p>A cache may write a line back at any time, so a content that was stored and then overwritten
 * before anything was flushed may be what the media holds. Plain stores to memory can't be noticed,
 * so changes are looked for at every call to the persister, and at {@link #look()}. What was
 * overwritten between two looks is not known.
 */
public final class SimulatedPmem implements AutoCloseable {
  /** Is called before something changes on the media. Every call to the persister waits for it. */
  interface Observer {
    void beforeFlush();

    void beforeDrain();
  }

  /**
   * A line on its way to the media.
   *
   * @param number counts all lines that were ever on their way, in their order
   * @param words its content
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Pending(long number, long[] words) {}

  /**
   * How many contents of one line are remembered. A line that changes more often is stored to by a
   * loop.
   */
  private static final int MAX_SEEN = 8;

  private final Region region;
  private final MemorySegment memory;
  private final MemorySegment media;
  private final long[] lineHash;
  private final Map<Thread, TreeMap<Long, Pending>> pending = new HashMap<>();

  /**
   * What each line was seen to hold, unless a later flush has arrived since, by the number of the
   * look. A cache may have written it back.
   */
  private final Map<Long, TreeMap<Long, long[]>> seen = new HashMap<>();

  private final Simulated persister;
  private final List<Long> arrivals = new ArrayList<>();
  private Mutation mutation = Mutation.NONE;
  private @Nullable Observer observer;
  private long mediaHash;
  private long numbers;

  private SimulatedPmem(Region region) {
    this.region = region;
    this.memory = region.segment();
    this.media = Arena.ofAuto().allocate(region.sizeBytes(), Lines.BYTES);
    this.lineHash = new long[Math.toIntExact(region.sizeBytes() / Lines.BYTES)];
    this.persister = new Simulated();
    settleAll();
  }

  /**
   * A region of zeros in DRAM.
   *
   * @param name any word, for messages
   * @param sizeBytes a positive multiple of 4096; what is explored should be small, some hundred
   *     KiB
   * @throws IOException as {@link Region#anonymous}
   */
  public static SimulatedPmem create(String name, long sizeBytes) throws IOException {
    return new SimulatedPmem(Region.anonymous(name, sizeBytes));
  }

  /** The memory that the program under test works on. */
  public Region region() {
    return region;
  }

  /** The program's persister. Whoever owns this object closes the region. */
  public Persister persister() {
    return persister;
  }

  /** Takes memory as it is for durable, after something was prepared without the persister. */
  public void settleAll() {
    synchronized (persister) {
      media.copyFrom(memory);
      pending.clear();
      seen.clear();
      hashMedia();
    }
  }

  private void hashMedia() {
    mediaHash = 0;
    for (int i = 0; i < lineHash.length; i++) {
      lineHash[i] = Lines.hash((long) i * Lines.BYTES, Lines.read(media, (long) i * Lines.BYTES));
      mediaHash ^= lineHash[i];
    }
  }

  /**
   * What the next process finds if this one is killed now: the same memory, of which the same is on
   * the media, but nobody who is about to drain the rest. This one goes on undisturbed. To be
   * called where nobody works on the region, as in a {@link Verifier}.
   *
   * @param name any word, for messages
   * @throws IOException as {@link Region#anonymous}
   */
  public SimulatedPmem afterKill(String name) throws IOException {
    SimulatedPmem next = create(name, region.sizeBytes());
    next.memory.copyFrom(memory);
    next.media.copyFrom(media);
    next.hashMedia();
    return next;
  }

  /** From now on the persister has this bug. */
  public void mutate(Mutation bug) {
    synchronized (persister) {
      mutation = bug;
    }
  }

  /**
   * Takes note of what memory holds now, so that a state may show it even if it is overwritten
   * before it is flushed. A test calls this between two plain stores to one line to have the
   * content of the first one among the states.
   */
  public void look() {
    synchronized (persister) {
      forEachChanged(
          (line, words) -> {
            TreeMap<Long, long[]> contents = seen.computeIfAbsent(line, l -> new TreeMap<>());
            if (contents.isEmpty() || !Arrays.equals(contents.lastEntry().getValue(), words)) {
              if (contents.size() >= MAX_SEEN) {
                contents.remove(contents.higherKey(contents.firstKey()));
              }
              contents.put(numbers++, words);
            }
          });
    }
  }

  /** Closes the region. */
  @Override
  public void close() throws IOException {
    region.close();
  }

  // ---------------------------------------------------------------- for the explorer

  /** The monitor that every call to the persister takes, and that the calls below need held. */
  Object lock() {
    return persister;
  }

  void observe(@Nullable Observer newObserver) {
    observer = newObserver;
  }

  MemorySegment media() {
    return media;
  }

  long mediaHash() {
    return mediaHash;
  }

  long lineHash(long line) {
    return lineHash[(int) (line / Lines.BYTES)];
  }

  /** The lines of the media that have changed since the last call. */
  List<Long> takeArrivals() {
    List<Long> taken = List.copyOf(arrivals);
    arrivals.clear();
    return taken;
  }

  /**
   * The lines of memory that are not on the media, in ascending order, and for each one the
   * contents other than the media's that may be found there, the newest last.
   */
  SortedMap<Long, List<long[]>> unpersisted() {
    TreeMap<Long, TreeMap<Long, long[]>> found = new TreeMap<>();
    for (TreeMap<Long, Pending> mine : pending.values()) {
      mine.forEach(
          (line, p) -> found.computeIfAbsent(line, l -> new TreeMap<>()).put(p.number, p.words));
    }
    seen.forEach(
        (line, contents) -> found.computeIfAbsent(line, l -> new TreeMap<>()).putAll(contents));
    forEachChanged(
        (line, words) ->
            found.computeIfAbsent(line, l -> new TreeMap<>()).put(Long.MAX_VALUE, words));
    TreeMap<Long, List<long[]>> out = new TreeMap<>();
    found.forEach(
        (line, versions) -> {
          // From the newest on, so that it stays the last one if a content came twice.
          List<long[]> distinct = new ArrayList<>();
          Set<Long> hashes = new HashSet<>(Set.of(lineHash(line)));
          for (long[] words : versions.descendingMap().values()) {
            if (hashes.add(Lines.hash(line, words))) {
              distinct.addFirst(words);
            }
          }
          if (!distinct.isEmpty()) {
            out.put(line, distinct);
          }
        });
    return out;
  }

  private interface LineTaker {
    void take(long line, long[] words);
  }

  /** Goes through the lines whose memory differs from the media, in ascending order. */
  private void forEachChanged(LineTaker taker) {
    long size = media.byteSize();
    for (long at = 0; at < size; ) {
      long skip = MemorySegment.mismatch(memory, at, size, media, at, size);
      if (skip < 0) {
        return;
      }
      long line = Lines.of(at + skip);
      taker.take(line, Lines.read(memory, line));
      at = line + Lines.BYTES;
    }
  }

  // ---------------------------------------------------------------- the persister

  /**
   * A line reaches the media. What other threads flushed of it before is older, and can't arrive
   * after it, since caches are coherent.
   */
  private void arrive(long line, Pending arriving) {
    Lines.write(arriving.words, media, line);
    int index = (int) (line / Lines.BYTES);
    long hash = Lines.hash(line, arriving.words);
    mediaHash ^= lineHash[index] ^ hash;
    lineHash[index] = hash;
    arrivals.add(line);
    for (TreeMap<Long, Pending> others : pending.values()) {
      Pending other = others.get(line);
      if (other != null && other.number < arriving.number) {
        others.remove(line);
      }
    }
    TreeMap<Long, long[]> contents = seen.get(line);
    if (contents != null) {
      contents.headMap(arriving.number).clear();
      if (contents.isEmpty()) {
        seen.remove(line);
      }
    }
  }

  private void markPending(Mutation.Call call, long offset, long length) {
    if (length == 0) {
      return;
    }
    look();
    if (observer != null) {
      observer.beforeFlush();
    }
    TreeMap<Long, Pending> mine =
        pending.computeIfAbsent(Thread.currentThread(), thread -> new TreeMap<>());
    for (long line = Lines.of(offset); line < offset + length; line += Lines.BYTES) {
      if (mutation.flushes(call, offset, length, line)) {
        mine.put(line, new Pending(numbers++, Lines.read(memory, line)));
      }
    }
  }

  private final class Simulated extends Persister {
    Simulated() {
      super(SimulatedPmem.this.region);
    }

    @Override
    public synchronized void flush(long offset, long length) {
      region().ensureOpen();
      check(offset, length);
      markPending(Mutation.Call.FLUSH, offset, length);
    }

    @Override
    public synchronized void drain() {
      region().ensureOpen();
      look();
      if (!mutation.drains()) {
        return;
      }
      if (observer != null) {
        observer.beforeDrain();
      }
      TreeMap<Long, Pending> mine = pending.remove(Thread.currentThread());
      if (mine == null) {
        return;
      }
      TreeMap<Long, Pending> late = new TreeMap<>();
      mine.forEach(
          (line, p) -> {
            if (mutation.arrives(line)) {
              arrive(line, p);
            } else {
              late.put(line, p);
            }
          });
      if (!late.isEmpty()) {
        pending.put(Thread.currentThread(), late);
      }
    }

    @Override
    public synchronized void copyNoDrain(
        long dstOffset, MemorySegment src, long srcOffset, long length) {
      check(dstOffset, length);
      if (mutation.stores(Mutation.Call.COPY, dstOffset, length)) {
        MemorySegment.copy(src, srcOffset, memory, dstOffset, length);
      }
      markPending(Mutation.Call.COPY, dstOffset, length);
    }

    @Override
    public synchronized void fillNoDrain(long offset, long length, byte value) {
      check(offset, length);
      if (mutation.stores(Mutation.Call.FILL, offset, length)) {
        memory.asSlice(offset, length).fill(value);
      }
      markPending(Mutation.Call.FILL, offset, length);
    }

    @Override
    public synchronized void deepFlush(long offset, long length) {
      flush(offset, length);
      drain();
    }

    @Override
    public String describe() {
      return "simulated, so that it is known what power loss leaves";
    }

    private void check(long offset, long length) {
      Objects.checkFromIndexSize(offset, length, memory.byteSize());
    }
  }
}

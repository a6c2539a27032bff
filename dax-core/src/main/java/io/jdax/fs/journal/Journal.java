package io.jdax.fs.journal;

import static io.jdax.fs.journal.JournalFormat.LONG;

import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The records of one mount. A change is told while it is made, right where its record will be, and
 * the check that makes it one comes when the change is done. So a change that is undone needs no
 * step back: what is there is none, and the next one is told over it.
 *
 * <pre>
 *   begin          a change begins
 *   put, …         its edits
 *   end            it is done: the record is there, and survives the process
 *   persist        flush and drain, by any thread, without the lock: it survives power loss
 *   follow         a commit is durable that has all changes: what is told from now on follows that
 * </pre>
 *
 * <p>The lock of changes guards it, but for {@link #persist} and what that asks before.
 *
 * <p>A journal is <i>cut off</i> when a change could not be told, since it did not fit, or its
 * media are bad. Nothing is told after a gap, and only the next commit of the tree makes anything
 * durable.
 */
public final class Journal {
  private static final int COMMIT_SHIFT = 32;
  private static final long BYTES_MASK = (1L << COMMIT_SHIFT) - 1;

  private final Persister persister;
  private final MemorySegment memory;
  private final JournalPlace place;
  private final long fileSystemId;

  // What the lock of changes guards.

  /** The commit that records follow, and where its half begins and ends. */
  private long commit;

  private long half;
  private long halfEnd;

  /** Where the next record begins, and what its check begins with. */
  private long record;

  private long seed;

  /** Where the next edit goes. */
  private long at;

  private long sum;
  private boolean anyEdit;

  /** Whether all edits of the change are told. */
  private boolean fits;

  private boolean bad;
  private long records;

  // What any thread may ask.

  private volatile boolean cutOff = true;

  /** The end of the last record in its half, with the commit that it follows. */
  private volatile long told;

  // What whoever leads a commit writes.

  /** As {@link #told}, of what is durable. */
  private volatile long durable;

  private volatile long flushes;

  /**
   * Tells nothing, so that every change is for the next commit. Each tree has its own, since it
   * knows whether the change that is open has edits.
   */
  public static Journal none() {
    return new Journal();
  }

  @SuppressWarnings("NullAway") // nobody asks a journal that is cut off for good
  private Journal() {
    this.persister = null;
    this.memory = MemorySegment.NULL;
    this.place = JournalPlace.NONE;
    this.fileSystemId = 0;
  }

  /**
   * Tells nothing before {@link #follow}. The frames are fetched, so that they can be stored to.
   *
   * @throws IOException a device can't be read
   */
  public Journal(Persister persister, JournalPlace place, long fileSystemId) throws IOException {
    this.persister = persister;
    this.memory = persister.region().segment();
    this.place = place;
    this.fileSystemId = fileSystemId;
    persister.fetch(Pages.bytes(place.firstFrame()), Pages.bytes(place.frames()));
  }

  /** All changes until now are in a commit that is durable; the next ones follow it. */
  public void follow(long newCommit) {
    if (!place.exists() || bad) {
      return;
    }
    commit = newCommit;
    half = place.offset(newCommit);
    halfEnd = half + place.halfBytes();
    record = half;
    seed = JournalFormat.seed(fileSystemId, place, newCommit);
    told = newCommit << COMMIT_SHIFT;
    cutOff = false;
  }

  // ---------------------------------------------------------------- telling

  /** A change begins. */
  public void begin() {
    anyEdit = false;
    fits = !cutOff && record + JournalFormat.HEADER_BYTES <= halfEnd;
    at = record + JournalFormat.HEADER_BYTES;
    sum = 0;
  }

  /** The change can't be told, for a reason of its maker's. */
  public void leaveOut() {
    fits = false;
    anyEdit = true;
  }

  /** As {@link Edits#put}. */
  public void put(long hi, long lo, MemorySegment value, long offset, int length) {
    anyEdit = true;
    long bytes = JournalFormat.PUT_BYTES + JournalFormat.padded(length);
    if (!hasRoom(bytes)) {
      return;
    }
    try {
      memory.set(LONG, at, JournalFormat.what(JournalFormat.PUT, length));
      memory.set(LONG, at + 8, hi);
      memory.set(LONG, at + 16, lo);
      if (length > 0) {
        memory.set(LONG, at + bytes - Long.BYTES, 0);
        WordStores.copy(value, offset, memory, at + JournalFormat.PUT_BYTES, length);
      }
      added(bytes);
    } catch (InternalError e) {
      fail();
    }
  }

  /** As {@link Edits#delete}, of a key that was there. */
  public void delete(long hi, long lo) {
    anyEdit = true;
    if (!hasRoom(JournalFormat.DELETE_BYTES)) {
      return;
    }
    try {
      memory.set(LONG, at, JournalFormat.what(JournalFormat.DELETE, 0));
      memory.set(LONG, at + 8, hi);
      memory.set(LONG, at + 16, lo);
      added(JournalFormat.DELETE_BYTES);
    } catch (InternalError e) {
      fail();
    }
  }

  /** As {@link Edits#deleteRange}. */
  public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) {
    anyEdit = true;
    if (!hasRoom(JournalFormat.DELETE_RANGE_BYTES)) {
      return;
    }
    try {
      memory.set(LONG, at, JournalFormat.what(JournalFormat.DELETE_RANGE, 0));
      memory.set(LONG, at + 8, fromHi);
      memory.set(LONG, at + 16, fromLo);
      memory.set(LONG, at + 24, toHi);
      memory.set(LONG, at + 32, toLo);
      added(JournalFormat.DELETE_RANGE_BYTES);
    } catch (InternalError e) {
      fail();
    }
  }

  private boolean hasRoom(long bytes) {
    fits &= bytes <= halfEnd - at;
    return fits;
  }

  /** Mixes in what was stored, and delivers what storing it may have raised. */
  private void added(long bytes) {
    sum += JournalFormat.sum(seed, memory, record, at, at + bytes);
    AccessFault.deliver();
    at += bytes;
  }

  private void fail() {
    fits = false;
    bad = true;
  }

  /** Whether the change has changed anything yet. */
  public boolean hasEdits() {
    return anyEdit;
  }

  /** The change is done, and has edits. Throws nothing. */
  public void end(long number) {
    if (fits) {
      storeHeader(number);
    }
    if (fits) {
      record = JournalFormat.nextLine(at);
      records++;
      told = commit << COMMIT_SHIFT | record - half;
    } else {
      cutOff = true;
    }
  }

  private void storeHeader(long number) {
    try {
      memory.set(LONG, record + JournalFormat.NUMBER, number);
      memory.set(LONG, record + JournalFormat.COMMIT, commit);
      memory.set(
          LONG,
          record + JournalFormat.WORDS,
          (at - record - JournalFormat.HEADER_BYTES) / Long.BYTES);
      sum +=
          JournalFormat.sum(
              seed,
              memory,
              record,
              record + JournalFormat.NUMBER,
              record + JournalFormat.HEADER_BYTES);
      long check = WordCheck.ofSum(seed, sum);
      VarHandle.releaseFence();
      memory.set(LONG, record + JournalFormat.CHECK, check);
      AccessFault.deliver();
      seed = check;
    } catch (InternalError e) {
      fail();
    }
  }

  // ---------------------------------------------------------------- durability

  /** Whether a change was not told, so that a commit has to make it durable. */
  public boolean isCutOff() {
    return cutOff;
  }

  /** Stands for all that was told until now, for {@link #persist}. */
  public long told() {
    return told;
  }

  /**
   * Makes records durable, by one thread at a time. What was told before a commit that has become
   * durable meanwhile needs no flush any more, and gets one that changes nothing.
   *
   * @param upTo what {@link #told} gave
   * @throws IOException it is not known whether they are
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
  public void persist(long upTo) throws IOException {
    long done = durable;
    long first = done >>> COMMIT_SHIFT == upTo >>> COMMIT_SHIFT ? done & BYTES_MASK : 0;
    long end = upTo & BYTES_MASK;
    if (first < end) {
      persister.flush(place.offset(upTo >>> COMMIT_SHIFT) + first, end - first);
      persister.drain();
      flushes++;
    }
    durable = upTo;
  }

  /** What was told may not arrive: the next commit has to do without. */
  public void cutOff() {
    cutOff = true;
  }

  // ---------------------------------------------------------------- figures

  /** How many changes were told. */
  long records() {
    return records;
  }

  /** How often some of them were made durable. */
  long flushes() {
    return flushes;
  }
}

package io.jdax.fs.tree;

import io.jdax.fs.journal.Journal;
import io.jdax.fs.space.FailurePoint;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes changes durable, for many threads at once. Whoever gets the lock leads: every change that
 * is done by then becomes durable with his own. The others wait for the lock, and mostly find, once
 * they have it, that they have been served.
 *
 * <p>If all of them are in the {@link Journal}, its lines are flushed, and that is it. Else, and
 * when the tree itself has to be written, there is a commit:
 *
 * <pre>
 *   nodes that are dirty → their frames, non-temporal    drain
 *   superblock           → the older slot                persist
 * </pre>
 *
 * <p>The second step makes it so, and if it is torn the other slot counts. Changes are held up
 * meanwhile, lookups are not.
 */
final class GroupCommit {
  private static final int SPINS = 200;
  private static final long MAX_GATHER_NANOS = 1_000_000;
  private static final long GATHER_STEP_NANOS = 10_000;

  /**
   * How many nodes a change of some steps may need. If there are fewer, frames that wait for a
   * commit are fetched first.
   */
  private static final int NODES_AT_HAND = 64;

  private final CowTree tree;
  private final TreeReader reader;
  private final NodeCache cache;
  private final Persister persister;
  private final SuperblockSlots slots;
  private final NodeChecksum checksum = new NodeChecksum();
  private final TreeWriter writer;

  /** Held by the thread that commits for others. Comes before {@link CowTree#changeLock}. */
  private final ReentrantLock leadership = new ReentrantLock();

  private volatile Superblock superblock;
  private volatile Journal journal = Journal.none();
  private volatile long sequence;
  private final AtomicLong durableSequence = new AtomicLong();

  /** How long the last commit took, which is how long it is worth to wait for others. */
  private volatile long lastNanos;

  /** See {@link CowTree#mayLackCommit}. */
  final boolean mayLackCommit;

  GroupCommit(CowTree tree, Superblock superblock) throws IOException {
    this.tree = tree;
    this.reader = tree.reader;
    this.cache = tree.cache;
    this.persister = tree.persister;
    this.superblock = superblock;
    this.slots = new SuperblockSlots(persister);
    this.sequence = superblock.lastChange();
    this.durableSequence.set(sequence);
    this.mayLackCommit = SuperblockSlots.isAlone(tree.region, superblock);
    this.writer = new TreeWriter(reader, cache, new UndoLog(cache, reader, tree.space));
  }

  TreeWriter writer() {
    return writer;
  }

  long durableGeneration() {
    return superblock.generation();
  }

  long sequence() {
    return sequence;
  }

  Superblock superblock() {
    return superblock;
  }

  Journal journal() {
    return journal;
  }

  /**
   * The number of a change that is done, whose maker holds the change lock. It is in the journal
   * from now on, or that is cut off; whoever sees the number sees that.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the holder of the change lock writes
  long done() {
    if (journal.hasEdits()) {
      journal.end(sequence + 1);
      sequence++;
    }
    return sequence;
  }

  /** Lets changes be told, those that follow the last commit. */
  void tell(Journal newJournal) {
    newJournal.follow(superblock.generation());
    journal = newJournal;
  }

  // ---------------------------------------------------------------- waiting

  /** Whether every change up to {@code wanted} is durable. */
  boolean isDurable(long wanted) {
    return durableSequence.getAcquire() >= wanted;
  }

  /** Returns when every change up to {@code wanted} is durable. */
  void await(long wanted) throws IOException {
    if (isDurable(wanted)) {
      return;
    }
    tree.ensureNoChange();
    if (!lead(wanted)) {
      return;
    }
    try {
      if (isDurable(wanted) || persistJournal()) {
        return;
      }
      gather();
      tree.changeLock.lock();
      try {
        tree.ensureOpen();
        tree.ensureHealthy();
        commit();
      } finally {
        tree.changeLock.unlock();
      }
    } finally {
      leadership.unlock();
    }
  }

  /**
   * Makes durable what the journal tells of all changes that are done, or returns false if it does
   * not tell all of them, or its media are bad. The caller leads, so that nobody closes the tree
   * meanwhile.
   */
  private boolean persistJournal() throws IOException {
    tree.ensureOpen();
    tree.ensureHealthy();
    Journal all = journal;
    long done = sequence; // first, since what is done before it is told before it
    long told = all.told();
    if (all.isCutOff()) {
      return false;
    }
    CommitEvent event = CommitEvent.begun();
    try {
      FailurePoint.COMMIT.reach();
      all.persist(told);
    } catch (MediaErrorException e) {
      all.cutOff(); // a commit does without these lines
      return false;
    } catch (Throwable t) {
      tree.fail(t); // what else was to be durable by now may not be
      throw t;
    }
    becameDurable(done);
    if (event != null) {
      event.finish(0);
    }
    return true;
  }

  private void becameDurable(long done) {
    durableSequence.accumulateAndGet(done, Math::max);
  }

  /** The tree is closed. On return nobody flushes lines of the region any more. */
  void awaitLeader() {
    leadership.lock();
    try {
      journal.cutOff();
    } finally {
      leadership.unlock();
    }
  }

  /**
   * Gets the leadership, or returns false if another thread has done the work meanwhile. Commits
   * are short, so it spins first.
   */
  private boolean lead(long wanted) {
    for (int i = 0; i < SPINS; i++) {
      if (leadership.tryLock()) {
        return true;
      }
      Thread.onSpinWait();
      if (isDurable(wanted)) {
        return false;
      }
    }
    leadership.lock();
    return true;
  }

  /**
   * Lets threads that wait to begin a change go first, for as long as a commit takes, so that they
   * need no commit of their own.
   */
  private void gather() {
    if (!tree.changeLock.hasQueuedThreads()) {
      return;
    }
    long patience = Math.min(lastNanos, MAX_GATHER_NANOS);
    long begin = System.nanoTime();
    while (tree.changeLock.hasQueuedThreads() && System.nanoTime() - begin < patience) {
      if (patience > 4 * GATHER_STEP_NANOS) {
        LockSupport.parkNanos(GATHER_STEP_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  // ---------------------------------------------------------------- under the change lock

  // No change is open.

  /** Makes every change that was done durable. */
  void commit() throws IOException {
    long done = sequence;
    if (cache.dirtyCount() > 0 || reader.root != superblock.root()) {
      long begin = System.nanoTime();
      write();
      lastNanos = System.nanoTime() - begin;
    }
    becameDurable(done);
  }

  /**
   * Lets both slots show this state, after a mount, so that nothing of the state before it is
   * needed for a fallback any more.
   *
   * <p>The superblock that was found may lie in the cache alone: a process was killed between its
   * store and its drain. Its slot then is old or torn on the media, and the write that follows goes
   * to the other slot, which has the only one that is sure. So what was found becomes durable
   * first.
   */
  void seal() throws IOException {
    settle();
    write();
  }

  /** Makes the superblock durable that was found. */
  void settle() throws IOException {
    slots.settle();
  }

  /** Makes everything reusable that was given back. */
  void reclaim() throws IOException {
    long done = sequence;
    for (int i = 0; i < 2 && isAnythingWaiting(); i++) {
      write();
      becameDurable(done);
    }
  }

  private boolean isAnythingWaiting() {
    return tree.space.isWaitingForCommit() || tree.space.isFollowerWaiting();
  }

  /** Makes every change that was done durable, and lets both slots show it. */
  void commitTwice() throws IOException {
    long done = sequence;
    write();
    becameDurable(done);
    write();
  }

  /** Commits, before a change, if frames are short and commits would bring some back. */
  void makeRoom() throws IOException {
    if (tree.space.commitWouldHelp(NODES_AT_HAND)) {
      reclaim();
    }
  }

  /** Shows lookups and the space a superblock that is durable. */
  private void publish(Superblock next) {
    long stamp = tree.lock.writeLock();
    try {
      superblock = next;
      journal.follow(next.generation());
      reader.generation = next.generation();
      cache.markAllClean();
    } finally {
      tree.lock.unlockWrite(stamp);
    }
    FailurePoint.BOOKS.reach();
    tree.space.committed(next.generation());
  }

  private void write() throws IOException {
    CommitEvent event = CommitEvent.begun();
    int nodes = cache.dirtyCount();
    FailurePoint.ALLOCATION.reach();
    Superblock next =
        superblock.next(tree.info(), reader.root, reader.rootLevel, reader.nodeCount, sequence);
    slots.encode(next); // before anything is written, since lack of memory is no failed commit
    try {
      FailurePoint.COMMIT.reach();
      int count = cache.dirtyCount();
      for (int i = 0; i < count; i++) {
        int slot = cache.dirtySlot(i);
        MemorySegment s = cache.segment(slot);
        long node = cache.offset(slot);
        assert NodeCheck.isSound(s, node, cache.pfn(slot) == reader.root);
        s.set(Node.INT, node + Node.CRC, checksum.of(cache.buffer(slot), node));
        persister.copyNoDrain(cache.pfn(slot) * Node.BYTES, s, node, Node.BYTES);
      }
      if (count > 0) {
        persister.drain();
      }
      slots.writeEncoded(next.slot());
    } catch (Throwable t) {
      // It is not known whether the superblock arrived, so neither state may be built upon; both
      // are intact.
      tree.fail(t);
      throw t;
    }
    try {
      publish(next);
    } catch (Throwable t) {
      tree.fail(t); // what was given back may be in no book, or in two
      throw t;
    }
    if (event != null) {
      event.finish(nodes);
    }
  }
}

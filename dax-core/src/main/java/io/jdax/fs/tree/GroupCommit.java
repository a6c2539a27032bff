package io.jdax.fs.tree;

import io.jdax.fs.space.FailurePoint;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes changes durable, for many threads at once. Whoever gets the lock leads: one commit takes in
 * every change that is done by then. The others wait for the lock, and mostly find, once they have
 * it, that they have been served.
 *
 * <pre>
 *   nodes that are dirty → their blocks, non-temporal    drain
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
   * What a change of some steps may want; below this, blocks that wait for a commit are fetched
   * first.
   */
  private static final int NODES_AT_HAND = 64;

  private final CowTree tree;
  private final TreeReader reader;
  private final NodeCache cache;
  private final Persister persister;
  private final SuperblockSlots slots;
  private final NodeChecksum checksum = new NodeChecksum();
  private final TreeWriter writer;

  /** Held by the leader. Comes before {@link CowTree#changeLock}. */
  private final ReentrantLock leadership = new ReentrantLock();

  private volatile Superblock superblock;
  private volatile long sequence;
  private volatile long durableSequence;

  /** How long the last commit took: what it is worth to wait for company. */
  private volatile long lastNanos;

  GroupCommit(CowTree tree, Superblock superblock) {
    this.tree = tree;
    this.reader = tree.reader;
    this.cache = tree.cache;
    this.persister = tree.persister;
    this.superblock = superblock;
    this.slots = new SuperblockSlots(persister);
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

  /** A change is done; its maker holds the change lock. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only who holds the change lock writes
  long nextSequence() {
    return ++sequence;
  }

  // ---------------------------------------------------------------- waiting

  /** Returns when every change up to {@code wanted} is durable. */
  void await(long wanted) throws IOException {
    if (durableSequence >= wanted) {
      return;
    }
    tree.ensureNoChange();
    if (!lead(wanted)) {
      return;
    }
    try {
      if (durableSequence >= wanted) {
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
   * Gets the leadership; false if the wait ended because somebody else had done the work. Commits
   * are short, so spin first.
   */
  private boolean lead(long wanted) {
    for (int i = 0; i < SPINS; i++) {
      if (leadership.tryLock()) {
        return true;
      }
      Thread.onSpinWait();
      if (durableSequence >= wanted) {
        return false;
      }
    }
    leadership.lock();
    return true;
  }

  /**
   * Lets those that wait to begin a change go first, for as long as a commit takes: so they need
   * none of their own.
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

  // ---------------------------------------------------------------- with the change lock held, and
  // no change open

  /** Makes all that was done durable. */
  void commit() throws IOException {
    long done = sequence;
    if (cache.dirtyCount() > 0 || reader.root != superblock.root()) {
      long begin = System.nanoTime();
      write();
      lastNanos = System.nanoTime() - begin;
    }
    durableSequence = done;
  }

  /**
   * After a mount: both slots show this state, so that nothing of the state before it is needed for
   * a fallback any more.
   */
  void seal() throws IOException {
    write();
    reader.trusted = true;
  }

  /** Brings back what was given back. */
  void reclaim() throws IOException {
    long done = sequence;
    for (int i = 0; i < 2 && tree.space.isWaitingForCommit(); i++) {
      write();
      durableSequence = done;
    }
  }

  /** Before a change: if blocks are short and commits would bring some back, commits. */
  void makeRoom() throws IOException {
    if (tree.space.commitWouldHelp(NODES_AT_HAND)) {
      reclaim();
    }
  }

  /** The superblock is durable. */
  private void publish(Superblock next) {
    long stamp = tree.lock.writeLock();
    try {
      superblock = next;
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
    Superblock next = superblock.next(tree.info(), reader.root, reader.rootLevel, reader.nodeCount);
    slots.encode(next); // before anything is written: a want of memory is no failed commit
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
      // Whether the superblock arrived is not known, so neither state may be built upon; both are
      // whole.
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

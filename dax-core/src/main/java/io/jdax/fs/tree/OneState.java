package io.jdax.fs.tree;

import java.io.IOException;
import java.util.concurrent.locks.StampedLock;

/**
 * The tree as it was when the stamp was taken. What a lookup reads while nodes change under it may
 * be anything, errors included, and is believed only if the stamp is still good. Memory safety does
 * not depend on it: every access is within a segment.
 */
final class OneState implements Lookups {
  /** A stamp that says that changes are kept out, so that nothing needs to be looked at twice. */
  private static final long LOCKED = -1;

  /** How many attempts of a reading changes may spoil, before it keeps changes out. */
  private static final int READ_ATTEMPTS = 3;

  /** There is a newer state. Never leaves {@code CowTree.read}. */
  static final class Outdated extends RuntimeException {
    private static final long serialVersionUID = 1;

    Outdated() {
      super("the tree has changed", null, false, false);
    }
  }

  private final TreeReader reader;
  private final StampedLock lock;
  private final long stamp;

  private OneState(CowTree tree, long stamp) {
    this.reader = tree.reader;
    this.lock = tree.lock;
    this.stamp = stamp;
  }

  /** The tree as the open change of this thread has made it. */
  static OneState ofChange(CowTree tree) {
    return new OneState(tree, LOCKED);
  }

  /** See {@link CowTree#read}; no change of this thread is open. */
  static <T> T read(CowTree tree, Reading<T> reading) throws IOException {
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      long stamp = tree.lock.tryOptimisticRead();
      if (stamp == 0) {
        continue;
      }
      OneState state = new OneState(tree, stamp);
      try {
        T result = reading.in(state);
        if (state.isGood()) { // whatever else it saw in DRAM belongs to the state, too
          return result;
        }
      } catch (IOException | RuntimeException e) {
        if (state.isGood()) {
          tree.ensureOpen();
          throw e;
        }
      }
    }
    long stamp = tree.lock.readLock();
    try {
      tree.ensureOpen();
      return reading.in(new OneState(tree, LOCKED));
    } finally {
      tree.lock.unlockRead(stamp);
    }
  }

  @Override
  public long state() {
    return stamp == LOCKED ? UNKNOWN_STATE : stamp;
  }

  @Override
  public boolean get(long hi, long lo, Item out) throws IOException {
    return find(TreeReader.EQUAL, hi, lo, out);
  }

  @Override
  public boolean ceiling(long hi, long lo, Item out) throws IOException {
    return find(TreeReader.CEILING, hi, lo, out);
  }

  @Override
  public boolean floor(long hi, long lo, Item out) throws IOException {
    return find(TreeReader.FLOOR, hi, lo, out);
  }

  /** Whether nothing has changed since the stamp was taken. */
  boolean isGood() {
    return stamp == LOCKED || lock.validate(stamp);
  }

  private boolean find(int mode, long hi, long lo, Item out) throws IOException {
    try {
      boolean found = reader.find(mode, hi, lo, out);
      if (isGood()) {
        return found;
      }
    } catch (IOException | RuntimeException e) {
      if (isGood()) {
        throw e;
      }
    }
    // At once, and not only when all is read, since a reading that follows what was never true may
    // not end.
    throw new Outdated();
  }
}

package io.jdax.fs.tree;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.journal.Journal;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.FailurePoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One operation on the tree, which is in one commit as a whole, or in none.
 *
 * <pre>
 *   try (Change change = tree.change()) {
 *     change.put(…);
 *     change.delete(…);
 *     change.done();
 *   }
 *   tree.commit();
 * </pre>
 *
 * <p>A change that is closed without {@link #done}, on purpose or because something was thrown, is
 * undone exactly, so that the tree is as it was before. Belongs to the thread that began it, and
 * keeps out every other change until it is closed, and every lookup of other threads from its first
 * modification on. So do not wait for anything in the middle of it.
 *
 * <p>Durable only after {@link CowTree#commit}.
 */
public final class Change implements ItemEdits, NodeSource, AutoCloseable {
  /** For {@link #hasNodesForMore}, the paths of a range, and splits along them. */
  private static final int NODES_PER_LEVEL = 8;

  private final CowTree tree;
  private final boolean fromReserve;
  private final TreeWriter writer;
  private final Journal journal;
  private long stamp;

  /** Frames that are set aside for nodes. */
  private int reserved;

  /** Whether no modification was left half-way by an exception. */
  private boolean whole = true;

  private boolean done;
  private boolean closed;

  /** What superblocks say from this change on, if that is something else. */
  private @Nullable SuperblockInfo newInfo;

  Change(CowTree tree, boolean fromReserve) {
    this.tree = tree;
    this.fromReserve = fromReserve;
    this.writer = tree.commits.writer();
    this.journal = tree.commits.journal();
    writer.begin(this);
    journal.begin();
  }

  // ---------------------------------------------------------------- lookups

  /**
   * Whether the tree is as a reading has seen it, so that nothing that was looked up there needs to
   * be looked up again. No, as soon as this change has modified anything.
   *
   * @param state {@link Lookups#state} of that reading
   */
  public boolean isStill(long state) {
    ensureMine();
    return state != UNKNOWN_STATE && tree.lock.validate(state);
  }

  @Override
  public boolean get(long hi, long lo, Item out) throws IOException {
    ensureMine();
    return tree.reader.find(TreeReader.EQUAL, hi, lo, out);
  }

  @Override
  public boolean ceiling(long hi, long lo, Item out) throws IOException {
    ensureMine();
    return tree.reader.find(TreeReader.CEILING, hi, lo, out);
  }

  @Override
  public boolean floor(long hi, long lo, Item out) throws IOException {
    ensureMine();
    return tree.reader.find(TreeReader.FLOOR, hi, lo, out);
  }

  // ---------------------------------------------------------------- modifications

  /**
   * Maps the key to {@code length} bytes at {@code offset} of {@code value}, whatever it was mapped
   * to.
   *
   * @throws NoSpaceException there are no frames for the nodes that this may need; nothing was
   *     modified
   * @throws IllegalArgumentException the value is longer than {@value CowTree#MAX_VALUE_BYTES}
   *     bytes
   */
  @Override
  public void put(long hi, long lo, MemorySegment value, long offset, int length)
      throws IOException {
    Objects.checkFromIndexSize(offset, length, value.byteSize());
    if (length > CowTree.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of " + length + " bytes: at most " + CowTree.MAX_VALUE_BYTES);
    }
    begin();
    writer.put(hi, lo, value, offset, length);
    journal.put(hi, lo, value, offset, length);
    whole = true;
  }

  /** As {@link #put(long, long, MemorySegment, long, int)}, with a whole array. */
  public void put(long hi, long lo, byte[] value) throws IOException {
    put(hi, lo, MemorySegment.ofArray(value), 0, value.length);
  }

  /**
   * Removes a key.
   *
   * @return whether it was there
   * @throws NoSpaceException as for {@link #put}, unless the change is {@linkplain
   *     CowTree#changeFromReserve from the reserve}
   */
  @Override
  public boolean delete(long hi, long lo) throws IOException {
    begin();
    boolean found = writer.delete(hi, lo);
    if (found) {
      journal.delete(hi, lo);
    }
    whole = true;
    return found;
  }

  /**
   * Removes every key from (fromHi, fromLo), inclusive, to (toHi, toLo), exclusive. Errors as for
   * {@link #delete}.
   */
  @Override
  public void deleteRange(long fromHi, long fromLo, long toHi, long toLo) throws IOException {
    if (Node.compare(fromHi, fromLo, toHi, toLo) >= 0) {
      return;
    }
    begin();
    if (writer.deleteRange(fromHi, fromLo, toHi, toLo)) {
      journal.deleteRange(fromHi, fromLo, toHi, toLo);
    }
    whole = true;
  }

  /**
   * Gives frames of data back with this change. They are reusable when the commit after the one
   * that the change is in is durable. Forgotten if the change is undone.
   */
  public void free(long pfn, long count) {
    ensureMine();
    ensureNotDone();
    writer.undo().noteFreed(pfn, count);
  }

  /**
   * Lets the superblocks have an incompatible feature, or no longer, from the commit on that this
   * change is in. The journal can't tell such a change.
   */
  public void setIncompatible(long feature, boolean on) {
    ensureMine();
    ensureNotDone();
    newInfo = (newInfo == null ? tree.info() : newInfo).withIncompatible(feature, on);
    journal.leaveOut();
  }

  /**
   * Number of the commit that this change will be in, for {@link io.jdax.fs.space.Space#freeAfter}.
   */
  public long commitNumber() {
    return tree.reader.generation + 1;
  }

  /** From where on what this change has made void is void, when it is done. */
  public ChangePoint point() {
    ensureMine();
    if (!done) {
      throw new IllegalStateException("the change is not done");
    }
    return new ChangePoint(
        commitNumber(), journal.isCutOff() ? ChangePoint.NOT_TOLD : tree.commits.sequence());
  }

  /**
   * Whether there are frames for the nodes of some more modifications that are near to each other
   * in the tree. If not, a maker of many should end this change and begin another one, since what
   * this one has copied comes back meanwhile.
   */
  public boolean hasNodesForMore() {
    return reserved + tree.space.nodesAtHand() >= NODES_PER_LEVEL * (tree.reader.rootLevel + 2L);
  }

  // ---------------------------------------------------------------- end

  /**
   * Tells that the change is complete. It becomes visible to others when it is closed.
   *
   * @return the sequence number of this change, for {@link CowTree#commit(long)}
   * @throws IllegalStateException a modification failed half-way, so that this change can only be
   *     undone
   */
  public long done() {
    ensureMine();
    ensureWhole();
    writer.undo().prepareKeep();
    FailurePoint.DONE.reach();
    done = true;
    if (newInfo != null) {
      tree.setInfo(newInfo);
    }
    return tree.commits.done();
  }

  /**
   * Ends the change, and undoes it if it is not done.
   *
   * @throws TreeFailedException so much had piled up that it was committed, and that failed, or
   *     something was thrown between two entries in books that belong together
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    if (!tree.changeLock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the change belongs to another thread");
    }
    closed = true;
    try {
      end();
    } finally {
      if (stamp != 0) {
        tree.lock.unlockWrite(stamp);
      }
      tree.changeLock.unlock();
    }
    if (done && tree.cache.dirtyCount() > tree.maxDirtyNodes) {
      tree.commitTree();
    }
  }

  /**
   * Ends the change completely, or lets the tree not be changed any more, since its books can't be
   * trusted.
   */
  private void end() throws TreeFailedException {
    try {
      boolean sound = !writer.undo().isHalfWay();
      writer.end(done && sound);
      if (!sound) {
        throw new IllegalStateException("a change was left in the middle of its books");
      }
      tree.space.releaseNodes(reserved);
      tree.space.setNodes(tree.reader.nodeCount);
    } catch (Throwable t) {
      tree.fail(t);
      throw new TreeFailedException(tree.region.name(), t);
    }
  }

  /** Takes a frame for a node, out of what {@link #begin} reserved. */
  @Override
  public long allocateNode(BlockRun scratch) {
    if (reserved == 0) {
      throw new IllegalStateException("more nodes than one modification can need");
    }
    reserved--;
    return tree.space.allocateNode(scratch);
  }

  /**
   * Sets frames aside, before each modification, for all nodes that it can need, so that it never
   * fails half-way for lack of one.
   */
  private void begin() throws IOException {
    ensureMine();
    ensureNotDone();
    ensureWhole(); // else the next modification that succeeds would hide the one that did not
    int needed = TreeWriter.nodesNeeded(tree.reader.rootLevel);
    if (reserved < needed) {
      tree.space.reserveNodes(needed - reserved, fromReserve);
      reserved = needed;
    }
    if (stamp == 0) {
      stamp = tree.lock.writeLock();
    }
    whole = false;
  }

  private void ensureNotDone() {
    if (done) {
      throw new IllegalStateException("the change is done");
    }
  }

  private void ensureWhole() {
    if (!whole) {
      throw new IllegalStateException("a modification failed: this change can only be undone");
    }
  }

  private void ensureMine() {
    if (closed || !tree.changeLock.isHeldByCurrentThread()) {
      throw new IllegalStateException("the change is closed, or belongs to another thread");
    }
    tree.ensureOpen();
  }
}

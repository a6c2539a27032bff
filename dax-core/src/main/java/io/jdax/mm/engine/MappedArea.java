package io.jdax.mm.engine;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One mapping as the engine sees it (the kernel's vm_area_struct): what was asked for, what it
 * shows, its memory, and its end. Its user holds a {@link FileMapping}, of which the engine knows
 * no more than how to publish what accesses are to read.
 */
final class MappedArea {
  /** Who made it. */
  interface Owner {
    /**
     * Lets go of a mapping that shows nothing any more: does nothing where that was done. Any
     * thread may call, several at a time.
     */
    void leave(MappedArea area) throws IOException;
  }

  /** No two of a frame space have the same, and those made later have greater ones. */
  final long id;

  final MappingFacts facts;
  final MappingMemory memory;
  final MappedPages pages;

  /** Gives back what it has, once, also when an error comes between. */
  final Closing closing;

  private final AtomicBoolean left = new AtomicBoolean();

  MappedArea(
      FrameSpace frames, MappingFacts facts, PageTable table, PlainAccess accesses, Owner owner) {
    this.id = frames.nextId();
    this.facts = facts;
    this.memory = new MappingMemory(frames, table, facts.sharing());
    this.pages = new MappedPages(frames, facts, memory, accesses);
    this.closing = new Closing(frames.unfinishedCloses(), () -> owner.leave(this));
  }

  /** The first half of a close: no access begins any more. */
  void end() {
    pages.close();
  }

  /** The last epoch in which a thread may store through it, after {@link #end}; −1 for none. */
  long lastStores() {
    return memory.hasMarks() ? memory.closedIn() : -1;
  }

  /**
   * Claims the work of leaving, for one caller.
   *
   * @return whether it is the caller's, who says how it went by {@link #setLeft}
   */
  boolean beginLeaving() {
    return left.compareAndSet(false, true);
  }

  /** Whether the mapping has been let go of, but for what waits until it is quiet. */
  void setLeft(boolean done) {
    left.set(done);
  }
}

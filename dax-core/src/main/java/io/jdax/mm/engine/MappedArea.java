package io.jdax.mm.engine;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One mapping as the engine sees it (the kernel's vm_area_struct): what was asked for, what it
 * shows, its memory, and its end. Its user holds a {@link FileMapping}, of which this knows only
 * how to publish what accesses read.
 */
final class MappedArea {
  /** Makes mappings, and ends them. */
  interface Owner {
    /**
     * Lets go of a mapping that shows nothing any more. Does nothing if that was done. Several
     * threads may call at a time.
     */
    void leave(MappedArea area) throws IOException;
  }

  /** Tells mappings of a frame space apart; greater than those of mappings made before. */
  final long id;

  final MappingFacts facts;
  final MappingMemory memory;
  final MappedPages pages;

  /** Gives back what it has. */
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

  /** Begins a close: no access begins any more. */
  void end() {
    pages.close();
  }

  /**
   * The last epoch in which a thread may store through it, or −1 if none ever could. Asked after
   * {@link #end}.
   */
  long lastStores() {
    return memory.hasMarks() ? memory.closedIn() : -1;
  }

  /**
   * Claims the work of leaving.
   *
   * @return whether the caller is to do it, and then to say by {@link #setLeft} how it went
   */
  boolean beginLeaving() {
    return left.compareAndSet(false, true);
  }

  /** Says whether the mapping has left; if not, the next may claim the work. */
  void setLeft(boolean done) {
    left.set(done);
  }
}

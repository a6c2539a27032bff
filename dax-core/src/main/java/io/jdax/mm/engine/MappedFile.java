package io.jdax.mm.engine;

import io.jdax.mm.BeyondEndException;
import io.jdax.os.Pages;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file as all parts of its {@link AddressSpace} see it: where its frames lie, what answers for
 * the file system, which lock keeps its blocks in place, and what is remembered of its pages and
 * mappings. The parts are given this, and do not know the address space that holds them.
 */
final class MappedFile {
  final FrameSpace frames;
  final BlockMapper mapper;

  /** Of the file, in messages and events. */
  final String name;

  final InvalidateLock invalidateLock = new InvalidateLock();
  final Entries entries;
  final MappingTree mappings = new MappingTree();
  final Counters counters = new Counters();

  /** Written with the invalidate lock held exclusively. */
  private volatile boolean readOnly;

  private volatile boolean closed;

  MappedFile(FrameSpace frames, BlockMapper mapper, String name) {
    this.frames = frames;
    this.mapper = mapper;
    this.name = name;
    this.entries = new Entries(frames.chunks());
  }

  /** Makes something that uses the file until it is closed. */
  interface Maker<T> {
    T make() throws IOException;
  }

  /** Makes something for which the file system keeps the file, until it is closed. */
  <T> T retainFor(Maker<T> maker) throws IOException {
    mapper.retained();
    boolean done = false;
    try {
      T made = maker.make();
      done = true;
      return made;
    } finally {
      if (!done) {
        mapper.released();
      }
    }
  }

  /**
   * Called, with the invalidate lock held, by all that needs the file.
   *
   * @throws IllegalStateException the address space is closed, or its frames are
   */
  void ensureOpen() {
    if (closed || frames.isClosed()) {
      throw new IllegalStateException("file " + name + " is closed");
    }
  }

  /** Refuses mappings and pins from now on. */
  void markClosed() {
    closed = true;
  }

  /** Whether stores are refused. */
  boolean isReadOnly() {
    return readOnly;
  }

  /** Needs the invalidate lock exclusively, so that no fault is in the middle of its answer. */
  void setReadOnly(boolean newReadOnly) {
    readOnly = newReadOnly;
  }

  /** The region's name, with which every message begins. */
  String regionName() {
    return frames.region().name();
  }

  /** The page after the last one of the file. */
  long endPage() {
    return Pages.in(mapper.sizeBytes());
  }

  /** What to throw for a page that lies wholly beyond the end of the file. */
  BeyondEndException beyondEnd(long page) {
    return new BeyondEndException(
        regionName(), name, page, "beyond the end of the file at " + mapper.sizeBytes() + " bytes");
  }

  /** Counts translations that were taken out of mappings, and tells whoever records events. */
  void countDropped(
      @Nullable InvalidationEvent event, long firstPage, long pageCount, long dropped) {
    counters.invalidations.increment();
    counters.droppedPages.add(dropped);
    if (event != null) {
      event.finish(name, firstPage, pageCount, dropped);
    }
  }
}

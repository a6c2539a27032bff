package io.jdax.mm.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A range of a file that is to be taken away from mappings. It is made before the file changes, and
 * run afterwards. All that can fail is done when it is made; the run neither flushes nor allocates.
 * For by then the range is no longer the file's, and a mapping that still showed it would show, and
 * store to, what may become another file's.
 */
public final class Invalidation {
  private final MappedFile file;
  private final PrivateFrames copies;
  // The range, and all of the 2 MiB entries that stick out of it.
  private final long first;
  private final long end;

  private final MappingTree.Visitor<RuntimeException> mappings = this::drop;
  private final PageTable.Filter translations = this::isTaken;
  private final Entries.Removal entries;
  private final @Nullable InvalidationEvent event = InvalidationEvent.begun();
  private long fileEnd;
  private long dropped;
  private boolean copiesTaken;

  /**
   * Gets ready. The caller holds the invalidate lock exclusively until it has been run.
   *
   * @throws IOException what a 2 MiB entry that sticks out knows to be dirty could not be flushed
   */
  Invalidation(MappedFile file, Writeback writeback, long firstPage, long pageCount)
      throws IOException {
    this.file = file;
    this.copies = file.frames.privateFrames();
    long behind = pageCount > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pageCount;
    this.first = isHuge(firstPage) ? firstPage & -PageTable.PAGES : firstPage;
    this.end =
        behind % PageTable.PAGES != 0 && behind != Long.MAX_VALUE && isHuge(behind)
            ? (behind | PageTable.PAGES - 1) + 1
            : behind;
    this.entries = file.entries.removal(firstPage, pageCount);
    if (first < firstPage) {
      writeback.keepMarks(first, firstPage - first);
    }
    if (end > behind) {
      writeback.keepMarks(behind, end - behind);
    }
  }

  /**
   * Whether a 2 MiB entry stands for a page. It is forgotten as a whole, and so must be what
   * mappings show of it. Zeros without an entry would stay for good, since a fault that puts a
   * block there would not know of them.
   */
  private boolean isHuge(long page) {
    return Entry.is(file.entries.peek(page), Entry.HUGE);
  }

  /**
   * Takes away entries and translations, and private copies as well if the file now ends before
   * them. Accesses that begin afterwards do not see the frames; for those that are under way, the
   * frames must pass the quarantine. The caller has changed what {@link BlockMapper#find} and
   * {@link BlockMapper#sizeBytes} answer.
   */
  public void run() {
    if (!file.invalidateLock.heldExclusively()) {
      throw new IllegalStateException("an invalidation needs the invalidate lock, exclusively");
    }
    fileEnd = file.endPage();
    file.mappings.overlapping(first, end - first, mappings);
    entries.run();
    try {
      if (copiesTaken) {
        file.frames.quarantine().turnOverSoon();
      }
      file.countDropped(event, first, end - first, dropped);
    } catch (OutOfMemoryError e) {
      // The counts and the event are lost, and the copies wait for another turn-over.
    }
  }

  private void drop(MappedArea area) {
    dropped += area.pages.drop(first, end - first, translations);
  }

  private boolean isTaken(long page, long pfn) {
    if (!copies.owns(pfn)) {
      return true;
    }
    if (page < fileEnd) {
      return false;
    }
    copies.retire(pfn);
    copiesTaken = true;
    return true;
  }
}

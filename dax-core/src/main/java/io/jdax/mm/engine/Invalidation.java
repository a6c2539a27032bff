package io.jdax.mm.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A range of a file that is to be taken away from mappings: made before the file changes, run
 * behind it. What can fail fails when it is made: the run neither flushes nor allocates, since the
 * range is not the file's by then, and a mapping that went on to show it would show, and store to,
 * what is free to become another file's.
 */
public final class Invalidation {
  private final MappedFile file;
  private final PrivateFrames copies;
  // The same, with 2 MiB entries that stick out.
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
   * The caller holds the invalidate lock exclusively until it has been run.
   *
   * @throws IOException what a 2 MiB entry that sticks out knows to be dirty can't be flushed
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
   * Such an entry is forgotten as a whole, and so must be what mappings show of it: zeros without
   * an entry would stay for good, as whoever puts a block there would not know of them.
   */
  private boolean isHuge(long page) {
    return Entry.is(file.entries.peek(page), Entry.HUGE);
  }

  /**
   * Takes entries and all translations away, private copies too where the file now ends before
   * them. Afterwards no access that begins sees the frames, and those under way keep them until
   * they have passed quarantine. The caller has changed what {@link BlockMapper#find} and {@link
   * BlockMapper#sizeBytes} answer.
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
      // Only counted and told; and another turn-over will do for the copies.
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

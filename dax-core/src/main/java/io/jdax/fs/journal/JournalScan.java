package io.jdax.fs.journal;

import static io.jdax.fs.journal.JournalFormat.LONG;

import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All changes that a tree lacks, read while nobody changes it: those that follow its commit, and
 * those that follow the one after it, if that commit is lost and every change that was in it was
 * told. Their numbers go on from the one that the superblock has, without a gap.
 */
public final class JournalScan {
  /** A change that was read: where its edits are, in a copy of its half. */
  private record Told(MemorySegment half, long from, long to) {}

  private final List<Told> changes = new ArrayList<>();
  private @Nullable String flaw;

  private JournalScan() {}

  /**
   * Reads what follows a commit; nothing if there is no journal, or none can be where it says.
   *
   * @param persister of the region, which may have to fetch the frames from a device
   * @param isPossible whether the place is one on the device
   * @param number of the last change that the commit has
   * @throws IOException a device can't be read; where only a frame can't be there is a flaw
   */
  public static JournalScan of(
      Persister persister,
      JournalPlace place,
      boolean isPossible,
      long fileSystemId,
      long commit,
      long number)
      throws IOException {
    JournalScan scan = new JournalScan();
    if (place.exists() && isPossible) {
      long last = scan.read(persister, place, fileSystemId, commit, number);
      if (scan.flaw == null) {
        // If the next commit was made and is lost, what was told after it counts if all that is in
        // it was told, which the numbers say.
        long _ = scan.read(persister, place, fileSystemId, commit + 1, last);
      }
    }
    return scan;
  }

  /** Reads a half, and returns the number of the last change. */
  private long read(
      Persister persister, JournalPlace place, long fileSystemId, long commit, long number)
      throws IOException {
    MemorySegment copy = Arena.ofAuto().allocate(place.halfBytes(), Pages.BYTES);
    long readable = copyHalf(persister, place.offset(commit), copy);
    long seed = JournalFormat.seed(fileSystemId, place, commit);
    long last = number;
    long at = 0;
    while (at + JournalFormat.HEADER_BYTES <= readable) {
      long end = recordEnd(copy, at, readable);
      long check = end < 0 ? 0 : check(seed, copy, at, end);
      if (end < 0
          || check != copy.get(LONG, at + JournalFormat.CHECK)
          || copy.get(LONG, at + JournalFormat.COMMIT) != commit
          || copy.get(LONG, at + JournalFormat.NUMBER) != last + 1) {
        break;
      }
      Told change = new Told(copy, at + JournalFormat.HEADER_BYTES, end);
      flaw = flawOf(change, last + 1);
      if (flaw != null) {
        return last;
      }
      changes.add(change);
      last++;
      seed = check;
      at = JournalFormat.nextLine(end);
    }
    if (readable < copy.byteSize()) {
      flaw =
          "can't be read from byte %d of half %d on, and may have held changes that are nowhere else"
              .formatted(readable, commit & 1);
    }
    return last;
  }

  /** Copies what can be read, up to the first page that can't; returns how many bytes. */
  private static long copyHalf(Persister persister, long offset, MemorySegment copy)
      throws IOException {
    persister.fetch(offset, copy.byteSize());
    Region region = persister.region();
    AccessFault.deliver(); // what is owed to other memory is not the journal's
    for (long at = 0; at < copy.byteSize(); at += Pages.BYTES) {
      try {
        WordStores.load(region.segment(), offset + at, copy, at, Pages.BYTES);
        AccessFault.deliver();
      } catch (InternalError e) {
        return at;
      }
    }
    return copy.byteSize();
  }

  /** Where the edits of a record end by its own words, or −1 if that can't be. */
  private static long recordEnd(MemorySegment copy, long at, long readable) {
    long words = copy.get(LONG, at + JournalFormat.WORDS);
    long room = (readable - at - JournalFormat.HEADER_BYTES) / Long.BYTES;
    return words <= 0 || words > room ? -1 : at + JournalFormat.HEADER_BYTES + words * Long.BYTES;
  }

  private static long check(long seed, MemorySegment copy, long at, long end) {
    return WordCheck.ofSum(seed, JournalFormat.sum(seed, copy, at, at + JournalFormat.NUMBER, end));
  }

  // ---------------------------------------------------------------- edits

  /** What no change can be, though its check is right; or null. */
  private static @Nullable String flawOf(Told change, long number) {
    for (long at = change.from; at < change.to; ) {
      long what = change.half.get(LONG, at);
      long bytes = bytesOf(what);
      if (bytes < 0 || bytes > change.to - at) {
        return "has change %d, with a step 0x%x that this release does not know"
            .formatted(number, what);
      }
      at += bytes;
    }
    return null;
  }

  /** Bytes of an edit, or −1 if it is none. */
  private static long bytesOf(long what) {
    long length = JournalFormat.length(what);
    return switch (JournalFormat.kind(what)) {
      case JournalFormat.PUT ->
          length > Edits.MAX_VALUE_BYTES
              ? -1
              : JournalFormat.PUT_BYTES + JournalFormat.padded(length);
      case JournalFormat.DELETE -> length == 0 ? JournalFormat.DELETE_BYTES : -1;
      case JournalFormat.DELETE_RANGE -> length == 0 ? JournalFormat.DELETE_RANGE_BYTES : -1;
      default -> -1;
    };
  }

  /** How many changes there are. */
  public int count() {
    return changes.size();
  }

  /** What is wrong with the journal, as the end of a sentence that begins with it; or null. */
  public @Nullable String flaw() {
    return flaw;
  }

  /** Shows the edits of a change, in their order. */
  public void tell(int change, Edits edits) throws IOException {
    Told told = changes.get(change);
    MemorySegment s = told.half;
    for (long at = told.from; at < told.to; ) {
      long what = s.get(LONG, at);
      long hi = s.get(LONG, at + 8);
      long lo = s.get(LONG, at + 16);
      switch (JournalFormat.kind(what)) {
        case JournalFormat.PUT ->
            edits.put(hi, lo, s, at + JournalFormat.PUT_BYTES, (int) JournalFormat.length(what));
        case JournalFormat.DELETE -> {
          boolean _ = edits.delete(hi, lo);
        }
        default -> edits.deleteRange(hi, lo, s.get(LONG, at + 24), s.get(LONG, at + 32));
      }
      at += bytesOf(what);
    }
  }
}

package io.jdax.mm.engine;

import io.jdax.machine.SystemCallException;
import io.jdax.mm.TableSpaceException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Pages;
import io.jdax.os.Unreachable;
import io.jdax.region.RegionException;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Where the page tables of mappings lie. A mapping reserves the addresses for all of its table when
 * it is made, or is refused, so that a touch is never refused for lack of addresses. Memory that
 * nobody has written costs addresses only.
 *
 * <pre>
 *   words         4 bytes per page, anywhere. They are read without a view, so a late access must find
 *                 them for as long as it can know of them. Given back when the pool is unreachable
 *   dirty bytes   a byte per page, after the zero frames of the frame space. A store and its mark go
 *                 through the same view, so both or neither find their epoch closed. There are some
 *                 16 GiB of them, for mappings of 64 TiB that allow stores
 * </pre>
 */
final class TablePool {
  /** Bytes of addresses for words that the system is asked for at a time, at least. */
  private static final long CHUNK_BYTES = 256L << 20;

  /** Bytes between two chunks, so that the pool does not take them for one. */
  private static final long APART = 64 << 10;

  private final String name;
  private final long base;
  private final long dirtyBytes;
  private final AddressPool words;
  private final AddressPool dirty;
  private final MappedPieces chunks = new MappedPieces();

  @SuppressWarnings("unused") // only kept
  private final Arena lifetime = Unreachable.then(chunks);

  /**
   * Makes a pool whose dirty bytes lie in {@code [from, end)} of a frame space that begins at
   * {@code base}.
   */
  TablePool(String name, long base, long from, long end) {
    this.name = name;
    this.base = base;
    this.dirtyBytes = end - from;
    this.words = new AddressPool(name, this::moreWords);
    this.dirty = new AddressPool(name, this::noMoreDirty);
    dirty.add(base + from, end - from);
  }

  private void moreWords(AddressPool pool, long bytes) throws RegionException {
    long size = Math.max(CHUNK_BYTES, (bytes + APART - 1) & -APART);
    long reserved = size + 2 * APART;
    chunks.makeRoom();
    long at;
    try {
      at =
          LinuxMemory.mmap(
              0,
              reserved,
              LinuxMemory.PROT_NONE,
              LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE,
              -1,
              0,
              name);
    } catch (SystemCallException e) {
      TableSpaceException refused =
          new TableSpaceException(
              name, "the process has no addresses for " + bytes + " bytes of page tables");
      refused.initCause(e);
      throw refused;
    }
    chunks.note(at, reserved);
    pool.add((at + APART - 1) & -APART, size); // and what is left keeps it apart from the next
  }

  private void noMoreDirty(AddressPool pool, long bytes) throws RegionException {
    throw new TableSpaceException(
        name,
        "no addresses are left for the dirty bytes of a mapping of "
            + Pages.bytes(bytes)
            + " bytes: mappings that allow stores may have "
            + Pages.bytes(dirtyBytes)
            + " bytes together");
  }

  /** The addresses of a table. */
  static final class Place {
    private final AddressRange words;
    private final @Nullable AddressRange dirty;

    private Place(AddressRange words, @Nullable AddressRange dirty) {
      this.words = words;
      this.dirty = dirty;
    }

    /** Address of its first word. */
    long words() {
      return words.at;
    }

    /** Address of its first dirty byte, or 0 if it has none. */
    long dirty() {
      return dirty == null ? 0 : dirty.at;
    }
  }

  private static long wholeSlots(long pages) {
    return (pages + PageTable.PAGES - 1) & -PageTable.PAGES;
  }

  /**
   * Takes addresses for the table of a mapping.
   *
   * @param stores whether it needs dirty bytes
   * @throws TableSpaceException none are left
   */
  Place reserve(long pages, boolean stores) throws RegionException {
    AddressRange forWords = words.reserve(pages * 4);
    boolean done = false;
    try {
      Place place = new Place(forWords, stores ? dirty.reserve(wholeSlots(pages)) : null);
      done = true;
      return place;
    } finally {
      if (!done) {
        words.release(forWords);
      }
    }
  }

  /**
   * Makes the memory for some pages of a table accessible. It holds zeros.
   *
   * @throws RegionException the system has none
   */
  void use(Place place, long firstPage, long count) throws RegionException {
    words.use(place.words() + firstPage * 4, count * 4);
    if (place.dirty() != 0) {
      dirty.use(place.dirty() + firstPage, wholeSlots(count));
    }
  }

  /** Where the dirty byte of a page lies in the frame space, or 0 if the table has none. */
  long dirtyOffset(Place place, long page) {
    return place.dirty() == 0 ? 0 : place.dirty() + page - base;
  }

  /** Ends {@link #use}, when nobody looks at the memory any more. */
  void clean(Place place, long firstPage, long count) {
    words.clean(place.words() + firstPage * 4, count * 4);
    if (place.dirty() != 0) {
      dirty.clean(place.dirty() + firstPage, wholeSlots(count));
    }
  }

  /** Poisons a slot in which something was shown, after {@link #clean}; for assertions. */
  void poison(Place place, long firstPage, long count) {
    words.poison(place.words() + firstPage * 4, count * 4);
    if (place.dirty() != 0) {
      dirty.poison(place.dirty() + firstPage, count);
    }
  }

  /** Ends {@link #reserve}. */
  void release(Place place) {
    words.release(place.words);
    if (place.dirty != null) {
      dirty.release(place.dirty);
    }
  }

  /** Tells which addresses of the frame space have ever been accessible. */
  void forAccessible(AddressPool.Taker told) {
    dirty.forAccessible(told);
  }

  /** Gives the memory back. The addresses stay valid. */
  void close() {
    words.close();
    dirty.close();
  }
}

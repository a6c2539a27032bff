package io.jdax.region;

import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxFiles;
import io.jdax.os.LinuxMemory;
import io.jdax.os.PageSize;
import io.jdax.os.Unmapper;
import io.jdax.os.Unreachable;
import io.jdax.region.Addresses.Grave;
import io.jdax.region.Addresses.Range;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A file's bytes at an aligned range of addresses. While open it shows the file; {@link #detach}
 * puts memory of nobody in its place, and that range is given back only when this object has become
 * unreachable. So an address that a racing thread took before the close never faults: its stores
 * land in memory that nobody reads.
 */
final class Mapping {
  /**
   * Address space kept behind every mapping, without access rights and so without cost: room for
   * what {@code io.jdax.mm} must be able to reach by the same base address.
   */
  static final long TAIL_BYTES = 32L << 30;

  /** The same before it. */
  static final long HEAD_BYTES = 16L << 30;

  private final long start;
  private final long end;
  private final long address;
  private final long length;

  private final Grave grave = new Grave();

  @SuppressWarnings("unused") // only kept
  private final Arena lifetime = Unreachable.then(grave::empty);

  /** Of the tail: what was accessible once. */
  private final List<Range> touched = new ArrayList<>(); // guarded by itself

  private boolean touchedAll; // guarded by touched
  private boolean detached;

  /** {@code [start, end)} is reserved, {@code [address, address + length)} of it for the file. */
  private Mapping(long start, long end, long address, long length) {
    this.start = start;
    this.end = end;
    this.address = address;
    this.length = length;
  }

  /**
   * Maps the first {@code length} bytes of a file.
   *
   * @param alignment of the address, a power of two: huge pages need it, device-dax demands it. A
   *     page of the kernel at least, whatever is asked for
   * @param flags MAP_SHARED, or MAP_SHARED_VALIDATE | MAP_SYNC
   */
  static Mapping of(int fd, long length, long alignment, int protection, int flags, String name)
      throws SystemCallException {
    alignment = Math.max(alignment, PageSize.BYTES);
    // Reserve more than is needed, and map at the aligned address inside.
    long reserved = HEAD_BYTES + length + alignment + TAIL_BYTES;
    long start = Addresses.reserve(reserved, name);
    boolean done = false;
    try {
      long aligned = (start + HEAD_BYTES + alignment - 1) & -alignment;
      // The rest of the last page of the kernel belongs to the file's mapping, too.
      long mapped = PageSize.roundUp(length);
      Mapping mapping = new Mapping(start, start + reserved, aligned, mapped);
      LinuxMemory.mmap(aligned, length, protection, flags | LinuxMemory.MAP_FIXED, fd, 0, name);
      done = true;
      return mapping;
    } finally {
      if (!done) {
        Unmapper.unmap(start, reserved);
      }
    }
  }

  long address() {
    return address;
  }

  /** Gives the whole range back at once: only before anybody has seen the address. */
  void unmap() {
    Unmapper.unmap(start, end - start);
  }

  /** First address of the {@link #TAIL_BYTES} reserved behind the file's pages. */
  long tailAddress() {
    return address + length;
  }

  /** These addresses of the tail have become accessible, so that somebody may keep one of them. */
  void touched(long from, long bytes) {
    if (bytes > 0) {
      synchronized (touched) {
        touched.add(new Range(from, bytes));
      }
    }
  }

  /** All of the tail may have become accessible; or the others are all there are. */
  void touchedAll(boolean all) {
    synchronized (touched) {
      touchedAll = all;
    }
  }

  /**
   * Lets go of the file, and gives back all addresses that nobody could ever load from or store to.
   * The others stay valid until this object is unreachable.
   *
   * @throws SystemCallException the kernel refused: the file is still there, and nothing has
   *     changed
   */
  void detach(String name) throws SystemCallException {
    if (detached) {
      return;
    }
    List<Range> left = kept();
    List<Range> free = gaps(left);
    Addresses.collectingGarbage(() -> putNobodysMemory(name));
    detached = true; // from here on some of the addresses may be others'
    grave.put(left);
    free.forEach(range -> Unmapper.unmap(range.from(), range.length()));
  }

  /**
   * Returns the address. In the first place pages of a file without a name: they are charged to the
   * system one by one, when somebody does store there. Private memory would be charged whole where
   * overcommit is strict (vm.overcommit_memory=2 knows no MAP_NORESERVE), and so be refused for a
   * large region.
   */
  private long putNobodysMemory(String name) throws SystemCallException {
    int protection = LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE;
    try {
      int fd = LinuxFiles.memfdCreate("jdax-closed-region");
      try {
        LinuxFiles.ftruncate(fd, length, name);
        return LinuxMemory.mmap(
            address,
            length,
            protection,
            LinuxMemory.MAP_SHARED | LinuxMemory.MAP_FIXED,
            fd,
            0,
            name);
      } finally {
        LinuxFiles.close(fd);
      }
    } catch (SystemCallException e) {
      // No descriptor left, or a limit on the size of files.
      int flags =
          LinuxMemory.MAP_PRIVATE
              | LinuxMemory.MAP_ANONYMOUS
              | LinuxMemory.MAP_NORESERVE
              | LinuxMemory.MAP_FIXED;
      return LinuxMemory.mmap(address, length, protection, flags, -1, 0, name);
    }
  }

  /** Ascending, without overlap. */
  private List<Range> kept() {
    List<Range> all = new ArrayList<>();
    all.add(new Range(address, length));
    synchronized (touched) {
      all.addAll(touched);
      if (touchedAll) {
        all.add(new Range(tailAddress(), end - tailAddress()));
      }
    }
    all.sort(Comparator.comparingLong(Range::from));
    List<Range> merged = new ArrayList<>();
    for (Range range : all) {
      if (!merged.isEmpty() && merged.getLast().end() >= range.from()) {
        Range last = merged.removeLast();
        long behind = Math.max(last.end(), range.end());
        merged.add(new Range(last.from(), behind - last.from()));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }

  /** What is reserved beside these. */
  private List<Range> gaps(List<Range> kept) {
    List<Range> gaps = new ArrayList<>();
    long at = start;
    for (Range range : kept) {
      gaps.add(new Range(at, range.from() - at));
      at = range.end();
    }
    gaps.add(new Range(at, end - at));
    return gaps;
  }
}

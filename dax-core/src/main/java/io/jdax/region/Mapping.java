package io.jdax.region;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * A file's bytes at an aligned range of addresses. While open it shows the file. {@link #detach}
 * puts memory that nobody reads in its place, and that range is given back only when this object
 * has become unreachable. So an address that a racing thread took before the close never faults.
 */
final class Mapping {
  /**
   * Address space kept after every mapping, without access rights and so without cost. It has room
   * for what {@code io.jdax.mm.engine} must be able to reach from the same base address.
   */
  static final long TAIL_BYTES = 32L << 30;

  /** Address space kept before every mapping. */
  static final long HEAD_BYTES = 16L << 30;

  private final long start;
  private final long end;
  private final long address;
  private final long length;

  private final Grave grave = new Grave();

  @SuppressWarnings("unused") // only kept
  private final Arena lifetime = Unreachable.then(grave::empty);

  /** Ranges of the tail that have been accessible. */
  @GuardedBy("touched")
  private final List<Range> touched = new ArrayList<>();

  /** Whether all of the tail may have been accessible. */
  @GuardedBy("touched")
  private boolean touchedAll;

  /** Set by the one thread that closes the region ({@link RegionLife}). */
  private boolean detached;

  /** Of the reserved {@code [start, end)}, {@code [address, address + length)} is the file's. */
  private Mapping(long start, long end, long address, long length) {
    this.start = start;
    this.end = end;
    this.address = address;
    this.length = length;
  }

  /**
   * Maps the first {@code length} bytes of a file.
   *
   * @param alignment of the address, a power of two, which huge pages need and device-dax demands.
   *     At least a page of the kernel is taken
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
      // The rest of the last page of the kernel belongs to the file's mapping as well.
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

  /**
   * Gives the whole range back at once, which is right only before anybody has seen the address.
   */
  void unmap() {
    Unmapper.unmap(start, end - start);
  }

  /** First address of the {@link #TAIL_BYTES} reserved after the file's pages. */
  long tailAddress() {
    return address + length;
  }

  /** As {@link RegionTail#keep}. */
  void touched(long from, long bytes) {
    if (bytes > 0) {
      synchronized (touched) {
        touched.add(new Range(from, bytes));
      }
    }
  }

  /** As {@link RegionTail#keepAll}. */
  void touchedAll(boolean all) {
    synchronized (touched) {
      touchedAll = all;
    }
  }

  /**
   * Lets go of the file, and gives back all addresses that nobody could ever load from or store to.
   * The others stay valid until this object is unreachable.
   *
   * @throws SystemCallException the kernel refused, the file is still there, and nothing has
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
   * Returns the address. First tries pages of a file without a name, which are charged to the
   * system one by one, when somebody does store there. Private memory would be charged whole where
   * overcommit is strict (vm.overcommit_memory=2 ignores MAP_NORESERVE), and so be refused for a
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

  /** The ranges that stay valid, ascending and without overlap. */
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
        long end = Math.max(last.end(), range.end());
        merged.add(new Range(last.from(), end - last.from()));
      } else {
        merged.add(range);
      }
    }
    return List.copyOf(merged);
  }

  /** The reserved ranges between and around these. */
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

package io.jdax.region;

import io.jdax.os.Linux;
import io.jdax.os.PageSize;
import io.jdax.os.SystemCallException;
import java.lang.ref.Cleaner;

/**
 * A file's bytes at an aligned range of addresses. While open it shows the file; {@link #detach}
 * puts anonymous zero memory in its place, and the range itself is given back only when the owner
 * has become unreachable. So an address that a racing thread took before the close never faults:
 * its stores land in memory that nobody reads.
 */
final class Mapping {
  /**
   * Address space kept behind every mapping, without access rights and so without cost: room for
   * what {@code io.jdax.mm} must be able to reach by the same base address.
   */
  static final long TAIL_BYTES = 32L << 30;

  /** The same before it. */
  static final long HEAD_BYTES = 16L << 30;

  private static final Cleaner CLEANER = Cleaner.create();

  private final long address;
  private final long length;

  private Mapping(long address, long length) {
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
    // Reserve more than is needed, map at the aligned address inside, give the rest back.
    long reserved = HEAD_BYTES + length + alignment + TAIL_BYTES;
    long start =
        Linux.mmap(
            0,
            reserved,
            Linux.PROT_NONE,
            Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE,
            -1,
            0,
            name);
    long aligned = (start + HEAD_BYTES + alignment - 1) & -alignment;
    try {
      Linux.mmap(aligned, length, protection, flags | Linux.MAP_FIXED, fd, 0, name);
    } catch (SystemCallException e) {
      Linux.munmap(start, reserved);
      throw e;
    }
    long head = aligned - HEAD_BYTES;
    if (head > start) {
      Linux.munmap(start, head - start);
    }
    // The rest of the last page of the kernel belongs to the file's mapping, too.
    long mapped = PageSize.roundUp(length);
    long end = aligned + mapped + TAIL_BYTES;
    if (start + reserved > end) {
      Linux.munmap(end, start + reserved - end);
    }
    return new Mapping(aligned, mapped);
  }

  long address() {
    return address;
  }

  /** Gives the whole range back at once: only before anybody has seen the address. */
  void unmap() throws SystemCallException {
    Linux.munmap(address - HEAD_BYTES, HEAD_BYTES + length + TAIL_BYTES);
  }

  /** First address of the {@link #TAIL_BYTES} reserved behind the file's pages. */
  long tailAddress() {
    return address + length;
  }

  /** Lets go of the file. The addresses stay valid until {@code owner} is unreachable. */
  void detach(Object owner, String name) throws SystemCallException {
    Linux.mmap(
        address,
        length,
        Linux.PROT_READ | Linux.PROT_WRITE,
        Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE | Linux.MAP_FIXED,
        -1,
        0,
        name);
    long from = address - HEAD_BYTES;
    try {
      Linux.munmap(from, HEAD_BYTES); // where nobody could ever store
      from = address;
    } catch (SystemCallException e) {
      // It goes with the rest.
    }
    CLEANER.register(owner, new Release(from, address + length + TAIL_BYTES - from));
  }

  private record Release(long address, long length) implements Runnable {
    @Override
    public void run() {
      try {
        Linux.munmap(address, length);
      } catch (SystemCallException e) {
        System.getLogger(Mapping.class.getName())
            .log(System.Logger.Level.WARNING, "address space of a closed region leaks", e);
      }
    }
  }
}

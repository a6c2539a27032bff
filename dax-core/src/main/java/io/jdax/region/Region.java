package io.jdax.region;

import io.jdax.machine.Reading;
import io.jdax.machine.StubStatus;
import io.jdax.machine.SystemCallException;
import io.jdax.os.AccessFault;
import io.jdax.os.LinuxFiles;
import io.jdax.os.NativeStubs;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import io.jdax.os.Waits;
import io.jdax.os.Writebacks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Mapped persistent memory: a device-dax, a file on fsdax, an ordinary file, a file in /dev/shm, or
 * a memfd.
 *
 * <p>A region is bytes and their address; what makes a store durable is {@code io.jdax.persist}.
 * While it is open it holds an advisory lock on its file (flock(2)): exclusive, or shared when
 * read-only. The lock ends with the process.
 *
 * <p>Owners. What lies on a region and uses it below the checks of its segment {@link #hold holds}
 * it: a file system, and the mappings and pins of its files. While there is a hold the region does
 * not close, and the refusal names the holder.
 *
 * <p>Closing. {@link #segment} is bound to a shared arena, so that after {@link #close} every
 * access through it throws IllegalStateException. Native code works with {@link #address}: that
 * range stays mapped, by memory that nobody reads, for as long as this object is reachable, so a
 * native call that races with a close can't crash. It can have had no effect, though, so the caller
 * calls {@link #ensureOpen} after it and before it reports success.
 */
public final class Region implements AutoCloseable {
  /**
   * How many bytes of address space are reserved right before {@link #address} while the region is
   * open. No access to them is ever allowed. Mappings of files count offsets from a place before
   * the first byte, so that all of these are positive.
   */
  public static final long HEAD_BYTES = Mapping.HEAD_BYTES;

  private static final long CLOSE_PATIENCE_NANOS = 10_000_000_000L;

  private final String name;
  private final Path path;
  private final int fd;
  private final MediaClass media;
  private final Mapping mapping;
  private final boolean readOnly;
  private final boolean mapSync;
  private final Platform platform;
  private final String wishes;
  private final Arena arena;
  private final MemorySegment segment;
  private final Writebacks writebacks = new Writebacks();
  private final FirstTouch firstTouch;
  private final RegionLife life;

  Region(
      String name,
      Path path,
      int fd,
      MediaClass media,
      Mapping mapping,
      boolean readOnly,
      boolean mapSync,
      Platform platform,
      String wishes) {
    this.name = name;
    this.path = path;
    this.fd = fd;
    this.media = media;
    this.mapping = mapping;
    this.readOnly = readOnly;
    this.mapSync = mapSync;
    this.platform = platform;
    this.wishes = wishes;
    this.life = new RegionLife(name);
    this.arena = Arena.ofShared();
    MemorySegment whole =
        MemorySegment.ofAddress(mapping.address()).reinterpret(media.sizeBytes(), arena, null);
    this.segment = readOnly ? whole.asReadOnly() : whole;
    this.firstTouch = new FirstTouch(mapping.address(), media.sizeBytes());
  }

  /**
   * Begins to say what is wanted of the region at {@code path}. Opens nothing yet.
   *
   * @throws ProviderMismatchException the path is not one of the system's own file system, and what
   *     lies inside an archive, or in the memory of the JVM, can't be mapped
   */
  public static RegionBuilder at(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new ProviderMismatchException(
          path
              + ": is a path of the file system provider "
              + path.getFileSystem().provider().getScheme()
              + ": a region is a file or a device of the system");
    }
    return new RegionBuilder(path);
  }

  /**
   * Opens the whole of what exists at {@code path}, for loads and stores.
   *
   * @throws IOException as {@link RegionBuilder#open}
   */
  public static Region open(Path path) throws IOException {
    return at(path).open();
  }

  /**
   * A region of zeros over a memfd, gone when it is closed.
   *
   * @param name any word; the region is called {@code memfd:NAME}
   * @param sizeBytes a positive multiple of 4096
   * @throws RegionSizeException not a multiple of 4096, or there is no address space for it
   * @throws IllegalArgumentException not positive
   * @throws SystemCallException the kernel refused, such as for want of memory
   * @throws io.jdax.machine.NativeAccessException the JVM does not allow native access
   */
  public static Region anonymous(String name, long sizeBytes) throws IOException {
    if (sizeBytes % Pages.BYTES != 0) {
      throw new RegionSizeException(
          "memfd:" + name,
          "the size asked for, " + sizeBytes + " bytes, is not a multiple of " + Pages.BYTES);
    }
    return RegionOpener.anonymous(
        name, new RegionBuilder(Path.of("memfd:" + name)).size(sizeBytes));
  }

  /** What messages call the region: its path, or {@code memfd:NAME}. */
  public String name() {
    return name;
  }

  /** The path that it was opened by. That of a memfd leads nowhere. */
  public Path path() {
    return path;
  }

  /** What backs it. */
  public RegionKind kind() {
    return media.kind();
  }

  /** How many bytes are mapped. */
  public long sizeBytes() {
    return media.sizeBytes();
  }

  /** Whether it was opened for loads only. */
  public boolean readOnly() {
    return readOnly;
  }

  /**
   * Whether MAP_SYNC was obtained, so that once a store can happen the metadata that reaches its
   * block is durable (mmap(2)).
   */
  public boolean mapSync() {
    return mapSync;
  }

  /** What must be flushed after a store to make it durable. */
  public StoreGranularity granularity() {
    return platform.granularity();
  }

  /**
   * The open file's descriptor, for system calls on it. It must not be closed, and is no longer
   * valid after {@link #close}.
   *
   * @throws IllegalStateException the region is closed
   */
  public int fd() {
    ensureOpen();
    return fd;
  }

  /**
   * The memory of the whole region, read-only if the region is. Any thread may use it until the
   * region is closed; from then on each access throws {@link IllegalStateException}.
   */
  public MemorySegment segment() {
    return segment;
  }

  /** The address of byte 0. The class comment says what is true of it after a close. */
  public long address() {
    return mapping.address();
  }

  /**
   * What the kernel was asked to write back, and whether it ever failed to; for persisters only.
   */
  @SuppressWarnings("exports") // so that no user gets further than this
  public Writebacks writebacks() {
    return writebacks;
  }

  /**
   * Makes pages present that are about to be stored to, which takes half of what the faults of a
   * long copy into fresh memory would; of a short one it does nothing. It is a hint: what can't be
   * made present is told by whoever stores there.
   *
   * @throws IndexOutOfBoundsException the range does not lie within the region
   */
  public void touch(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, media.sizeBytes());
    if (length >= FirstTouch.WORTHWHILE_BYTES) {
      firstTouch.before(offset, length);
    }
  }

  /** Whether accesses work; not any more from the moment on that a close has begun to succeed. */
  public boolean isOpen() {
    return segment.scope().isAlive();
  }

  /**
   * Returns only while the region is open.
   *
   * @throws IllegalStateException the region is closed
   */
  public void ensureOpen() {
    if (!segment.scope().isAlive()) {
      throw new IllegalStateException("region " + name + " is closed");
    }
  }

  /**
   * Keeps the region open for the caller, until the hold is closed.
   *
   * @param holder gives a phrase such as {@code file system 'scratch'}, in any thread, when a close
   *     is refused
   * @throws IllegalStateException the region is closed, or being closed
   */
  public RegionHold hold(Supplier<String> holder) {
    AccessFault.enter(StackRoom.ENGINE); // no error is to come between the hold and its owner
    return life.hold(holder);
  }

  /**
   * As {@link #hold}, for the one user of the addresses right after the region.
   *
   * @throws IllegalStateException the region is closed, or being closed
   * @throws RegionBusyException somebody uses those addresses already
   */
  public RegionTail holdTail(Supplier<String> holder) throws RegionBusyException {
    AccessFault.enter(StackRoom.ENGINE);
    return life.holdTail(holder, mapping);
  }

  /** Whether the native stubs are in use by this process, or why not. Opens nothing. */
  public static StubStatus nativeStubs() {
    return NativeStubs.status();
  }

  /**
   * What the platform tells of the region now.
   *
   * @throws IllegalStateException the region is closed
   */
  public RegionFacts facts() {
    ensureOpen();
    return new RegionFacts(
        name,
        kind(),
        sizeBytes(),
        media.alignmentBytes(),
        readOnly,
        mapSync,
        granularity(),
        platform.granularityReason(),
        platform.domain(),
        platform.numaNode(),
        platform.badRanges(),
        platform.unsafeShutdowns(),
        platform.ndRegion(),
        wishes);
  }

  /**
   * Which page sizes the kernel uses for the mapping now, as a phrase. It is not a part of {@link
   * #facts}, which every mount asks for, because the kernel walks all page tables of the process to
   * tell.
   *
   * @throws IllegalStateException the region is closed
   */
  public Reading<String> pageSizes() {
    ensureOpen();
    return PageSizes.at(mapping.address(), sizeBytes());
  }

  /**
   * Makes the exception for a fault on mapped memory, with a sentence that says whether the file
   * shrank or the media is bad. Throws nothing itself.
   *
   * @param offset first byte of the access, or −1 if it isn't known
   * @param length how many bytes the access had
   * @param cause the InternalError, or null if native code reported the fault
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public MediaErrorException mediaError(long offset, long length, @Nullable Throwable cause) {
    String why = "the media is bad, or its file system had no block for them";
    try {
      long now =
          media.kind() == RegionKind.DEVDAX
              ? Long.MAX_VALUE
              : LinuxFiles.status(fd, name).sizeBytes();
      if (now < sizeBytes()) {
        why = "the file shrank below its mapping: it holds " + now + " bytes of " + sizeBytes();
      }
    } catch (SystemCallException e) {
      why = "the file can't be asked for its size either: " + e.getMessage();
    }
    return new MediaErrorException(name, offset, length, "can't be reached: " + why, cause);
  }

  /**
   * Unmaps the region and releases its lock. Makes nothing durable: stores that were not persisted
   * may be lost. A second call does nothing, but waits for the first if that is under way.
   *
   * @throws RegionBusyException a file system, a mapping or a pin lies on it; it stays open and
   *     usable
   * @throws RegionException a native call held the memory for longer than ten seconds; it stays
   *     open and usable
   * @throws SystemCallException the kernel refused. If it would not let go of the file, accesses
   *     throw from now on, the file stays locked, and closing again tries again. If it only
   *     complained about the descriptor, the region is closed
   * @throws InternalError an earlier access of this thread to unbacked memory is told now; the
   *     region was closed all the same
   */
  @Override
  public void close() throws IOException {
    StackRoom.claim(StackRoom.ENGINE);
    try {
      AccessFault.deliver();
    } finally {
      unmap(); // also when an error of an earlier access comes now: nobody calls twice
    }
  }

  private void unmap() throws IOException {
    if (!life.beginClosing()) {
      return;
    }
    RegionLife.State reached = RegionLife.State.OPEN;
    try {
      if (arena.scope().isAlive()) {
        closeArena();
      }
      reached = RegionLife.State.UNFINISHED;
      mapping.detach(name);
      if (writebacks.failure() != null) {
        RegionOpener.dropCached(fd, name); // whoever opens it next finds what the disk has
      }
      // Whatever comes now: the descriptor is gone after one close(2).
      reached = RegionLife.State.CLOSED;
      unlockAndClose(fd, name);
    } finally {
      life.closingEnded(reached);
    }
  }

  /**
   * The lock goes with the last descriptor of the open file, and a process that is being started at
   * this moment has a copy of this one until it executes its program: so the lock is released by
   * name.
   */
  static void unlockAndClose(int fd, String name) throws IOException {
    try {
      LinuxFiles.flock(fd, LinuxFiles.LOCK_UN, name);
    } finally {
      LinuxFiles.close(fd);
    }
  }

  /**
   * A shared arena refuses to close while a downcall holds one of its segments: those are short, so
   * wait.
   */
  private void closeArena() throws IOException {
    long begin = System.nanoTime();
    while (true) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() - begin > CLOSE_PATIENCE_NANOS) {
          throw new RegionException(name, 0, sizeBytes(), "is in use by a native call", e);
        }
        Waits.rest(20_000);
      }
    }
  }

  @Override
  public String toString() {
    return "Region[" + name + ", " + kind() + ", " + sizeBytes() + " bytes]";
  }
}

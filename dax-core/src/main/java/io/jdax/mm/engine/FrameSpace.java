package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import io.jdax.mm.PrivateMemoryException;
import io.jdax.os.AccessFault;
import io.jdax.os.Daemons;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import io.jdax.region.RegionTail;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything that a mapping can show, side by side at one base address; one per mounted device.
 *
 * <pre>
 *   0              frames of the region                    pfn = offset in the region / 4096
 *   pad to 2 MiB   not accessible
 *   zeroPfn()      512 frames of zeros, read-only, which holes of all files show
 *   then           dirty bytes of mappings, which are not frames, but lie in the same view
 *   then           private frames, in DRAM, which private mappings have stored to
 *   last           frames of a cache, in DRAM, if there is one: {@link #reserveFrames}
 * </pre>
 *
 * <p>A frame is a number. Nothing is kept per frame.
 */
public final class FrameSpace implements AutoCloseable {
  /** Frames of zeros, as many as a translation of 2 MiB shows. */
  static final int ZERO_FRAMES = 512;

  private static final long PMD = 2L << 20;

  /** As many as a word of a page table can tell apart. */
  private static final long MAX_FRAMES = Integer.MAX_VALUE - PageTable.NEAR_PAGES;

  private final Region region;
  private final Persister persister;
  private final FrameHold hold;
  private final long zeroPfn;
  private final long sizeBytes;
  private final TablePool tablePool;
  private final PrivateFrames privateFrames;
  private final Chunks chunks;
  private final MemorySegment raw;
  private final Quarantine quarantine;
  private final Set<EpochFollower> mappings;
  private final UnfinishedCloses unfinishedCloses = new UnfinishedCloses();
  private final AtomicLong ids = new AtomicLong();
  private volatile Epoch epoch;

  /** What accesses read where nothing is shown, or where there is no memory for another. */
  private final Generation nothing;

  private volatile long closedEpoch = -1;
  private volatile boolean closed;

  private final Object teardown = new Object();

  @GuardedBy("teardown")
  private boolean tornDown;

  private FrameSpace(
      Region region, Persister persister, Set<EpochFollower> mappings, FrameHold hold)
      throws IOException {
    this.region = region;
    this.persister = persister;
    this.mappings = mappings;
    this.hold = hold;
    RegionTail tail = hold.tail();
    long zero = (tail.address() + PMD - 1) & -PMD;
    long base = region.address();
    this.zeroPfn = (zero - base) >> 12;
    this.sizeBytes = tail.address() + tail.bytes() - base & -PMD;
    if (sizeBytes >> 12 > MAX_FRAMES) {
      throw new RegionException(
          region.name(),
          "is too large to be mapped by page: at most " + Pages.bytes(MAX_FRAMES) + " bytes");
    }
    tail.keepAll(true); // until it is known which part of it was used
    LinuxMemory.mmap(
        zero,
        PMD,
        LinuxMemory.PROT_READ,
        LinuxMemory.MAP_PRIVATE
            | LinuxMemory.MAP_ANONYMOUS
            | LinuxMemory.MAP_NORESERVE
            | LinuxMemory.MAP_FIXED,
        -1,
        0,
        region.name());
    this.raw = MemorySegment.ofAddress(base).reinterpret(sizeBytes);
    long tables = Pages.bytes(zeroPfn + ZERO_FRAMES);
    long tablesEnd = tables + ((sizeBytes - tables) / 2 & -PMD);
    this.tablePool = new TablePool(region.name(), base, tables, tablesEnd);
    this.privateFrames = new PrivateFrames(region.name(), base, tablesEnd >> 12, sizeBytes >> 12);
    this.chunks = new Chunks(region.name());
    this.epoch = new Epoch(null, base, sizeBytes);
    this.nothing = new Generation(PageTable.NONE, epoch);
    this.quarantine =
        new Quarantine(
            this::turnOver,
            Math.max(Pages.BYTES, region.sizeBytes() / Pages.BYTES / 16),
            work -> Daemons.unstarted("jdax-reclaimer " + region.name(), work));
  }

  /**
   * Lays out the frames of an open region, which can't be closed before the frame space and the
   * last of its pins.
   *
   * @param persister of the same region, which makes frames durable
   * @throws io.jdax.region.RegionBusyException the region has a frame space already
   */
  public static FrameSpace over(Region region, Persister persister) throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    Set<EpochFollower> mappings = ConcurrentHashMap.newKeySet();
    FrameHold hold = new FrameHold(region, mappings);
    boolean done = false;
    try {
      FrameSpace space = new FrameSpace(region, persister, mappings, hold);
      done = true;
      return space;
    } finally {
      if (!done) {
        hold.markSpaceClosed();
      }
    }
  }

  /** The region whose frames these are. */
  public Region region() {
    return region;
  }

  /** What makes frames of the region durable. */
  public Persister persister() {
    return persister;
  }

  /** Where frames wait until no thread can reach them any more. */
  public Quarantine quarantine() {
    return quarantine;
  }

  /** The first of the 512 zero frames. */
  public long zeroPfn() {
    return zeroPfn;
  }

  /** Whether a frame is one of the shared zero frames. */
  public boolean isZero(long pfn) {
    return pfn >= zeroPfn && pfn < zeroPfn + ZERO_FRAMES;
  }

  /**
   * Whether a frame is one of the region's, so that what is stored to it is on its way to the
   * media.
   */
  public boolean isMedia(long pfn) {
    return pfn < zeroPfn;
  }

  /**
   * Keeps addresses for a later {@link #reserveFrames} of so many frames, whatever private mappings
   * copy before. Takes no memory.
   *
   * @throws RegionException not as many are left
   */
  public void promiseFrames(int count) throws IOException {
    if (!privateFrames.promise(count)) {
      throw noRoom(count);
    }
  }

  private RegionException noRoom(int count) {
    return new RegionException(
        region.name(), "no address space is left for " + count + " frames of DRAM");
  }

  /**
   * Takes frames of DRAM side by side for a cache. Mappings can show them like any other.
   *
   * @return the first
   * @throws RegionException no address space is left for as many
   */
  public long reserveFrames(int count) throws IOException {
    long pfn = privateFrames.carve(count);
    if (pfn == 0) {
      throw noRoom(count);
    }
    return pfn;
  }

  /** Gives the memory of {@link #reserveFrames} back to the system, and with it its content. */
  public void releaseFrames(long pfn, int count) throws IOException {
    privateFrames.discard(pfn, count);
  }

  /**
   * All frames, each at its number × 4096. The segment has no lifetime; whoever uses it holds the
   * frame in place by other means.
   */
  public MemorySegment memory() {
    return raw;
  }

  /**
   * Gives back what closes of mappings and pins could not give back, because an error ended them.
   * Whoever maps, pins or closes does this as well. The caller holds no lock.
   */
  public void finishCloses() {
    AccessFault.enter(StackRoom.ENGINE);
    unfinishedCloses.goOn();
  }

  /** How many private frames are in use. */
  public long privateFramesInUse() {
    return privateFrames.framesInUse();
  }

  /**
   * Ends every mapping, so that accesses throw {@link IllegalStateException} from now on. Frames in
   * quarantine go back to their owners first. Pins stay, and keep the region open until they are
   * closed. If the call fails, another goes on from there.
   */
  @Override
  public void close() throws IOException {
    StackRoom.claim(StackRoom.ENGINE);
    try {
      AccessFault.deliver();
    } finally {
      closeAll(); // also if an error of an earlier access comes now: nobody calls twice
    }
  }

  private void closeAll() throws IOException {
    synchronized (teardown) {
      if (tornDown) {
        return;
      }
      closed = true;
      try {
        quarantine.close();
      } finally {
        epoch.closeLast(); // from then on only pins reach frames
        letRegionGo(); // also if the quarantine met an error: nothing else lets the region close
      }
    }
  }

  @GuardedBy("teardown")
  private void letRegionGo() throws IOException {
    tornDown = true;
    try {
      giveMemoryBack();
    } finally {
      hold.markSpaceClosed();
    }
  }

  private void giveMemoryBack() throws IOException {
    try {
      privateFrames.close();
    } finally {
      tablePool.close();
    }
    // What was accessible stays, as memory of its own, for a thread that still has an address of
    // it.
    // The rest goes with the region. Without memory to say which part, all of it stays.
    List<AddressRange> accessible = new ArrayList<>();
    accessible.add(new AddressRange(region.address() + Pages.bytes(zeroPfn), PMD));
    tablePool.forAccessible((at, bytes) -> accessible.add(new AddressRange(at, bytes)));
    privateFrames.forAccessible((at, bytes) -> accessible.add(new AddressRange(at, bytes)));
    for (AddressRange range : accessible) {
      hold.tail().keep(range.at, range.bytes);
    }
    hold.tail().keepAll(false);
  }

  UnfinishedCloses unfinishedCloses() {
    return unfinishedCloses;
  }

  /** What keeps the region open, for pins. */
  FrameHold hold() {
    return hold;
  }

  boolean isClosed() {
    return closed;
  }

  Epoch epoch() {
    return epoch;
  }

  Generation nothing() {
    return nothing;
  }

  TablePool tablePool() {
    return tablePool;
  }

  PrivateFrames privateFrames() {
    return privateFrames;
  }

  Chunks chunks() {
    return chunks;
  }

  /**
   * The frames without a lifetime, for the engine's own work while it holds a frame in place by
   * other means.
   */
  MemorySegment raw() {
    return raw;
  }

  /** What an access to a frame met, in the region's words. */
  MediaErrorException mediaError(long pfn, int inPage, long bytes, Throwable cause) {
    boolean media = pfn != 0 && isMedia(pfn);
    return region.mediaError(media ? Pages.bytes(pfn) + inPage : -1, bytes, cause);
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  void register(EpochFollower mapping) {
    mappings.add(mapping);
  }

  void unregister(EpochFollower mapping) {
    mappings.remove(mapping);
  }

  /**
   * The TLB shootdown. Opens the next epoch, moves every mapping to it, and closes the old one.
   * When it returns, no thread reaches what was taken away before the call. The quarantine calls
   * it, in one thread at a time.
   *
   * <p>An error, such as no memory for a generation, may leave it half done. Then there are
   * mappings of two epochs, all of which work, and no epoch counts as closed. The next call
   * finishes this first.
   */
  private void turnOver() {
    finishTurnOver();
    long retired = privateFrames.retiredSoFar();
    epoch = new Epoch(epoch, region.address(), sizeBytes);
    finishTurnOver();
    privateFrames.freeRetired(retired);
  }

  private void finishTurnOver() {
    Epoch now = epoch;
    if (now.hasPrevious()) {
      for (EpochFollower mapping : mappings) {
        mapping.moveTo(now);
      }
      if (!mappings.isEmpty()) {
        Epoch.letThreadsLeave();
      }
      now.closePrevious();
      closedEpoch = now.number - 1;
    }
  }

  /**
   * Returns when no thread is in an access that began in this epoch or before it. For a caller that
   * has taken translations away, and must not let any thread go on with one.
   */
  void awaitClosed(long number) {
    while (closedEpoch() < number) {
      quarantine.add(0, 1, (pfn, count) -> {});
      quarantine.drainNow();
    }
  }

  /** Number of the last epoch that no thread is in any more, or −1 before the first is closed. */
  long closedEpoch() {
    return closed ? Long.MAX_VALUE : closedEpoch;
  }

  /**
   * Takes a frame for a private copy of a page.
   *
   * @throws PrivateMemoryException there is no memory, or no address space, for it
   */
  long allocatePrivate(String file, long page) throws IOException {
    try {
      long pfn = privateFrames.allocate();
      if (pfn != 0) {
        return pfn;
      }
    } catch (SystemCallException e) {
      PrivateMemoryException refused =
          new PrivateMemoryException(region.name(), file, page, "no memory for a private copy");
      refused.initCause(e);
      throw refused;
    }
    throw new PrivateMemoryException(
        region.name(), file, page, "no address space is left for private copies");
  }
}

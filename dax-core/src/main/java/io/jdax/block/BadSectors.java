package io.jdax.block;

import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the requests of a device and the sectors that are known to be bad. Reads of them
 * are refused, and so are writes that do not cover the whole unit that is cleared. A write that
 * does clears it, stores, and only then lets readers in.
 *
 * <pre>
 *   for each unit   keep its good sectors in DRAM; call all of it bad
 *                   clear
 *                   put the good sectors back, durably; call bad what was bad, and what is lost
 *   then            store
 *                   call good all that was stored to
 * </pre>
 *
 * So a write that can't clear, or that fails later, leaves the good sectors as the contract says,
 * and readers never see what clearing leaves. A crash can: see {@link PmemBlockDevice}.
 */
final class BadSectors {
  /**
   * The most that is cleared at once, and so of good sectors kept in DRAM, but for larger units.
   */
  private static final long MOST_KEPT_BYTES = 1 << 20;

  /** Loads or stores of one request. */
  interface Request {
    void run() throws IOException;
  }

  private final Sectors sectors;
  private final SectorTransfer transfer;
  private final BadBlockClearer clearer;

  /**
   * Held by every request while bad blocks are known, and exclusively by a write that clears some:
   * whoever is in the middle of a request when that begins would read, or write over, sectors that
   * are being cleared. It is reentrant, so that a read in the middle of a clearing is refused and
   * does not wait for itself.
   */
  private final ReentrantReadWriteLock healing = new ReentrantReadWriteLock();

  private final Lock shared = healing.readLock();
  private final Lock alone = healing.writeLock();

  /**
   * Replaced with {@link #healing} held exclusively. Once it is {@link BadBlocks#NONE} it stays so,
   * and is read without the lock.
   */
  private volatile BadBlocks badBlocks;

  BadSectors(Sectors sectors, SectorTransfer transfer, BadBlocks known, BadBlockClearer clearer) {
    this.sectors = sectors;
    this.transfer = transfer;
    this.badBlocks = known;
    this.clearer = clearer;
  }

  /** Whether none is known, so that requests need not ask, now or later. */
  boolean isNone() {
    return badBlocks == BadBlocks.NONE;
  }

  List<BadRange> ranges() {
    return badBlocks.ranges();
  }

  /**
   * Runs loads from a range, after the writes that clear.
   *
   * @throws MediaErrorException bytes of the range are bad, and nothing has been run
   */
  void read(long offset, long bytes, Request loads) throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    shared.lock();
    try {
      refuseBad(offset, bytes);
      loads.run();
    } finally {
      shared.unlock();
    }
  }

  /**
   * How many bytes are good from {@code offset} on. The kernel says less (pmem.c,
   * __pmem_direct_access).
   *
   * @param bytes the least that is wanted
   * @throws MediaErrorException some of those are bad
   */
  long goodFrom(long offset, long bytes) throws MediaErrorException {
    AccessFault.enter(StackRoom.ENGINE);
    shared.lock();
    try {
      refuseBad(offset, bytes);
      long end = sectors.offset(sectors.count());
      BadRange next = badBlocks.first(offset, end - offset);
      return (next == null ? end : next.offset()) - offset;
    } finally {
      shared.unlock();
    }
  }

  private void refuseBad(long offset, long bytes) throws MediaErrorException {
    BadRange hit = badBlocks.first(offset, bytes);
    if (hit != null) {
      throw bad(hit, "are bad", null);
    }
  }

  /**
   * Runs stores to a range, all of which is good afterwards. Clears what is bad in it before that.
   *
   * @throws MediaErrorException something is bad and can't be cleared, and nothing has been run; or
   *     the stores failed, and what was bad stays so
   */
  void write(long offset, long bytes, Request stores) throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    shared.lock();
    try {
      if (badBlocks.first(offset, bytes) == null) {
        stores.run();
        return;
      }
    } finally {
      shared.unlock();
    }
    alone.lock();
    try {
      heal(offset, bytes, stores);
    } finally {
      alone.unlock();
    }
  }

  /**
   * Clears, stores and forgets, in this order, with nobody else at the device. Nothing is written
   * before all is cleared that has to be.
   */
  private void heal(long offset, long bytes, Request stores) throws IOException {
    long unit = clearer.unitBytes();
    List<BadRange> units = new ArrayList<>();
    for (BadRange hit : badBlocks.within(offset, bytes)) {
      long from = hit.offset() & -unit;
      long to = (hit.end() + unit - 1) & -unit;
      if (from < offset || to > offset + bytes) {
        throw bad(
            hit,
            "are bad, and only a write of all of bytes [%d, +%d) clears them"
                .formatted(from, to - from),
            null);
      }
      units.add(new BadRange(from, to - from));
    }
    for (BadRange range : BadBlocks.of(units).ranges()) {
      long step = Math.max(unit, MOST_KEPT_BYTES);
      for (long at = range.offset(); at < range.end(); at += step) {
        clear(at, Math.min(step, range.end() - at));
      }
    }
    stores.run();
    badBlocks = badBlocks.without(offset, bytes);
  }

  /**
   * Clears whole units, and leaves their good sectors as they were. All of them count as bad until
   * that is so, whatever is thrown.
   */
  private void clear(long offset, long length) throws IOException {
    BadBlocks before = badBlocks;
    KeptSectors good = new KeptSectors(transfer, before, offset, length, sectors.size());
    badBlocks = before.with(List.of(new BadRange(offset, length)));
    try {
      clearer.clear(offset, length);
    } catch (IOException e) {
      List<BadRange> lost = putBack(good, before);
      String also = lost.isEmpty() ? "" : "; good ones beside them are lost: " + describe(lost);
      throw bad(
          Objects.requireNonNull(before.first(offset, length)),
          "are bad and can't be cleared: " + e.getMessage() + also,
          e);
    } catch (Throwable t) {
      putBack(good, before);
      throw t;
    }
    List<BadRange> lost = putBack(good, before);
    if (!lost.isEmpty()) {
      IOException reason = Objects.requireNonNull(good.reason());
      throw bad(
          lost.getFirst(),
          "were good, and are lost, since bad ones beside them were cleared, and they could not be"
              + " stored again: "
              + describe(lost)
              + "; "
              + reason.getMessage(),
          reason);
    }
  }

  private List<BadRange> putBack(KeptSectors good, BadBlocks before) {
    List<BadRange> lost = good.putBack();
    badBlocks = before.with(good.unreadable()).with(lost);
    return lost;
  }

  private String describe(List<BadRange> ranges) {
    return ranges.stream().map(this::sectorsOf).collect(Collectors.joining(", ", "sectors ", ""));
  }

  private String sectorsOf(BadRange range) {
    long first = sectors.of(range.offset());
    return "[" + first + ", +" + (sectors.of(range.end() - 1) + 1 - first) + ")";
  }

  /** Names the sectors that the bad bytes lie in, though only some of their bytes may be bad. */
  private MediaErrorException bad(BadRange hit, String what, @Nullable Throwable cause) {
    return new MediaErrorException(
        sectors.device(),
        hit.offset(),
        hit.length(),
        "sectors " + sectorsOf(hit) + " " + what,
        cause);
  }
}

package io.jdax.block;

import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The good sectors of units that are cleared because of bad ones beside them. Clearing leaves them
 * with undefined contents, so they are kept in DRAM until they are on the media again. Nobody else
 * reads or writes them meanwhile.
 */
final class KeptSectors {
  private record Kept(long offset, MemorySegment bytes) {}

  private final SectorTransfer transfer;
  private final List<Kept> sectors = new ArrayList<>();
  private final List<BadRange> unreadable = new ArrayList<>();
  private @Nullable IOException reason;

  /**
   * Reads the sectors of a range that have no bad byte.
   *
   * @param transfer of the device
   * @param bad what is bad before the clearing
   * @param offset first byte of the range, which is whole units
   * @param length in bytes; a sector that is larger has a bad byte, and is not asked for
   */
  KeptSectors(SectorTransfer transfer, BadBlocks bad, long offset, long length, int sectorSize)
      throws IOException {
    this.transfer = transfer;
    for (long at = offset; at + sectorSize <= offset + length; at += sectorSize) {
      if (bad.first(at, sectorSize) == null) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[sectorSize]);
        try {
          transfer.read(at, bytes);
          sectors.add(new Kept(at, bytes));
        } catch (MediaErrorException e) {
          unreadable.add(new BadRange(at, sectorSize));
        }
      }
    }
  }

  /**
   * What was taken for good, and is not. It has nothing to lose, but after the clearing would read
   * as if it were good.
   */
  List<BadRange> unreadable() {
    return unreadable;
  }

  /**
   * Stores again what has changed; it is durable on return.
   *
   * @return the sectors that could not be read or stored, in ascending order: they are lost
   */
  List<BadRange> putBack() {
    List<BadRange> lost = new ArrayList<>();
    for (Kept each : sectors) {
      try {
        MemorySegment now = MemorySegment.ofArray(new byte[(int) each.bytes.byteSize()]);
        transfer.read(each.offset, now);
        if (each.bytes.mismatch(now) >= 0) {
          transfer.write(each.offset, each.bytes);
        }
      } catch (IOException e) {
        lost.add(new BadRange(each.offset, each.bytes.byteSize()));
        reason = e;
      }
    }
    return BadBlocks.of(lost).ranges();
  }

  /** Why the last of the sectors that are lost could not be put back, or null if none is lost. */
  @Nullable IOException reason() {
    return reason;
  }
}

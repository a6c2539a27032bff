package io.jdax.fs.check;

import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ItemKey;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pass over extents, file by file, and over the blocks of all of them. */
final class CheckExtents {
  private final CheckState state;
  private final Units units;

  /** Blocks of the device. */
  private final long totalBlocks;

  CheckExtents(CheckState state) {
    this.state = state;
    this.units = state.units;
    this.totalBlocks = units.blocksOf(state.space.totalFrames());
  }

  /**
   * Checks a file's extents.
   *
   * @return the block of the file after the last one that is kept
   */
  long check(CheckedInode inode) {
    long hi = Keys.hi(inode.number, Keys.EXTENT);
    long end = 0;
    for (Map.Entry<ItemKey, byte[]> item :
        new ArrayList<>(state.itemsOf(inode.number, Keys.EXTENT).entrySet())) {
      end = Math.max(end, checkExtent(inode.number, hi, item.getKey().lo(), item.getValue(), end));
    }
    return end;
  }

  /**
   * The blocks of an extent that is dropped stay as they are until a repair is durable, as far as
   * they are no file's.
   */
  void keepBlocks(byte[] value) {
    state.extentBlocks(value, state::keep);
  }

  private long checkExtent(long inode, long hi, long first, byte[] value, long end) {
    if (value.length != ExtentRecord.BYTES) {
      return drop(DefectCode.EX1, -1, inode, hi, first, "a record of " + value.length + " bytes");
    }
    MemorySegment s = MemorySegment.ofArray(value);
    long place = ExtentRecord.place(s, 0);
    long count = ExtentRecord.count(s, 0);
    long block = place >>> 1;
    if (count <= 0) {
      return drop(DefectCode.EX1, -1, inode, hi, first, "an extent of " + count + " blocks");
    }
    if (block < ExtentRecord.firstBlock(units) || block > totalBlocks - count) {
      keepBlocks(value);
      return drop(
          DefectCode.EX2,
          block,
          inode,
          hi,
          first,
          "%d blocks do not lie on the device of %d".formatted(count, totalBlocks));
    }
    if (first < 0 || first > Limits.fileBlocks(units) - count) {
      keepBlocks(value);
      return drop(
          DefectCode.EX3, block, inode, hi, first, count + " blocks beyond the largest file");
    }
    long skip = Math.max(0, end - first);
    if (skip > 0) {
      state.blockDefect(
          DefectCode.EX4,
          block,
          inode,
          "the extent at block %d of the file overlaps the one before it, which ends at %d"
              .formatted(first, end));
    }
    if (skip == 0 && state.data.markUsed(block, count) < 0) {
      return first + count;
    }
    keepPieces(inode, hi, first, place, count, Math.min(skip, count));
    return first + count;
  }

  /** Keeps the pieces of an extent that are not in use, from {@code skip} blocks on. */
  private void keepPieces(long inode, long hi, long first, long place, long count, long skip) {
    long block = place >>> 1;
    List<long[]> kept = new ArrayList<>();
    long taken = -1;
    long lost = 0;
    for (long at = skip; at < count; ) {
      long conflict = state.data.markUsed(block + at, count - at);
      long free = conflict < 0 ? count - at : conflict - block - at;
      if (free > 0) {
        if (conflict >= 0) {
          state.data.markUsed(block + at, free);
        }
        kept.add(new long[] {at, free});
      }
      at += free;
      if (conflict >= 0) {
        taken = taken < 0 ? conflict : taken;
        lost++;
        at++;
      }
    }
    if (lost > 0) {
      state.blockDefect(
          DefectCode.EX5,
          taken,
          inode,
          "%d of the %d blocks of the extent at block %d of the file are in use already"
              .formatted(lost, count, first));
    }
    state.claim(block, skip);
    state.remove(hi, first);
    for (long[] piece : kept) {
      byte[] value = new byte[ExtentRecord.BYTES];
      ExtentRecord.encode(MemorySegment.ofArray(value), place + (piece[0] << 1), piece[1]);
      state.put(hi, first + piece[0], value);
    }
  }

  private long drop(DefectCode code, long block, long inode, long hi, long first, String what) {
    state.blockDefect(code, block, inode, "the extent at block " + first + " of the file: " + what);
    state.remove(hi, first);
    return 0;
  }
}

package io.jdax.tests.fsx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a kill may leave of a file whose pages go through DRAM, in one worker's part of it. A byte
 * is what it was when it was last <i>settled</i>, so that a kill can't take it back, or anything
 * that it has been since, as far as somebody has written it back by then. So is the size.
 */
final class FsxPast {
  /** Bytes that a range has got, or zeros if there are none. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Change(long offset, int length, byte @Nullable [] bytes, boolean settled) {
    byte get(int index) {
      return bytes == null ? 0 : bytes[index];
    }
  }

  private final FsxModel model;
  private final long begin;
  private final List<Change> changes = new ArrayList<>();

  /** What all of it was when it was last settled as a whole. */
  private byte[] base;

  /** Pages that may have got blocks since then of which the media know nothing. */
  private final BitSet touched = new BitSet();

  private long smallestSize;
  private long largestSize;

  FsxPast(FsxModel model, long begin, long end) {
    this.model = model;
    this.begin = begin;
    this.base = new byte[(int) (end - begin)];
    settleAll();
  }

  /** The model has got bytes; those beyond the end are no content. */
  void changed(long offset, byte[] src, int length, boolean settled) {
    int content = Math.clamp(model.size() - offset, 0, length);
    if (content > 0) {
      changes.add(new Change(offset, content, Arrays.copyOf(src, content), settled));
    }
    touch(offset, length);
  }

  /** The model has got zeros, for good. */
  void zeroed(long offset, long length) {
    if (length > 0) {
      changes.add(new Change(offset, (int) length, null, true));
    }
  }

  /** What the model has in a range is settled, but not the size. */
  void settle(long offset, long length) {
    int content = (int) Math.clamp(model.size() - offset, 0, length);
    if (content > 0) {
      changes.add(new Change(offset, content, model.copy(offset, content), true));
    }
  }

  /** All of it is settled. */
  void settleAll() {
    changes.clear();
    touched.clear();
    base = model.copy(begin, base.length);
    sizeSettled();
  }

  /** Pages may have got blocks that are not settled. */
  void touch(long offset, long length) {
    touched.set((int) (offset / FsxModel.PAGE), (int) ((offset + length - 1) / FsxModel.PAGE) + 1);
  }

  /** The model's size is settled. */
  void sizeSettled() {
    smallestSize = model.size();
    largestSize = smallestSize;
  }

  /** The model's size may have grown, and that is not settled. */
  void sizeChanged() {
    largestSize = Math.max(largestSize, model.size());
  }

  /** Whether a kill may leave a file of this size. */
  boolean allowsSize(long size) {
    return size >= smallestSize && size <= largestSize;
  }

  /** Where the worker's part has what no kill leaves, as an offset in the file; −1 if nowhere. */
  long mismatch(byte[] found) {
    BitSet right = new BitSet(found.length);
    for (Change change : changes.reversed()) {
      for (int i = 0; i < change.length; i++) {
        int at = (int) (change.offset - begin) + i;
        if (at < 0 || at >= found.length || right.get(at)) {
          continue;
        }
        if (found[at] == change.get(i)) {
          right.set(at);
        } else if (change.settled) {
          return begin + at;
        }
      }
    }
    for (int at = right.nextClearBit(0); at < found.length; at = right.nextClearBit(at + 1)) {
      if (found[at] != base[at]) {
        return begin + at;
      }
    }
    return -1;
  }

  /** A kill has left this: it is what the file holds from now on. */
  void adopt(byte[] found, long size) {
    model.adopt(begin, found, size);
    touched.stream().forEach(model::maybeHole);
    settleAll();
  }
}

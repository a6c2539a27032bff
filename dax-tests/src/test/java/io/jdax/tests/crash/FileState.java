package io.jdax.tests.crash;

import io.jdax.os.Pages;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a file may be after power loss, and after a kill. Never changed: operations make another
 * one.
 */
final class FileState {
  static final int LIMIT = 32 << 10;
  static final int PAGE = Pages.BYTES;

  private final FileVersions lost;

  /** What a kill leaves: what calls that have returned have stored is there for sure. */
  private final FileVersions killed;

  /** Pages that are the file's for sure, and written: what write() puts there is durable. */
  private final boolean[] durable;

  final FileFacts facts;

  private FileState(FileVersions lost, FileVersions killed, boolean[] durable, FileFacts facts) {
    this.lost = lost;
    this.killed = killed;
    this.durable = durable;
    this.facts = facts;
  }

  static FileState empty() {
    FileVersions empty = FileVersions.empty(LIMIT);
    return new FileState(empty, empty, new boolean[LIMIT / PAGE], FileFacts.NEW);
  }

  int size() {
    return lost.size;
  }

  private FileState both(UnaryOperator<FileVersions> change) {
    return new FileState(change.apply(lost), change.apply(killed), durable, facts);
  }

  // ---------------------------------------------------------------- data

  /** Bytes are on their way, and perhaps a size: from now on they may be there. */
  FileState writing(int at, byte[] bytes) {
    return both(v -> v.writing(at, bytes)).touched();
  }

  /** As {@link #writing}, through a mapping: what lies after the end is no content. */
  FileState storing(int at, byte[] bytes) {
    int inside = Math.min(bytes.length, size() - at);
    return inside <= 0 ? this : writing(at, Arrays.copyOf(bytes, inside));
  }

  /** write() has returned: durable where the blocks were. */
  FileState wrote(int at, int length) {
    FileVersions out = lost;
    for (int page = at / PAGE; page * PAGE < at + length; page++) {
      if (durable[page]) {
        int from = Math.max(at, page * PAGE);
        out = out.only(from, Math.min(at + length, (page + 1) * PAGE), lost.now());
      }
    }
    return new FileState(out, killed, durable, facts);
  }

  /** What was stored to a range has been persisted, with all that it takes to read it. */
  FileState persisted(int at, int length) {
    return both(v -> v.persisted(at, length));
  }

  /** The call has returned, and memory has what it has stored. */
  FileState returned() {
    return new FileState(lost, killed.newest(), durable, facts);
  }

  FileState synced() {
    boolean[] all = durable.clone();
    for (int page = 0; page < all.length; page++) {
      all[page] |= page * PAGE < size() && !isZero(lost.now(), page * PAGE, (page + 1) * PAGE);
    }
    return new FileState(lost.newest(), killed.newest(), all, facts);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Zeros reach the media, where a word may still be an older version: what was stored to the rest
   * of it is in DRAM.
   */
  FileState zeroingBelow(int from, int to) {
    return both(v -> v.zeroingBelow(from, to)).touched();
  }

  /** Zeros are on their way to a range, in pieces. */
  FileState zeroing(int from, int to) {
    return from >= to ? this : both(v -> v.zeroing(from, to)).touched();
  }

  /** Zeros in a range, for sure. */
  FileState zeroed(int from, int to) {
    if (from >= to) {
      return this;
    }
    boolean[] left = durable.clone();
    for (int page = from / PAGE; page * PAGE < to; page++) {
      left[page] &= from > page * PAGE || (page + 1) * PAGE > to;
    }
    // Pages that lie wholly in the range; the last one as well if the file ends in it.
    if (to >= size() && to % PAGE != 0 && from <= to / PAGE * PAGE) {
      left[to / PAGE] = false;
    }
    return new FileState(lost.zeroed(from, to), killed.zeroed(from, to), left, facts).touched();
  }

  /** The size is this, for sure, and behind it there is nothing. */
  FileState resized(int newSize) {
    return zeroed(newSize, LIMIT).both(v -> v.sized(newSize)).touched();
  }

  // ---------------------------------------------------------------- facts

  FileState with(FileFacts changed) {
    return new FileState(lost, killed, durable, changed);
  }

  private FileState touched() {
    return with(facts.touched());
  }

  // ---------------------------------------------------------------- check

  /**
   * What is wrong with what was found; null if nothing is.
   *
   * @param afterKill whether power was not lost
   */
  @Nullable String complaint(byte[] found, int length, boolean afterKill) {
    return (afterKill ? killed : lost).complaint(found, length);
  }
}

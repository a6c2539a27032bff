package io.jdax.fs.volume;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Runs of blocks that leave a file, gathered under its locks and given up after them. */
public final class BlockRuns {
  private long[] pairs = new long[8];
  private int size;
  private int given;

  /**
   * Of those that {@link Volume#giveUp} has to give up later: the commit, and those that follow.
   */
  long commit;

  @Nullable BlockRuns next;

  /** Adds a run; joined with the last one if they are neighbours. */
  public void add(long pfn, long count) {
    if (size > 0 && pairs[size - 2] + pairs[size - 1] == pfn) {
      pairs[size - 1] += count;
      return;
    }
    if (size > 0 && pfn + count == pairs[size - 2]) {
      pairs[size - 2] = pfn;
      pairs[size - 1] += count;
      return;
    }
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, size * 2);
    }
    pairs[size++] = pfn;
    pairs[size++] = count;
  }

  /** Blocks in all runs. */
  public long blocks() {
    long blocks = 0;
    for (int i = 1; i < size; i += 2) {
      blocks += pairs[i];
    }
    return blocks;
  }

  /** Is given runs. */
  public interface Taker {
    void take(long pfn, long count);
  }

  public void forEach(Taker taker) {
    for (int i = 0; i < size; i += 2) {
      taker.take(pairs[i], pairs[i + 1]);
    }
  }

  /** Gives runs away, those first that were added first; where the taker throws, it has not. */
  void giveTo(Taker taker) {
    for (; given < size; given += 2) {
      taker.take(pairs[given], pairs[given + 1]);
    }
  }
}

package io.jdax.tests.stress;

import static io.jdax.tests.stress.StressFs.PAGE;

import io.jdax.fs.DaxFile;

/**
 * Holes of one file, with two mappings of it: each state of a race takes pages of its own, round
 * and round.
 *
 * <p>A file is two halves. Whoever takes the first page of a half makes all of that half holes
 * again; the states that had its pages are over by then, since {@link Races#LIVE} at most are alive
 * at a time.
 */
final class Pages {
  private static final int HALF = 4 * Races.LIVE;

  private final int stateBytes;
  private long next;
  final DaxFile file;
  final View a;
  final View b;

  /**
   * @param perState pages in a row that a state takes
   */
  Pages(int perState) {
    stateBytes = perState * PAGE;
    long bytes = 2L * HALF * stateBytes;
    file = new StressFs(bytes + (16 << 20)).create("/f");
    StressFs.truncate(file, bytes);
    a = StressFs.map(file, bytes);
    b = StressFs.map(file, bytes);
  }

  /** The offset in the file of pages that are holes. */
  synchronized long take() {
    long state = next++ % (2 * HALF);
    if (state % HALF == 0) {
      StressFs.punch(file, state * stateBytes, (long) HALF * stateBytes);
    }
    return state * stateBytes;
  }
}

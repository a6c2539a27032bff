package io.jdax.tests.stress;

import io.jdax.fs.DaxFile;

/**
 * Words of one file that are mapped already, and written, with two mappings of them: each state of
 * a race takes two, in cache lines of their own, round and round.
 */
final class Words {
  /** From a state's first word to its second. */
  static final int SECOND = 128;

  private static final int STATE = 2 * SECOND;
  private static final int STATES = 4 * Races.LIVE;

  private long next;
  final View a;
  final View b;

  Words() {
    DaxFile file = new StressFs(16 << 20).create("/f");
    StressFs.write(file, 0, new int[STATES * STATE / 4]);
    a = StressFs.map(file, STATES * STATE);
    b = StressFs.map(file, STATES * STATE);
  }

  /** The offset of the first word; both are 0. */
  synchronized long take() {
    long at = next++ % STATES * STATE;
    a.putIntVolatile(at, 0);
    a.putIntVolatile(at + SECOND, 0);
    return at;
  }
}

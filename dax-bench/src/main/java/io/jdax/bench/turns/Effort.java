package io.jdax.bench.turns;

import io.jdax.bench.shape.Case;

/**
 * How long each case is measured.
 *
 * <p>A fork is a fresh JVM, so that what one benchmark taught the compiler doesn't slow the next;
 * it costs half a second before it measures anything. The smoke run has no figures worth keeping
 * and does without.
 */
public enum Effort {
  /** Every case runs, no figure counts. */
  SMOKE(0, 0, 10, 1, 10, 50),

  /** About ten minutes, without what takes very long. */
  NORMAL(1, 3, 200, 10, 200, 3_000),

  /** Some forty minutes. */
  FULL(3, 3, 500, 10, 500, 10_000),

  /**
   * One side of one round of a pair, in a JVM that goes on to the other side: see {@link
   * PairWorker}.
   */
  ROUND(0, 0, 1, 1, 25, 0);

  final int forks;
  final int warmups;
  final int warmupMillis;
  final int iterations;
  final int iterationMillis;
  private final int latencyMillis;

  Effort(
      int forks,
      int warmups,
      int warmupMillis,
      int iterations,
      int iterationMillis,
      int latencyMillis) {
    this.forks = forks;
    this.warmups = warmups;
    this.warmupMillis = warmupMillis;
    this.iterations = iterations;
    this.iterationMillis = iterationMillis;
    this.latencyMillis = latencyMillis;
  }

  /** Whether it measures a case that nobody has asked for in particular. */
  public boolean hasTimeFor(Case c) {
    return this != NORMAL || !c.thorough();
  }

  /** Whether it leaves out what takes long to prepare. */
  public boolean isShort() {
    return this == SMOKE;
  }

  /** Iterations of a case, those included that warm up. */
  public int iterationsOfCase() {
    return Math.max(1, forks) * (warmups + iterations);
  }

  /** How long single operations are sampled. */
  public int latencyMillis() {
    return latencyMillis;
  }
}

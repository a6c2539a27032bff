package io.jdax.bench.turns;

import java.time.Duration;

/** How long a pair is measured in one JVM. */
public enum Pace {
  /** One of the three JVMs of a limit. */
  LIMIT(Duration.ofSeconds(15), 40, Duration.ofSeconds(20)),

  /** A row of a run that is over in two to three minutes. */
  QUICK(Duration.ofSeconds(6), 24, Duration.ofSeconds(3));

  /** Work of which one operation takes a second gets fewer rounds, but these. */
  static final int FEWEST_ROUNDS = 5;

  final Duration warmUp;
  final int rounds;
  final Duration measuring;

  /**
   * @param warmUp at most, from the end of the first round on, which includes preparations
   * @param rounds that count
   * @param measuring after so long there are no more rounds, if there are {@link #FEWEST_ROUNDS}
   */
  Pace(Duration warmUp, int rounds, Duration measuring) {
    this.warmUp = warmUp;
    this.rounds = rounds;
    this.measuring = measuring;
  }

  /** Rounds that count, unless they take too long. */
  public int rounds() {
    return rounds;
  }
}

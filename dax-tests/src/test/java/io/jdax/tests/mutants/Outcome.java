package io.jdax.tests.mutants;

/** What became of a mutant. */
enum Outcome {
  /** A test failed. */
  CAUGHT,
  /** All tests passed. */
  SURVIVED,
  /** A test waits for something, and nothing turns that into a failure. */
  HANGS,
  /** It could not be put in: its lines are no longer there. */
  STALE
}

package io.jdax.fs.space;

/** Is given consecutive blocks, or frames. */
@FunctionalInterface
interface RunTaker {
  void take(long start, long count);
}

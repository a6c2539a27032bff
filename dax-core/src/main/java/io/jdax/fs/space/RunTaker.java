package io.jdax.fs.space;

/** Is given consecutive blocks. */
@FunctionalInterface
interface RunTaker {
  void take(long start, long count);
}

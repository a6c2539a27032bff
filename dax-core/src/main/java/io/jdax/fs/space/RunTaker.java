package io.jdax.fs.space;

/** Is given consecutive blocks. */
@FunctionalInterface
public interface RunTaker {
  void take(long start, long count);
}

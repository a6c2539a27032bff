package io.jdax.bench.measured.access;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jdax.bench.bed.FileTarget;
import io.jdax.bench.bed.Peers;
import io.jdax.bench.bed.Walk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The pages of the large file in the smallest table that finds them, asked in C for every 8 bytes
 * anew, without any check: what the processor takes for a translation per access, whoever makes it.
 * One word per page, its place in the region minus its number; and a byte per page, which a store
 * sets.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class BareTable {
  private static final MethodHandle MH_load = Peers.bind("jdaxpeers_table_load", 4);
  private static final MethodHandle MH_walk = Peers.bind("jdaxpeers_table_walk", 7);
  private static final MethodHandle MH_store = Peers.bind("jdaxpeers_table_store", 5);

  private MemorySegment words;
  private MemorySegment dirty;
  private long region;

  @Setup
  public void open(FileTarget target) {
    region = target.region.address();
    words = Arena.ofAuto().allocate(JAVA_INT, target.pages.length);
    dirty = Arena.ofAuto().allocate(target.pages.length);
    for (int page = 0; page < target.pages.length; page++) {
      words.setAtIndex(JAVA_INT, page, (int) (target.pages[page] >>> 12) - page);
    }
  }

  /** Loads {@code count} times 8 bytes from {@code from} on. */
  long load(long from, int count) {
    try {
      return (long) MH_load.invokeExact(region, words.address(), from, (long) count);
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  /** Loads 8 bytes at each of {@code count} offsets of a walk. */
  long load(Walk walk, int count) {
    try {
      walk.state =
          (long)
              MH_walk.invokeExact(
                  region,
                  words.address(),
                  walk.mask,
                  walk.state,
                  walk.factor,
                  walk.increment,
                  (long) count);
      return walk.state;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  /** Stores {@code count} times 8 bytes from {@code from} on, and marks their pages each time. */
  void store(long from, int count) {
    try {
      long done =
          (long) MH_store.invokeExact(region, words.address(), dirty.address(), from, (long) count);
      assert done == count;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }
}

package io.jdax.mm.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A store and its mark against a writeback that finds the page dirty from before: the store is
 * flushed, or leaves the page dirty.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "flushed, and clean")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "not flushed, and dirty")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "flushed, and dirty all the same")
@Outcome(expect = Expect.FORBIDDEN, desc = "clean without being flushed")
@State
public class DirtyByteRace {
  private static final DirtyWords WORDS = new DirtyWords();

  private final long at;

  public DirtyByteRace() {
    at = WORDS.take(DirtyBytes.DIRTY);
  }

  @Actor
  public void store() {
    WORDS.store(at);
  }

  @Actor
  public void writeback() {
    WORDS.writeback(at, (byte) 2);
  }

  @Arbiter
  public void after(II_Result r) {
    r.r1 = WORDS.dirty(at);
    r.r2 = WORDS.flushed(at);
  }
}

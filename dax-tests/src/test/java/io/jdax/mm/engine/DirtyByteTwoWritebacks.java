package io.jdax.mm.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two writebacks of a page that was stored to: whoever comes back finds the store flushed, also who
 * found the page clean, and it ends clean.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "flushed for both")
@Outcome(expect = Expect.FORBIDDEN, desc = "clean before it was flushed, or dirty for ever")
@State
public class DirtyByteTwoWritebacks {
  private static final DirtyWords WORDS = new DirtyWords();

  private final long at;

  public DirtyByteTwoWritebacks() {
    at = WORDS.take(DirtyBytes.CLEAN);
    WORDS.store(at);
  }

  @Actor
  public void first(III_Result r) {
    WORDS.writeback(at, (byte) 2);
    r.r1 = WORDS.flushed(at);
  }

  @Actor
  public void second(III_Result r) {
    WORDS.writeback(at, (byte) 3);
    r.r2 = WORDS.flushed(at);
  }

  @Arbiter
  public void after(III_Result r) {
    r.r3 = WORDS.dirty(at);
  }
}

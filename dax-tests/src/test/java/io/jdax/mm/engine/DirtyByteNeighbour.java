package io.jdax.mm.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A mark against a writeback of the next page, whose dirty byte lies in the same word: the mark
 * stays, and the page that was flushed is clean.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "each as it should be")
@Outcome(expect = Expect.FORBIDDEN, desc = "a mark is lost, or a claim is left")
@State
public class DirtyByteNeighbour {
  private static final DirtyWords WORDS = new DirtyWords();

  private final long at;

  public DirtyByteNeighbour() {
    at = WORDS.take(DirtyBytes.DIRTY);
  }

  @Actor
  public void store() {
    WORDS.markNeighbour(at);
  }

  @Actor
  public void writeback() {
    WORDS.writeback(at, (byte) 2);
  }

  @Arbiter
  public void after(II_Result r) {
    r.r1 = WORDS.neighbourDirty(at);
    r.r2 = WORDS.dirty(at);
  }
}

package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Each stores its word and loads the other's, volatile: at least one sees the other. */
@JCStressTest
@Outcome(
    id = {"0, 1", "1, 0", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "one sees the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "neither sees the other")
@State
public class DekkerByVolatile {
  private static final Words WORDS = new Words();

  private final long at;

  public DekkerByVolatile() {
    at = WORDS.take();
  }

  @Actor
  public void first(II_Result r) {
    WORDS.a.putIntVolatile(at, 1);
    r.r1 = WORDS.a.getIntVolatile(at + Words.SECOND);
  }

  @Actor
  public void second(II_Result r) {
    WORDS.b.putIntVolatile(at + Words.SECOND, 1);
    r.r2 = WORDS.b.getIntVolatile(at);
  }
}

package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two add to a word by compareAndSet, through two mappings: no addition is lost. */
@JCStressTest
@Outcome(id = "3", expect = Expect.ACCEPTABLE, desc = "both")
@Outcome(expect = Expect.FORBIDDEN, desc = "one is lost")
@State
public class CompareAndSet {
  private static final Words WORDS = new Words();

  private final long at;

  public CompareAndSet() {
    at = WORDS.take();
  }

  @Actor
  public void first() {
    add(WORDS.a, 1);
  }

  @Actor
  public void second() {
    add(WORDS.b, 2);
  }

  private void add(View view, int value) {
    int seen = view.getIntVolatile(at);
    while (!view.compareAndSetInt(at, seen, seen + value)) {
      seen = view.getIntVolatile(at);
    }
  }

  @Arbiter
  public void after(I_Result r) {
    r.r1 = WORDS.a.getInt(at);
  }
}

package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A load of a hole in one mapping against a store in another: nothing or the value, and never
 * nothing after it. Opaque, since plain loads promise no order.
 */
@JCStressTest
@Outcome(
    id = {"0, 0, 1", "0, 1, 1", "1, 1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "zeros until it is the value")
@Outcome(expect = Expect.FORBIDDEN, desc = "the value came and went, or did not come")
@State
public class LoadAgainstMkwrite {
  private static final Pages PAGES = new Pages(1);

  private final long at;

  public LoadAgainstMkwrite() {
    at = PAGES.take();
  }

  @Actor
  public void load(III_Result r) {
    r.r1 = PAGES.a.getIntOpaque(at);
    r.r2 = PAGES.a.getIntOpaque(at);
  }

  @Actor
  public void store() {
    PAGES.b.putIntOpaque(at, 1);
  }

  @Arbiter
  public void after(III_Result r) {
    r.r3 = PAGES.a.getInt(at);
  }
}

package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIIIII_Result;

/** Two mappings store different words of a page in a hole: one block, and no store is lost. */
@JCStressTest
@Outcome(
    id = "1, 2, 1, 2, 1, 2",
    expect = Expect.ACCEPTABLE,
    desc = "both, by either mapping and by read()")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store is lost")
@State
public class MkwriteAgainstMkwrite {
  private static final Pages PAGES = new Pages(1);

  private final long at;

  public MkwriteAgainstMkwrite() {
    at = PAGES.take();
  }

  @Actor
  public void first() {
    PAGES.a.putInt(at, 1);
  }

  @Actor
  public void second() {
    PAGES.b.putInt(at + 2048, 2);
  }

  @Arbiter
  public void after(IIIIII_Result r) {
    r.r1 = PAGES.a.getInt(at);
    r.r2 = PAGES.a.getInt(at + 2048);
    r.r3 = PAGES.b.getInt(at);
    r.r4 = PAGES.b.getInt(at + 2048);
    r.r5 = StressFs.read(PAGES.file, at, -1);
    r.r6 = StressFs.read(PAGES.file, at + 2048, -1);
  }
}

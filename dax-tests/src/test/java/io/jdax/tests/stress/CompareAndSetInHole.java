package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** Two want the same word of a hole by compareAndSet from 0: exactly one gets it. */
@JCStressTest
@Outcome(
    id = {"true, false, 1", "false, true, 2"},
    expect = Expect.ACCEPTABLE,
    desc = "one, and it is the one who was told")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, none, or the wrong one")
@State
public class CompareAndSetInHole {
  private static final Pages PAGES = new Pages(1);

  private final long at;

  public CompareAndSetInHole() {
    at = PAGES.take();
  }

  @Actor
  public void first(ZZI_Result r) {
    r.r1 = PAGES.a.compareAndSetInt(at, 0, 1);
  }

  @Actor
  public void second(ZZI_Result r) {
    r.r2 = PAGES.b.compareAndSetInt(at, 0, 2);
  }

  @Arbiter
  public void after(ZZI_Result r) {
    r.r3 = StressFs.read(PAGES.file, at, -1);
  }
}

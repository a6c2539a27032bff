package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A load and a read() against truncate: the byte of before or beyond the end (−1), and once beyond
 * the end not before again; zeros once it is extended.
 */
@JCStressTest
@Outcome(
    id = {"7, 7, 0", "7, -1, 0", "-1, -1, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "before, then beyond the end")
@Outcome(expect = Expect.FORBIDDEN, desc = "what the file never held, or back to before")
@State
public class FaultAgainstEnd {
  private static final SmallFiles FILES = new SmallFiles();

  private final SmallFiles.Small f;

  public FaultAgainstEnd() {
    f = FILES.take(7);
  }

  @Actor
  public void fault(III_Result r) {
    r.r1 = f.load();
    r.r2 = f.read();
  }

  @Actor
  public void truncate() {
    StressFs.truncate(f.file(), 0);
  }

  @Arbiter
  public void after(III_Result r) {
    StressFs.truncate(f.file(), SmallFiles.BYTES);
    r.r3 = f.load();
  }
}

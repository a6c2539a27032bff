package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A load and a read() against truncate down and up again: the byte of before, zeros, or beyond the
 * end (−1); after it zeros.
 */
@JCStressTest
@Outcome(
    id = {
      "7, 7, 0",
      "7, 0, 0",
      "7, -1, 0",
      "0, 7, 0",
      "0, 0, 0",
      "0, -1, 0",
      "-1, 7, 0",
      "-1, 0, 0",
      "-1, -1, 0"
    },
    expect = Expect.ACCEPTABLE,
    desc = "before, after, or beyond the end")
@Outcome(
    expect = Expect.FORBIDDEN,
    desc = "what the file never held, or the past after the truncate")
@State
public class FaultAgainstTruncate {
  private static final SmallFiles FILES = new SmallFiles();

  private final SmallFiles.Small f;

  public FaultAgainstTruncate() {
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
    StressFs.truncate(f.file(), SmallFiles.BYTES);
  }

  @Arbiter
  public void after(III_Result r) {
    r.r3 = f.load();
  }
}

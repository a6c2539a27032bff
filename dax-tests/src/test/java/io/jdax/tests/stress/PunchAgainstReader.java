package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Punch against a reader, while another file takes the block at once and fills it: the reader sees
 * its own bytes or zeros, never those of the other file. r2 tells whether the very block was
 * reused.
 */
@JCStressTest
@Outcome(
    id = {"7, 0, 0", "0, 0, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "before or after; other blocks were taken")
@Outcome(
    id = {"7, 1, 0", "0, 1, 0"},
    expect = Expect.ACCEPTABLE_INTERESTING,
    desc = "before or after; the very block was reused")
@Outcome(expect = Expect.FORBIDDEN, desc = "bytes of another file")
@State
public class PunchAgainstReader {
  private static final Reused FILES = new Reused();

  private final Reused.One file;

  public PunchAgainstReader() {
    file = FILES.take();
  }

  @Actor
  public void reader(III_Result r) {
    r.r1 = file.watch();
  }

  @Actor
  public void punch(III_Result r) {
    r.r2 = file.punchAndReuse() ? 1 : 0;
  }

  @Arbiter
  public void after(III_Result r) {
    r.r3 = file.after();
  }
}

package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A store against truncate down and up again: it is in the file as extended, or gone with what was
 * cut off, or was refused (−1), and then is nowhere.
 */
@JCStressTest
@Outcome(
    id = {"1, 0, 0", "1, 1, 1", "-1, 0, 0"},
    expect = Expect.ACCEPTABLE,
    desc = "before, after, or refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "stored though refused, or what the file never held")
@State
public class StoreAgainstTruncate {
  private static final SmallFiles FILES = new SmallFiles();

  private final SmallFiles.Small f;

  public StoreAgainstTruncate() {
    f = FILES.take(7);
  }

  @Actor
  public void store(III_Result r) {
    r.r1 = f.store(1);
  }

  @Actor
  public void truncate() {
    StressFs.truncate(f.file(), 0);
    StressFs.truncate(f.file(), SmallFiles.BYTES);
  }

  @Arbiter
  public void after(III_Result r) {
    r.r2 = f.load();
    r.r3 = f.read();
  }
}

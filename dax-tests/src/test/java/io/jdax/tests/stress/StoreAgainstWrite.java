package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIIII_Result;

/**
 * A store in a mapping against write() to other bytes of the same page, which is a hole: neither is
 * lost.
 */
@JCStressTest
@Outcome(id = "1, 2, 1, 2, 0", expect = Expect.ACCEPTABLE, desc = "both, and zeros around them")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store or a write is lost")
@State
public class StoreAgainstWrite {
  private static final Pages PAGES = new Pages(1);

  private final long at;

  public StoreAgainstWrite() {
    at = PAGES.take();
  }

  @Actor
  public void store() {
    PAGES.a.putInt(at, 1);
  }

  @Actor
  public void write() {
    StressFs.write(PAGES.file, at + 4, 2);
  }

  @Arbiter
  public void after(IIIII_Result r) {
    r.r1 = PAGES.b.getInt(at);
    r.r2 = PAGES.b.getInt(at + 4);
    r.r3 = StressFs.read(PAGES.file, at, -1);
    r.r4 = StressFs.read(PAGES.file, at + 4, -1);
    r.r5 = PAGES.b.getInt(at + 8);
  }
}

package io.jdax.cache;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A rewrite of a page in DRAM that is dirty from before, against a writeback: it is copied, or
 * leaves the page dirty.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "copied, and clean")
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "not copied, and dirty")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "copied, and dirty all the same")
@Outcome(expect = Expect.FORBIDDEN, desc = "clean without being copied")
@State
public class PageMarkRace {
  private static final MarkedPages PAGES = new MarkedPages();

  private final long page;

  public PageMarkRace() {
    page = PAGES.take();
  }

  @Actor
  public void rewrite() {
    PAGES.rewrite(page);
  }

  @Actor
  public void writeback() {
    PAGES.writeback(page);
  }

  @Arbiter
  public void after(II_Result r) {
    r.r1 = PAGES.dirty(page);
    r.r2 = PAGES.copied(page);
  }
}

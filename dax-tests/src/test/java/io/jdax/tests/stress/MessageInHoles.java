package io.jdax.tests.stress;

import static io.jdax.tests.stress.StressFs.PAGE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A message by release and acquire through pages that were holes, which the receiver has seen as
 * zeros: who sees the flag sees the data, though the page behind it is another.
 */
@JCStressTest
@Outcome(
    id = {"0, 0", "0, 1", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "the flag without the data")
@State
public class MessageInHoles {
  private static final Pages PAGES = new Pages(2);

  private final long at;

  public MessageInHoles() {
    at = PAGES.take();
    PAGES.b.getInt(at); // translated to zeros
    PAGES.b.getInt(at + PAGE);
  }

  @Actor
  public void send() {
    PAGES.a.putInt(at, 1);
    PAGES.a.putIntRelease(at + PAGE, 1);
  }

  @Actor
  public void receive(II_Result r) {
    r.r1 = PAGES.b.getIntAcquire(at + PAGE);
    r.r2 = PAGES.b.getInt(at);
  }
}

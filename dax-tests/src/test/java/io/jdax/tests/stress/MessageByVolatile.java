package io.jdax.tests.stress;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A message by volatile store and load: who sees the flag sees the data, stored and loaded plain.
 */
@JCStressTest
@Outcome(
    id = {"0, 0", "0, 1", "1, 1"},
    expect = Expect.ACCEPTABLE,
    desc = "in order")
@Outcome(expect = Expect.FORBIDDEN, desc = "the flag without the data")
@State
public class MessageByVolatile {
  private static final Words WORDS = new Words();

  private final long at;

  public MessageByVolatile() {
    at = WORDS.take();
  }

  @Actor
  public void send() {
    WORDS.a.putInt(at, 1);
    WORDS.a.putIntVolatile(at + Words.SECOND, 1);
  }

  @Actor
  public void receive(II_Result r) {
    r.r1 = WORDS.b.getIntVolatile(at + Words.SECOND);
    r.r2 = WORDS.b.getInt(at);
  }
}

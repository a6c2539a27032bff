package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ChangePoint;
import io.jdax.mm.ExtentState;
import java.io.UncheckedIOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JLJ_Result;

/**
 * find() in the upper half of a full chunk of extents, against a note() that splits the chunk:
 * always the same extent, and an extent and a hole at the other places.
 */
@JCStressTest
@Outcome(
    id = "1126, HOLE, 1000",
    expect = Expect.ACCEPTABLE,
    desc = "what lies there, all the time")
@Outcome(expect = Expect.FORBIDDEN, desc = "what does not")
@State
public class ExtentMapFindAgainstSplit {
  private static final Space SPACE = new Space("races", 1 << 20);

  private final ExtentMap map = new ExtentMap(Units.PAGES);

  public ExtentMapFindAgainstSplit() {
    for (int i = 0; i < 64; i++) {
      map.set(2L * i, 1, 1000 + 2L * i, ExtentState.WRITTEN);
    }
  }

  @Actor
  public void note() {
    try {
      map.note(65, 1, 5000, ExtentState.WRITTEN, 0, SPACE);
    } catch (NoSpaceException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  public void find(JLJ_Result r) {
    BlockExtent run = new BlockExtent();
    map.find(126, run);
    r.r1 = run.deviceBlockOf(126);
    map.find(97, run);
    r.r2 = run.state;
    map.find(0, run);
    r.r3 = run.deviceBlockOf(0);
  }

  @Arbiter
  public void after(JLJ_Result r) {
    SPACE.recorded(map.giveUp(ChangePoint.ofCommit(1))); // for the next
  }
}

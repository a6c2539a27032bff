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
import org.openjdk.jcstress.infra.results.LJZ_Result;

/**
 * find() of a hole and of what follows it, against a note() that joins it with both: the extents of
 * before or of after, never parts of both.
 */
@JCStressTest
@Outcome(
    id = {"HOLE 10 to 20, 120, true", "HOLE 10 to 20, 120, false", "WRITTEN 0 to 30, 120, false"},
    expect = Expect.ACCEPTABLE,
    desc = "one of the two")
@Outcome(expect = Expect.FORBIDDEN, desc = "made of both")
@State
public class ExtentMapFindAgainstNote {
  private static final Space SPACE = new Space("races", 1 << 20);

  private final ExtentMap map = new ExtentMap(Units.PAGES);

  public ExtentMapFindAgainstNote() {
    map.set(0, 10, 100, ExtentState.WRITTEN);
    map.set(20, 10, 120, ExtentState.WRITTEN);
  }

  @Actor
  public void note() {
    try {
      map.note(10, 10, 110, ExtentState.WRITTEN, 0, SPACE);
    } catch (NoSpaceException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Actor
  public void find(LJZ_Result r) {
    BlockExtent run = new BlockExtent();
    map.find(15, run);
    long end = run.endBlock();
    r.r1 = run.state + " " + run.firstBlock + " to " + end;
    map.find(20, run);
    r.r2 = run.deviceBlockOf(20);
    r.r3 = run.firstBlock == 20;
  }

  @Arbiter
  public void after(LJZ_Result r) {
    SPACE.recorded(map.giveUp(ChangePoint.ofCommit(1))); // for the next
  }
}

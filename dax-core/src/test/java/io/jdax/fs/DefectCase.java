package io.jdax.fs;

import io.jdax.fs.check.DefectCode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A defect: what makes it, and how it is told.
 *
 * @param what in its message
 * @param others codes that may come with it
 */
record DefectCase(DefectCode code, String what, Set<DefectCode> others, Damage damage) {
  /** What a lost node may bring about. */
  static final DefectCode[] AFTER_A_LOST_NODE =
      EnumSet.complementOf(EnumSet.of(DefectCode.SB2, DefectCode.ND7)).toArray(DefectCode[]::new);

  /** Does one thing wrong. */
  interface Damage {
    void apply(DamagedDisk disk) throws IOException;
  }

  static DefectCase defect(DefectCode code, String what, Damage damage, DefectCode... others) {
    EnumSet<DefectCode> with = EnumSet.of(code);
    with.addAll(List.of(others));
    return new DefectCase(code, what, with, damage);
  }

  @Override
  public String toString() {
    return code + " " + what;
  }
}

package io.jdax.tests.kill;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a run has been through: a test that kills nobody in the middle of anything proves little.
 */
final class KillCounts {
  int kills;
  int inMount;
  int refused;
  int acknowledged;
  final Map<KillOp.Kind, Integer> byKind = new EnumMap<>(KillOp.Kind.class);
  final Map<KillOp.Kind, Integer> inTheMiddle = new EnumMap<>(KillOp.Kind.class);

  void acknowledged(KillOp op) {
    acknowledged++;
    byKind.merge(op.kind(), 1, Integer::sum);
  }

  void killed(String lastLine, KillOp[] underWay) {
    kills++;
    inMount += lastLine.equals("M") ? 1 : 0;
    for (KillOp op : underWay) {
      if (op != null) {
        inTheMiddle.merge(op.kind(), 1, Integer::sum);
      }
    }
  }

  void add(KillCounts other) {
    kills += other.kills;
    inMount += other.inMount;
    refused += other.refused;
    acknowledged += other.acknowledged;
    other.byKind.forEach((k, n) -> byKind.merge(k, n, Integer::sum));
    other.inTheMiddle.forEach((k, n) -> inTheMiddle.merge(k, n, Integer::sum));
  }

  @Override
  public String toString() {
    return "%d kills, %d of them in the mount; %d operations acknowledged %s, %d refused; killed in %s"
        .formatted(kills, inMount, acknowledged, byKind, refused, inTheMiddle);
  }
}

package io.jdax.fs.check;

import io.jdax.fs.facts.ProjectUsage;
import java.util.List;

/**
 * What a check has found.
 *
 * @param region that it was about
 * @param generation of the newest commit; 0: unknown
 * @param nodes that could be read
 * @param inodes after a repair
 * @param usedBlocks that metadata and files occupy
 * @param projects directory trees with a quota, after a repair
 * @param defects in the order of {@link DefectCode}
 */
public record CheckReport(
    String region,
    long generation,
    long nodes,
    long inodes,
    long usedBlocks,
    List<ProjectUsage> projects,
    List<Defect> defects) {
  /** Nothing is wrong. */
  public boolean clean() {
    return defects.isEmpty();
  }

  /** A repair can do something about every defect. */
  public boolean repairable() {
    return defects.stream().allMatch(Defect::repairable);
  }
}

package io.jdax.fs.check;

import io.jdax.fs.facts.ProjectUsage;
import java.util.List;

/**
 * What a check has found.
 *
 * @param region name of the region that was checked
 * @param generation number of the newest commit, or 0 if no superblock tells it
 * @param nodes how many nodes of the tree could be read
 * @param inodes how many files, directories and symbolic links there are, after a repair
 * @param usedFrames how many frames of 4096 bytes metadata and files occupy, superblocks included
 * @param projects what each directory tree with a quota uses, after a repair
 * @param journal what the journal of changes has
 * @param log what the log of notes has
 * @param defects in the order of {@link DefectCode}
 */
public record CheckReport(
    String region,
    long generation,
    long nodes,
    long inodes,
    long usedFrames,
    List<ProjectUsage> projects,
    JournalFacts journal,
    LogFacts log,
    List<Defect> defects) {
  /** Whether nothing is wrong. */
  public boolean isClean() {
    return defects.isEmpty();
  }

  /** Whether a repair can do something about every defect; if not, a repair does nothing. */
  public boolean isRepairable() {
    return defects.stream().allMatch(Defect::isRepairable);
  }
}

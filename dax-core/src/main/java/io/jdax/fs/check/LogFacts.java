package io.jdax.fs.check;

/**
 * What a check has found in the log of notes, none of which is a defect.
 *
 * @param frames how many frames of 4096 bytes the log has; 0 if there is none
 * @param framesInUse how many of them are some file's
 * @param liveRecords records of which the tree does not know yet; the next mount tells it
 * @param toldRecords records of which the tree knows
 * @param recordsWithoutFile records of files that are no more, or have lost their last name
 * @param cutOffRecords records that never arrived, or that were made after one that never arrived
 */
public record LogFacts(
    int frames,
    int framesInUse,
    long liveRecords,
    long toldRecords,
    long recordsWithoutFile,
    long cutOffRecords) {
  /** There is no log. */
  static final LogFacts NONE = new LogFacts(0, 0, 0, 0, 0, 0);
}

package io.jdax.fs.check;

import java.util.List;

/**
 * The log of notes as it is: where it lies, what a mount would tell the tree, and each line.
 *
 * @param firstFrame of the device where it begins; 0 if there is no log
 * @param life how many mounts for writing have had it
 * @param journal what the journal of changes has, which is told first
 * @param facts how much there is of what
 * @param liveFiles of how many files the tree would be told
 * @param liveExtents how many of the live records tell of blocks
 * @param liveSizes how many of the live records tell of a size
 * @param liveTimes how many of the live records tell of a time
 * @param liveBlocks how many blocks files would get that they don't have by the tree
 * @param defects what can't be, by codes from LG1 on
 * @param lines all that are more than zeros, by frame and line
 */
public record LogListing(
    long firstFrame,
    long life,
    JournalFacts journal,
    LogFacts facts,
    long liveFiles,
    long liveExtents,
    long liveSizes,
    long liveTimes,
    long liveBlocks,
    List<Defect> defects,
    List<LogLine> lines) {}

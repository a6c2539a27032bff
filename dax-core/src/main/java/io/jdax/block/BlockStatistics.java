package io.jdax.block;

/**
 * What a device has done since it was opened. Requests that were under way when the statistics were
 * taken may be missing from some of the counts.
 *
 * @param reads read requests that succeeded; a request with several buffers counts once
 * @param sectorsRead sectors that those moved
 * @param writes write and write-zeroes requests that succeeded
 * @param sectorsWritten sectors that those moved
 * @param flushes flushes that succeeded
 * @param discards discards that were accepted
 * @param sectorsDiscarded sectors that those named
 * @param errors requests that ended in an {@link java.io.IOException}
 */
public record BlockStatistics(
    long reads,
    long sectorsRead,
    long writes,
    long sectorsWritten,
    long flushes,
    long discards,
    long sectorsDiscarded,
    long errors) {}

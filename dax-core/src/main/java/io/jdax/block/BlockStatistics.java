package io.jdax.block;

/**
 * What a device did since it was opened, at one moment; counts of concurrent requests may be
 * missing.
 *
 * @param reads read requests that succeeded, vectored ones counted once
 * @param sectorsRead sectors that they moved
 * @param writes write and write-zeroes requests that succeeded
 * @param sectorsWritten sectors that they moved
 * @param flushes flushes that succeeded
 * @param discards discards that were accepted
 * @param sectorsDiscarded sectors that they named
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

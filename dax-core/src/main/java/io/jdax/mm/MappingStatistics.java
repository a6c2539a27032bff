package io.jdax.mm;

/**
 * What one mapping did and shows.
 *
 * @param loadFaults loads that had to ask
 * @param storeFaults stores that had to ask
 * @param privateCopies pages copied to DRAM
 * @param presentPages pages that it shows now
 * @param zeroPages of these, how many show the shared zero frames
 */
public record MappingStatistics(
    long loadFaults, long storeFaults, long privateCopies, long presentPages, long zeroPages) {}

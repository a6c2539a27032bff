package io.jdax.mm;

/**
 * What one mapping has done, and what it shows. Pages are of 4 KiB.
 *
 * @param loadFaults loads that found their page not present
 * @param storeFaults stores that found their page not present, or not for stores
 * @param privateCopies pages copied to DRAM
 * @param presentPages pages that it shows now
 * @param zeroPages how many of these show the shared zero frames
 */
public record MappingStatistics(
    long loadFaults, long storeFaults, long privateCopies, long presentPages, long zeroPages) {}

package io.jdax.mm;

/**
 * What the mappings and pins of one file have done, and what they show. Pages are of 4 KiB.
 *
 * @param mappings mappings that are open
 * @param presentPages pages that they show, each counted once for every mapping
 * @param zeroPages how many of these show the shared zero frames
 * @param mkwrites holes and unwritten pages that stores and pins have made written
 * @param invalidations ranges that were taken away from mappings
 * @param droppedPages translations that went with them
 * @param writebacks calls that made stores durable
 * @param flushedPages pages that they flushed
 * @param pins pins that are open
 */
public record AddressSpaceStatistics(
    int mappings,
    long presentPages,
    long zeroPages,
    long mkwrites,
    long invalidations,
    long droppedPages,
    long writebacks,
    long flushedPages,
    int pins) {}

package io.jdax.mm;

/**
 * What the mappings of one file did and show.
 *
 * @param mappings open now
 * @param presentPages pages shown, summed over mappings
 * @param zeroPages of these, how many show the shared zero frames
 * @param mkwrites pages made written by stores and pins
 * @param invalidations ranges taken away
 * @param droppedPages translations taken away by them
 * @param writebacks calls
 * @param flushedPages pages that they flushed
 * @param pins open now
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

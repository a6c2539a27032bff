package io.jdax.fs.facts;

/**
 * What the DRAM tier holds.
 *
 * @param frames of 4096 bytes that it may have
 * @param freeFrames of them
 * @param dirtyFrames known to be dirty; what mappings stored since the last writeback is not
 * @param evictions pages that had to make room so far
 * @param broughtIn pages that came into frames so far
 * @param united pages of which a store made one piece in place, where blocks are smaller than pages
 */
public record TierStatistics(
    int frames, int freeFrames, int dirtyFrames, long evictions, long broughtIn, long united) {}

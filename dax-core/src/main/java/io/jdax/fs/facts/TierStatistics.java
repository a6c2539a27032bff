package io.jdax.fs.facts;

/**
 * What the DRAM tier holds, and what it has done since the mount.
 *
 * @param frames how many frames of 4096 bytes it may have
 * @param freeFrames how many of them hold no page
 * @param dirtyFrames how many are known to be dirty; what mappings have stored since the last
 *     writeback is not known
 * @param evictions how many pages had to make room so far
 * @param broughtIn how many pages came into frames so far
 * @param united how many pages a store has made into one piece in place so far, where blocks are
 *     smaller than pages
 */
public record TierStatistics(
    int frames, int freeFrames, int dirtyFrames, long evictions, long broughtIn, long united) {}

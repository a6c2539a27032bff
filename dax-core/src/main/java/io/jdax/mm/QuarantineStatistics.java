package io.jdax.mm;

/**
 * What waits until no thread can reach it any more, in frames of 4 KiB, and what has been through.
 *
 * @param heldPages frames that wait now
 * @param maxHeldPages the most that ever waited
 * @param limitPages how many may wait before whoever adds more has to wait
 * @param addedPages frames added since the file system was mounted
 * @param releasedPages frames given back since then
 * @param turnOvers epochs closed since then
 * @param waits how often a thread had to wait for room
 */
public record QuarantineStatistics(
    long heldPages,
    long maxHeldPages,
    long limitPages,
    long addedPages,
    long releasedPages,
    long turnOvers,
    long waits) {}

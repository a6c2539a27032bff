package io.jdax.mm;

/**
 * What the quarantine holds and did.
 *
 * @param heldPages in it now
 * @param maxHeldPages the most that ever were
 * @param limitPages from which on adding waits
 * @param addedPages since the beginning
 * @param releasedPages given back since the beginning
 * @param turnOvers epochs closed
 * @param waits how often somebody had to wait for room
 */
public record QuarantineStatistics(
    long heldPages,
    long maxHeldPages,
    long limitPages,
    long addedPages,
    long releasedPages,
    long turnOvers,
    long waits) {}

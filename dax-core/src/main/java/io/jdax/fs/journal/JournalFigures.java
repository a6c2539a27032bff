package io.jdax.fs.journal;

/**
 * What has become of a journal since the mount.
 *
 * @param halfBytes how much it holds between two commits of the tree; 0 if there is none
 * @param records changes that it was told
 * @param flushes how often some of them were made durable
 */
public record JournalFigures(long halfBytes, long records, long flushes) {}

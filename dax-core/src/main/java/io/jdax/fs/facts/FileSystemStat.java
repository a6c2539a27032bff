package io.jdax.fs.facts;

import java.time.Instant;
import java.util.UUID;

/**
 * What is known about a file system.
 *
 * @param formatVersion of what is on the device
 * @param generation commits since it was formatted
 * @param created when it was formatted
 * @param blockSize bytes
 * @param totalBlocks of the device
 * @param freeBlocks that nothing occupies; those of a removed file become free some commits later
 * @param usableBlocks of the free ones, those that data may have: the others are reserved for
 *     metadata
 * @param metadataBlocks nodes of the tree and superblocks
 * @param inodes files, directories and symbolic links
 */
public record FileSystemStat(
    String label,
    UUID uuid,
    int formatVersion,
    long generation,
    Instant created,
    int blockSize,
    long totalBlocks,
    long freeBlocks,
    long usableBlocks,
    long metadataBlocks,
    long inodes,
    boolean readOnly) {}

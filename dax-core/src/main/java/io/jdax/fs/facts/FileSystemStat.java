package io.jdax.fs.facts;

import java.time.Instant;
import java.util.UUID;

/**
 * What is known about a file system.
 *
 * @param label what people call it, chosen at the format
 * @param uuid its identity, chosen at random at the format
 * @param formatVersion version of the format of what is on the device
 * @param generation number of the last durable commit, counted from the format on
 * @param created when it was formatted
 * @param blockSize bytes per block, 512 to 4096; the unit of all counts of blocks here
 * @param totalBlocks how many blocks the device has
 * @param freeBlocks how many blocks no file and no metadata has, those included that open files
 *     have ahead of their ends, and those that wait for a commit, which whoever wants them makes
 * @param usableBlocks how many of the free blocks data may have; the others are reserved for
 *     metadata
 * @param metadataBlocks how many blocks the tree, the superblocks, the log and the journal occupy
 * @param inodes how many files, directories and symbolic links there are
 * @param readOnly whether it is mounted read-only, or has become so
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

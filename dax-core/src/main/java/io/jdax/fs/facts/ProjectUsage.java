package io.jdax.fs.facts;

/**
 * What a check counts for a project, beside what a mount does.
 *
 * @param directory inode of the directory that has the quota
 * @param usedBytes blocks of all its files
 * @param usedInodes files, directories and symbolic links
 */
public record ProjectUsage(int project, long directory, long usedBytes, long usedInodes) {}

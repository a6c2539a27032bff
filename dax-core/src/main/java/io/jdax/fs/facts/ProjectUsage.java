package io.jdax.fs.facts;

/**
 * What a check has counted for a project, to compare with what a mount counts ({@link QuotaStat}).
 *
 * @param project its id
 * @param directory number of the inode of the directory that has the quota
 * @param usedBytes bytes of the blocks of all its files
 * @param usedInodes how many files, directories and symbolic links it has, including the directory
 */
public record ProjectUsage(int project, long directory, long usedBytes, long usedInodes) {}

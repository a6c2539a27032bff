package io.jdax.fs.facts;

/**
 * A directory tree with a quota, and what counts for it.
 *
 * @param project its id
 * @param directory path of its directory
 * @param limits the limits that were set
 * @param usedBytes bytes of the blocks of its files, and of those set aside for writes under way
 * @param usedInodes how many files, directories and symbolic links it has, including the directory
 *     itself, and files that have no name any more but are in use
 */
public record QuotaStat(
    int project, String directory, Quota limits, long usedBytes, long usedInodes) {}

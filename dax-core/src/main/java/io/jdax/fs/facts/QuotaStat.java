package io.jdax.fs.facts;

/**
 * A directory tree with a quota.
 *
 * @param project its id
 * @param directory its path
 * @param limits that were set
 * @param usedBytes what counts: blocks of its files, and those set aside for writes under way
 * @param usedInodes files, directories and symbolic links, the directory itself included, and files
 *     that have no name any more but are in use
 */
public record QuotaStat(
    int project, String directory, Quota limits, long usedBytes, long usedInodes) {}

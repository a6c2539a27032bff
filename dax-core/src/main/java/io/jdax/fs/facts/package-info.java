/**
 * What callers of the file system give it and get from it, as values: they depend on nothing that
 * is mounted, and everything above may use them.
 *
 * <pre>
 *   given   {@link OpenMode} {@link MountOptions} {@link TierMode} {@link Quota}
 *   of one  {@link FileStat} {@link FileType} {@link DirectoryEntry} {@link FileExtent} {@link FilePages}
 *   of all  {@link FileSystemStat} {@link QuotaStat} {@link ProjectUsage} {@link TierStatistics}
 * </pre>
 */
@NullMarked
package io.jdax.fs.facts;

import org.jspecify.annotations.NullMarked;

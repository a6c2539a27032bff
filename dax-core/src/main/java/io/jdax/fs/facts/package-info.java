/**
 * What callers of the file system give it and get from it, as values: they depend on nothing that
 * is mounted, and everything above may use them.
 *
 * <pre>
 *   given   {@link io.jdax.fs.facts.OpenMode} {@link io.jdax.fs.facts.MountOptions} {@link io.jdax.fs.facts.TierMode} {@link io.jdax.fs.facts.Quota}
 *   of one  {@link io.jdax.fs.facts.FileStat} {@link io.jdax.fs.facts.FileType} {@link io.jdax.fs.facts.DirectoryEntry} {@link io.jdax.fs.facts.FileExtent} {@link io.jdax.fs.facts.FilePages}
 *   of all  {@link io.jdax.fs.facts.FileSystemStat} {@link io.jdax.fs.facts.QuotaStat} {@link io.jdax.fs.facts.ProjectUsage} {@link io.jdax.fs.facts.TierStatistics} {@link io.jdax.fs.facts.LogStatistics}
 * </pre>
 */
@NullMarked
package io.jdax.fs.facts;

import org.jspecify.annotations.NullMarked;

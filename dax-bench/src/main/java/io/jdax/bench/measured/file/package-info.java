/**
 * Measured by the calls of a file system: the group file.
 *
 * <p><b>Shapes.</b> {@link FileWrite} and {@link FileRead} move a page, {@link FileSync} makes a
 * store durable ({@link SyncedFile}), and {@link Mount} brings a file system of many extents into
 * use ({@link ManyExtents}), beside a loop over {@link ReadRecords}.
 */
@NullMarked
package io.jdax.bench.measured.file;

import org.jspecify.annotations.NullMarked;

/**
 * Finds out whether the file system on a device is as it should be, and repairs it, without
 * mounting it. It stands on what the media hold ({@link io.jdax.fs.format}, {@link
 * io.jdax.fs.tree}), and on nothing that a mount needs beside that.
 *
 * <pre>
 *   {@link io.jdax.fs.check.FileSystemCheck}   the two calls
 *   {@link io.jdax.fs.check.CheckReport}       what they find, as a list of {@link io.jdax.fs.check.Defect}s, each with its {@link io.jdax.fs.check.DefectCode}
 *   CheckState        what the passes share
 *   CheckInodes       the pass over records, with CheckExtents and CheckContents
 *   CheckNames        the pass over directory entries
 *   CheckLinks        the pass over orphans, connectivity and link counts
 *   CheckQuotas       the pass over projects
 * </pre>
 */
@NullMarked
package io.jdax.fs.check;

import org.jspecify.annotations.NullMarked;

/**
 * Finds out whether the file system on a device is as it should be, and repairs it, without
 * mounting it. It stands on what the media hold ({@link io.jdax.fs.format}, {@link
 * io.jdax.fs.tree}), and on nothing that a mount needs beside that.
 *
 * <pre>
 *   {@link FileSystemCheck}   the calls
 *   {@link CheckReport}       what they find, as a list of {@link Defect}s, each with its {@link DefectCode}
 *   {@code CheckState}        what the passes share: of each inode a {@code CheckedInode}
 *   {@code CheckJournal}      the journal of changes, made to the items; {@link JournalFacts} are what it has
 *   {@code CheckLog}          the log of notes, told to the items by {@code CheckItems}; {@link LogFacts} are what it has,
 *                             and a {@link LogListing} is all of it, {@link LogLine} by line, as {@code LogLines} has seen it
 *   {@code CheckInodes}       the pass over records, with {@code CheckExtents} and {@code CheckContents}
 *   {@code CheckNames}        the pass over directory entries
 *   {@code CheckLinks}        the pass over orphans, connectivity and link counts
 *   {@code CheckQuotas}       the pass over projects
 * </pre>
 */
@NullMarked
package io.jdax.fs.check;

import org.jspecify.annotations.NullMarked;

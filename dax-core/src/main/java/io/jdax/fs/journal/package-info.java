/**
 * The journal of changes: what changes of the tree did since its last commit, told in a few cache
 * lines each, so that a change is durable without one.
 *
 * <pre>
 *   {@link JournalPlace}    where it lies
 *   {@link JournalFormat}   records on the media
 *   {@link Journal}         the records of one mount: told under the lock of changes, flushed without
 *   {@link JournalScan}     all that it tells, when a file system is mounted or checked
 *   {@link Edits}           what a record consists of
 *   {@link WordCheck}       the check of records, which those of the log of notes have as well
 * </pre>
 *
 * <p>A record is a change: all of its edits in their order, or nothing. {@code docs/journal.md} has
 * the argument.
 */
@NullMarked
package io.jdax.fs.journal;

import org.jspecify.annotations.NullMarked;

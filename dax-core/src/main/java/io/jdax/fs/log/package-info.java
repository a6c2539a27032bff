/**
 * The log of notes: what stores and writes have made of files, told in a few cache lines before the
 * tree knows it.
 *
 * <pre>
 *   {@link LogFormat}      frames and records on the media
 *   {@link LogArea}        the frames of one mount: life, free frames, figures
 *   {@link LogFrames}      which frames are free, and which wait for a commit
 *   {@link FileLog}        one open file's records
 *   {@link LogRecord}      a record that was read
 *   {@link LogFlaw}        what is wrong with one
 *   {@link LogScan}        all that a log tells, when a file system is mounted or checked
 *   {@link LogReplay}      the same, told to the tree
 * </pre>
 *
 * <p>A record is a fact, not a step, and belongs to one file. The order of a file's records is that
 * of their places in its frames. So writers of different files never meet, and what is read back is
 * a prefix of what was told of each file. {@code docs/log.md} has the argument.
 */
@NullMarked
package io.jdax.fs.log;

import org.jspecify.annotations.NullMarked;

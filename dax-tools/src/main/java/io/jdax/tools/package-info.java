/**
 * The command line. Each command is one class, and everything that goes wrong is told in one place.
 *
 * <p><b>From main to a command.</b> {@link Main} is the root, and {@link Commands} are what it
 * knows. {@link Arguments} are as they were written, {@link Execution} runs a command, {@link
 * Complaint} makes a sentence of what goes wrong, and {@link Version} is what {@code --version}
 * prints. {@link Training} runs commands for a JVM that is to start faster afterwards, and {@link
 * NewerJar} makes that possible for old classes.
 *
 * <p><b>Commands on file systems.</b> {@link MkfsCommand}, {@link InfoCommand}, {@link DfCommand},
 * {@link CheckCommand}; {@link QuotaCommand} with {@link QuotaSetCommand}, {@link QuotaShowCommand}
 * and {@link QuotaClearCommand}.
 *
 * <p><b>Commands on files.</b> {@link LsCommand}, {@link StatCommand}, {@link ExtentsCommand},
 * {@link PutCommand}, {@link GetCommand}, {@link CatCommand}, {@link MkdirCommand}, {@link
 * MvCommand}, {@link RmCommand}.
 *
 * <p><b>Commands below and beside.</b> {@link RegionCommand} with {@link RegionCreateCommand} and
 * {@link RegionInfoCommand}, whose facts {@link RegionDescription} shows; {@link BenchCommand}.
 *
 * <p><b>What is written on a command line.</b> {@link RegionPath}, {@link InsidePath}, {@link
 * SizeBytes}, {@link OctalMode}.
 *
 * <p><b>Inside a file system.</b> {@link Mounted} is one with its region. {@link InsideFile} is a
 * file, {@link InsideWalk} goes through a directory, and {@link RemoveTree} removes one.
 *
 * <p><b>Copies.</b> {@link CopyIn} and {@link CopyOut} go through trees, and the threads of a
 * {@link CopyTeam} copy files, by {@link FileIn} and {@link FileOut}; {@link SparseCopy} copies one
 * without its holes, to an {@link OutputTarget} if it is a stream, and {@link PartedCopy} a large
 * one by all threads. {@link CopyWatch} shows how far one is, {@link LocalBytes} how far it has to
 * go. {@link Unfinished} is what a put has not ended, and {@link CopiedFiles} what it has; {@link
 * Problems} and {@link SkippedException} are about files that are left out.
 *
 * <p><b>Files outside.</b> {@link LocalFile} has a file's content, {@link LocalTarget} takes one,
 * {@link LocalStatus} has the facts, {@link LocalTree} the way to it. {@link LocalCalls} makes the
 * system calls, and {@link LocalNames} keeps names without loss.
 *
 * <p><b>What is printed.</b> {@link FileFacts} of files are a {@link Listing}, as text ({@link
 * ListingText}) or JSON ({@link ListingJson}). {@link TextTable} and {@link Json} are for
 * everything else, {@link LogText} tells of a log, and {@link StandardOutput} knows whether it
 * arrived.
 *
 * <p><b>What others keep on a device.</b> {@link ForeignContent} knows it, by each {@link
 * Signature}; a {@link TwoByteMagic} has to be looked at more closely.
 */
@NullMarked
package io.jdax.tools;

import org.jspecify.annotations.NullMarked;

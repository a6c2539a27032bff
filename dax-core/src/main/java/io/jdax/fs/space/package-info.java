/**
 * Which blocks and frames are free, how many, and what for: the volatile free map, reservations,
 * and what is on its way back.
 *
 * <pre>
 *   {@link DataSpace}      blocks of files, whatever their size: asks one of the next two
 *   {@link Fragments}      blocks smaller than a frame    {@link DividedFrames}  the frames that are in use by parts, under one lock
 *                                                 {@link PartTable}      which they are, and which blocks of them are used
 *                                                 {@link PartAccounts}   how many of their blocks are free, and what for
 *                                                 {@link PartAllocator}  where the blocks of a page come from
 *                                                 {@link FrameDivision}  numbers and masks of blocks in a frame
 *                                                 {@link PageOwner}      a file whose pages have frames kept for them
 *                                                 {@link FrameTaker}     chooses whole frames for its pages
 *   {@link Space}          frames, first by count,        {@link FrameAccounts}  how many are free, promised, kept back
 *                  then by number                 {@link FreeMap}        which are free, a bit each
 *                                                 {@link DelayedFrees}   runs that wait for a commit; {@link CommitFollower} has something else that does
 *                                                 {@link RunsAhead}      what files keep ahead of their ends, a {@link RunAhead} each
 *
 *   {@link Units}          bytes, blocks, pages           {@link BlockRun}       consecutive blocks, as an answer
 *   {@link Occupant}       what has a device to itself    {@link RunTaker}       is given consecutive blocks
 *   {@link FailurePoint}   where tests let operations on metadata fail
 * </pre>
 */
@NullMarked
package io.jdax.fs.space;

import org.jspecify.annotations.NullMarked;

/**
 * Who may have a block: the volatile free map, reservations, and blocks on their way back.
 *
 * <pre>
 *   DataSpace      blocks of files, whatever their size: asks one of the next two
 *   Fragments      blocks smaller than a frame    DividedFrames  the frames that are in use by parts, under one lock
 *                                                 PartTable      which they are, and which blocks of them are used
 *                                                 PartAccounts   how many of their blocks are free, and for whom
 *                                                 PartAllocator  where the blocks of a page come from
 *                                                 FrameDivision  numbers and masks of blocks in a frame
 *                                                 PageOwner      a file whose pages have frames kept for them
 *   Space          frames, first by count,        FrameAccounts  how many are free, promised, kept back
 *                  then by number                 FreeMap        which are free, a bit each
 *                                                 DelayedFrees   runs that wait for a commit
 *
 *   Units          bytes, blocks, pages           BlockRun       consecutive blocks, as an answer
 *   Occupant       who has a device to himself    RunTaker       is given consecutive blocks
 *   FailurePoint   where tests let operations on metadata fail
 * </pre>
 */
@NullMarked
package io.jdax.fs.space;

import org.jspecify.annotations.NullMarked;

/**
 * Who may have a block: the volatile free map, reservations, and blocks on their way back.
 *
 * <p><b>Blocks for files.</b> {@link DataSpace} gives them, counted in {@link Units}. Where they
 * are smaller than a frame, {@link Fragments} makes them parts of frames, keeps those in a {@link
 * PartTable}, and keeps the rest of a frame for its {@link PageOwner}.
 *
 * <p><b>Frames.</b> {@link Space} has them, by count and then by number: what is promised, what is
 * kept back. {@link FreeMap} is a bit for each, and {@link DelayedFrees} are runs that wait for a
 * commit.
 *
 * <p><b>Beside them.</b> {@link BlockRun} is an answer, and a {@link RunTaker} is given one. {@link
 * Occupant} is who has the device to himself. {@link FailurePoint} is where tests let a change
 * fail.
 */
@NullMarked
package io.jdax.fs.space;

import org.jspecify.annotations.NullMarked;

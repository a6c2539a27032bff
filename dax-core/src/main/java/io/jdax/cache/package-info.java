/**
 * DRAM frames for file pages that are not loaded and stored where they lie: the tier in front of
 * media that are slow to write.
 *
 * <pre>
 *   {@link FramePool}         a fixed number of frames: who has them, which were used lately, which is next (CLOCK)
 *   {@link FrameRing}         frames that were retired, in order
 *   {@link BlockStates}       per frame: what the blocks of its page have on the media
 *   {@link PageIndex}         per file: page -> frame, and which pages are dirty, in order
 *   {@link Flusher}           a thread: writes back by age and by dirty limit, makes room before it is wanted;
 *                     {@link Candidates} are the frames that it is about to take, by their {@link FrameOwner}
 *   {@link PoolShortage}      no frame, or too many dirty ones: thrown under locks, waited for without them
 * </pre>
 *
 * <p>Knows neither mappings nor extents: what a page is, and how it leaves, its {@link
 * io.jdax.cache.FrameOwner} knows.
 */
@NullMarked
package io.jdax.cache;

import org.jspecify.annotations.NullMarked;

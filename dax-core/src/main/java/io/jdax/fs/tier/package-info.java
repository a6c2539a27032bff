/**
 * Files whose pages go through DRAM: all of them, on media that are slow to write, or those pages
 * whose blocks do not lie in one piece.
 *
 * <pre>
 *   {@link Tier}              decides which files go through DRAM; {@link TierPool} is the frames that they share
 *   {@link CachedFile}        the PageStore of a file in DRAM, and the map of its parts: {@link CachedPages}, {@link CachedFaults},
 *                     {@link PageUnion}, {@link CachedContent}, {@link CachedGrowth}, {@link CachedRooms}, {@link CachedEviction}
 *   {@link CachedRoom}        space that is set aside for pages in DRAM
 *   {@link CachedWrite}       one write
 *   {@link CachedWriteback}   writes dirty pages back, one call at a time for each file; {@link WritebackRange} is what is shared
 *                     with the threads that help ({@link WritebackHelpers}), {@link PageWriter} one thread's part
 * </pre>
 */
@NullMarked
package io.jdax.fs.tier;

import org.jspecify.annotations.NullMarked;

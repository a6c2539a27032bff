/**
 * Files whose pages go through DRAM: all of them, on media that are slow to write, or those pages
 * whose blocks do not lie in one piece.
 *
 * <pre>
 *   Tier              decides which files go through DRAM; TierPool is the frames that they share
 *   CachedFile        the PageStore of a file in DRAM, and the map of its parts: CachedPages, CachedFaults,
 *                     PageUnion, CachedContent, CachedGrowth, CachedRooms, CachedEviction
 *   CachedRoom        space that is set aside for pages in DRAM
 *   CachedWrite       one write
 *   CachedWriteback   writes dirty pages back, one call at a time for each file; WritebackRange is what is shared
 *                     with the threads that help (WritebackHelpers), PageWriter one thread's part
 * </pre>
 */
@NullMarked
package io.jdax.fs.tier;

import org.jspecify.annotations.NullMarked;

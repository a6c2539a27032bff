/**
 * Files whose pages go through DRAM: all of them, on media that are slow to write, or those pages
 * whose blocks do not lie in one piece.
 *
 * <pre>
 *   Tier              the pool of frames of one mount, and the threads that write back
 *   CachedFile        the PageStore of a file in DRAM: faults, reads, writes, eviction
 *   CachedRoom        space that is set aside for pages in DRAM
 *   CachedWrite       one write
 *   CachedWriteback   writes dirty pages back, one call at a time for each file; WritebackRange is what is shared
 *                     with the threads that help (WritebackHelpers), PageWriter one thread's part
 * </pre>
 */
@NullMarked
package io.jdax.fs.tier;

import org.jspecify.annotations.NullMarked;

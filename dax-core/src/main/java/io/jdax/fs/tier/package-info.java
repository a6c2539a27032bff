/**
 * Files whose pages go through DRAM: all of them, on media that are slow to write, or those pages
 * whose blocks do not lie in one piece.
 *
 * <pre>
 *   {@link Tier}              the pool of frames of one mount, and the threads that write back
 *   {@link CachedFile}        the PageStore of a file in DRAM: faults, reads, writes, eviction
 *   {@link CachedRoom}        space that is set aside for pages in DRAM
 *   {@link CachedWrite}       one write
 *   {@link CachedWriteback}   writes dirty pages back, one call at a time for each file; {@link WritebackRange} is what is shared
 *                     with the threads that help ({@link WritebackHelpers}), {@link PageWriter} one thread's part
 * </pre>
 */
@NullMarked
package io.jdax.fs.tier;

import org.jspecify.annotations.NullMarked;

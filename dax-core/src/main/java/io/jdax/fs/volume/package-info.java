/**
 * What every part of a mounted file system stands on: the device, the tree of metadata, the space,
 * and what is to be waited for when that runs short. Knows no file and no name.
 *
 * <pre>
 *   {@link Volume}            tree, space, frames, quotas of one mount; admits changes; brings space back before it refuses
 *   {@link Patience}          how long one call waits for space
 *   {@link BlockRuns}         blocks on their way out of a file
 *   {@link BadBlocks}         blocks that the media refuse: kept from use
 *
 *   {@link LogFolder}         brings frames of the log back when they are short
 *
 *   {@link Media}             the device: claimed for one mount at a time
 *   {@link Blocks}            what copies between blocks and DRAM: {@link MappedBlocks} with direct access, {@link SectorBlocks} without
 *   {@link CallerMemory}      copies to and from memory of the caller, and says whose memory was bad
 *
 *   {@link CoarseClock}       the time, as it was a moment ago, for what is written often
 *   {@link Steps}             things that are all to be done, whatever one of them throws
 * </pre>
 */
@NullMarked
package io.jdax.fs.volume;

import org.jspecify.annotations.NullMarked;

/**
 * The files that are in DRAM, and how they come by storage.
 *
 * <pre>
 *   {@link InodeTable}        each open file once; its life: {@link InodeState}
 *   {@link Inode}             an open file, as the engine sees it; {@link InodeFacts} is what is known of it, more than the tree knows
 *   {@link InodeUpdate}       one change of the tree together with an inode
 *   {@link PageStore}         where its pages are loaded and stored. {@link PageStores} makes one in DRAM, {@link PageList} lists them
 *   {@link InPlace}           … on the media, where the blocks lie
 *
 *   {@link FileContent}       read, write, append; {@link InPlaceWrite} is one write that takes blocks, {@link InPlaceAppend} most of
 *                     those at the end
 *   {@link FailedWrites}      what those that failed have left to the next writeback
 *   {@link FileSpace}         truncate and punch; {@link FileAllocation} allocates and zeroes ranges, {@link FileSettings} keeps hints
 *   {@link CutRange}          whole blocks that lose their content: what is done about them around the change
 *   {@link DirectBlocks}      blocks for store faults; {@link Reservation} sets space aside for one call;
 *                     {@link StorageAhead} is what a file that is appended to keeps for its next blocks;
 *                     {@link WriteRoom} does for a write in place, as {@link CountedRoom} or {@link ExactRoom}
 *
 *   {@link ExtentMap}         the file's extents, looked up without a lock; {@link BlockExtent} is one of them. They lie in an
 *                     {@link ExtentList}, by the {@link ExtentChunk}
 *   {@link PagePlacement}     from blocks to pages: whether those of a page lie in one piece
 *   {@link DirtyRanges}       what of the map the tree does not know yet; {@link Fold} tells it
 *   {@link LogFlush}          makes durable what the log was told of the file
 *   {@link TreeExtents}       the extents as the tree has them
 *   {@link Orphans}           files without a name: what they occupy is given up
 * </pre>
 *
 * <p><b>Locks</b>, in this order: {@code writers} (whoever makes a file longer), the invalidate
 * lock and a page's entry (both of the engine), {@code conversion} (shared for page_mkwrite,
 * exclusive for a write that allocates), {@code folding}, the tree's change, the extent map. All of
 * them, with the calls that take one under another, are in {@code docs/locks.md}.
 */
@NullMarked
package io.jdax.fs.file;

import org.jspecify.annotations.NullMarked;

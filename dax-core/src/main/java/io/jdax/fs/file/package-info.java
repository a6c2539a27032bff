/**
 * The files that are in DRAM, and how they come by storage.
 *
 * <pre>
 *   InodeTable        each open file once; its life: InodeState
 *   Inode             an open file, as the engine sees it; InodeFacts is what is known of it, more than the tree knows
 *   InodeUpdate       one change of the tree together with an inode
 *   PageStore         where its pages are loaded and stored. PageStores makes one in DRAM, PageList lists them
 *   InPlace           … on the media, where the blocks lie
 *
 *   FileContent       read, write, append; InPlaceWrite is one write that takes blocks
 *   FileSpace         truncate and punch; FileAllocation allocates and zeroes ranges, FileSettings keeps hints
 *   CutRange          whole blocks that lose their content: what is done about them around the change
 *   DirectBlocks      blocks for store faults; Reservation sets space aside for one call;
 *                     WriteRoom does for a write in place, as CountedRoom or ExactRoom
 *
 *   ExtentMap         the file's extents, looked up without a lock; BlockExtent is one of them. They lie in an
 *                     ExtentList of ExtentChunks
 *   PagePlacement     from blocks to pages: whether those of a page lie in one piece
 *   DirtyRanges       what of the map the tree does not know yet; Fold tells it
 *   TreeExtents       the extents as the tree has them
 *   Orphans           files without a name: what they occupy is given up
 * </pre>
 *
 * <p><b>Locks</b>, in this order: {@code writers} (whoever makes a file longer), the invalidate
 * lock and a page's entry (both of the engine), {@code conversion} (shared: page_mkwrite;
 * exclusive: a write that allocates), {@code folding}, the tree's change, the extent map.
 */
@NullMarked
package io.jdax.fs.file;

import org.jspecify.annotations.NullMarked;

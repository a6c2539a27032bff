/**
 * The files that are in DRAM, and how they come by storage.
 *
 * <pre>
 *   InodeTable        each open file once; its life: InodeState
 *   Inode             an open file: what the tree may not know yet, and the engine's view of it
 *   PageStore         where its pages are loaded and stored. PageStores makes one in DRAM, PageList lists them
 *   InPlace           … on the media, where the blocks lie
 *
 *   FileContent       read, write, append; InPlaceWrite is one write that takes blocks
 *   FileSpace         truncate, allocate, punch and zero
 *   DirectBlocks      blocks for store faults; Reservation and SpaceRoom set space aside for one call
 *
 *   ExtentMap         the file's extents, looked up without a lock; BlockExtent is one of them
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

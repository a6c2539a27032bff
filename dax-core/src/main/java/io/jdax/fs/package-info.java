/**
 * The file system: sparse files on a block device with direct access, mapped in place by {@link
 * io.jdax.mm}.
 *
 * <pre>
 *   DaxFileSystem     the API: paths                 DaxFile         the API: one open file
 *      |                                                |
 *   Namespace         create, rename, unlink …       FileContent     read, write, append
 *   InodeEdits        times, owners, attributes      FileSpace       truncate, allocate, punch, zero
 *   PathQueries       stat, list, read attributes    Fold            pending extents and size -> tree
 *   PathWalk          from a path to an inode           |
 *   Directory         names of one directory         Inode           an open file: BlockMapper of its AddressSpace
 *   Attributes        extended attributes            ExtentMap       its extents, in DRAM, lock-free to look up
 *   Quotas            limits of directory trees      PageStore       where its pages are loaded and stored:
 *   Orphans           files without a name           InPlace         on the media, or
 *      |                                             CachedFile      in DRAM, as far as they do not lie in one piece
 *      |                                                |
 *      +--------------------+---------------------------+
 *                           |
 *              fs.tree, fs.space, fs.quota           one map for all metadata; the free blocks; what trees with limits use
 * </pre>
 *
 * <p>{@link io.jdax.fs.space.Units} tells bytes, blocks and pages apart: files are given storage by
 * blocks, mappings show pages; nodes and the free map count frames.
 *
 * <p>Beside all this, {@link io.jdax.fs.check.FileSystemCheck} checks and repairs what is not
 * mounted.
 *
 * <p><b>Two speeds.</b> Namespace operations, truncate, allocate and punch are one {@link
 * io.jdax.fs.tree.Change} each, atomic, and durable on return. Stores and writes that get a block
 * only note it in the inode ({@link io.jdax.fs.ExtentMap}); the note is folded into the tree by the
 * next fsync, persist, sync or close. Space for the record is promised when the store is accepted,
 * so that it can't fail for want of it later.
 *
 * <p><b>Locks</b>, in this order: writers (who extends a file), invalidate lock, page entry (both
 * of the engine), {@code conversion} (shared: page_mkwrite; exclusive: a write() that allocates),
 * {@code folding}, the tree's change, extent map. A change is the lock of the namespace: checks and
 * updates are made in the same one. Questions take no lock and see one state of the tree: {@link
 * io.jdax.fs.tree.CowTree#read}.
 */
@NullMarked
package io.jdax.fs;

import org.jspecify.annotations.NullMarked;

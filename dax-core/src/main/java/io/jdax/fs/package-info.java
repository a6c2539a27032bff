/**
 * The file system: sparse files on a block device, mapped in place where it has direct access.
 * These are its doors; the rest lies in the packages below.
 *
 * <pre>
 *   {@link DaxFileSystem}, {@link DirectoryCursor}   paths         {@link DaxFile}   one open file
 *              |                                                        |
 *   fs.mount   puts it together, takes it apart                         |
 *              |                                                        |
 *   fs.names   paths, directories, attributes, limits                   |
 *              |                                                        |
 *              |             fs.tier   pages of files in DRAM           |
 *              |                |                                       |
 *              +----------------+-------------+-------------------------+
 *                                             |
 *   fs.file    open files: their extents, and how they come by storage
 *              |
 *   fs.volume  the device, the tree, the space of one mount
 *              |
 *   fs.tree  fs.space  fs.quota     one map for all metadata; the free blocks; what trees with limits use
 *              |
 *   fs.format  fs.facts  fs.error   what the media hold; values of the API; what goes wrong
 * </pre>
 *
 * <p>{@code Opener} makes a file of a path and modes. Each {@link DaxFile} has a {@code
 * FileHandle}, which counts the {@code Calls} under way; an {@code FsyncEvent} tells the JVM's
 * recorder.
 *
 * <p>{@link io.jdax.fs.space.Units} tells bytes, blocks and pages apart: files are given storage by
 * blocks, mappings show pages; nodes and the free map count frames.
 *
 * <p>Beside all this, {@link io.jdax.fs.check.FileSystemCheck} checks and repairs what is not
 * mounted.
 *
 * <p><b>Example.</b>
 *
 * <pre>
 *   try (PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
 *     DaxFileSystem.format(device, "scratch");
 *     try (DaxFileSystem fs = DaxFileSystem.mount(device);
 *         DaxFile file = fs.open("/a", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
 *       file.truncate(1L &lt;&lt; 40);
 *       DaxMapping m = file.map(0, 1L &lt;&lt; 40);
 *       m.putLong(123 * 4096, 42);
 *       m.persist(123 * 4096, 8);
 *     }
 *   }
 * </pre>
 *
 * <p><b>Two speeds.</b> Namespace operations, truncate, allocate and punch are one {@link
 * io.jdax.fs.tree.Change} each, atomic, and durable on return. Stores and writes that get a block
 * only note it in the inode; the note is folded into the tree by the next fsync, persist, sync or
 * close. Space for the record is promised when the store is accepted, so that it can't fail for
 * want of it later.
 */
@NullMarked
package io.jdax.fs;

import org.jspecify.annotations.NullMarked;

/**
 * Puts a mounted file system together, and takes it apart.
 *
 * <pre>
 *   {@link Formatting}        makes an empty tree
 *   {@link Mounting}          one attempt to mount: walks the tree, which tells every block that is in use
 *   {@link MountUsage}        counts meanwhile what every project uses
 *   {@link MountedExtents}    takes the blocks of extents that a walk finds
 *   {@link JournalReplay}     before that, makes the changes that only the journal has
 *   {@link MountReplay}       tells the tree what the log has; {@link NamedBlocks} are the blocks that it names
 *   {@link Mount}             what has come of it: the volume, the files in DRAM, the tier, what answers for paths; and their end
 * </pre>
 */
@NullMarked
package io.jdax.fs.mount;

import org.jspecify.annotations.NullMarked;

/**
 * Paths, directories, attributes and the limits of directory trees.
 *
 * <pre>
 *   Namespace         create, rename, unlink …: each one change of the tree
 *   InodeEdits        times, owners, attributes: each one change of the tree
 *   PathQueries       stat, list, read attributes: each one state of the tree
 *   PathWalk          from a path to an inode, with the kernel's answers; PathEnd is where a name is made or removed
 *   Directory         the names of one directory
 *   Attributes        extended attributes of one inode
 *   Quotas            limits of directory trees; ProjectTree moves a tree from one project to another
 *   Utf8              names as bytes, and what can't be one
 * </pre>
 *
 * <p>A change is the lock of the namespace: checks and updates are made in the same one. Questions
 * take no lock and see one state of the tree: {@link io.jdax.fs.tree.CowTree#read}.
 */
@NullMarked
package io.jdax.fs.names;

import org.jspecify.annotations.NullMarked;

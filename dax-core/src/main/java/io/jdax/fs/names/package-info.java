/**
 * Paths, directories, attributes and the limits of directory trees.
 *
 * <pre>
 *   {@link Namespace}         create, rename, unlink …: each one change of the tree
 *   {@link InodeEdits}        times, owners, attributes: each one change of the tree
 *   {@link PathQueries}       stat, list, read attributes: each one state of the tree
 *   {@link PathWalk}          from a path to an inode, with the kernel's answers; {@link PathEnd} is where a name is made or removed
 *   {@link Directory}         the names of one directory
 *   {@link Attributes}        extended attributes of one inode
 *   {@link Quotas}            limits of directory trees; {@link ProjectTree} moves a tree from one project to another
 *   {@link Utf8}              names as bytes, and what can't be one
 * </pre>
 *
 * <p>A change is the lock of the namespace: checks and updates are made in the same one. Questions
 * take no lock and see one state of the tree: {@link io.jdax.fs.tree.CowTree#read}.
 */
@NullMarked
package io.jdax.fs.names;

import org.jspecify.annotations.NullMarked;

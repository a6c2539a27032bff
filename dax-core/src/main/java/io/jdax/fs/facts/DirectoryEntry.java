package io.jdax.fs.facts;

/**
 * A name.
 *
 * @param inode that it means
 * @param type of the inode
 */
public record DirectoryEntry(String name, long inode, FileType type) {}

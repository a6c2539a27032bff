package io.jdax.fs.facts;

/**
 * A name in a directory.
 *
 * @param name the name, without the path of the directory
 * @param inode number of the inode that it leads to
 * @param type what that inode is
 */
public record DirectoryEntry(String name, long inode, FileType type) {}

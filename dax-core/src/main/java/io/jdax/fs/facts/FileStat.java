package io.jdax.fs.facts;

import java.time.Instant;

/**
 * What is known about a file, directory or symbolic link.
 *
 * @param inode its number, never used twice while the file system is mounted
 * @param permissions 12 bits, as in stat.h; kept, not enforced
 * @param links names; of a directory 2 + the directories in it
 * @param uid owner; kept, not enforced
 * @param gid group; kept, not enforced
 * @param sizeBytes of a file; of a directory the number of its names; of a symbolic link the bytes
 *     of its target
 * @param allocatedBytes storage of the content, unwritten extents included
 * @param modified when the content last changed, or as set since: stores through mappings to pages
 *     that were written before count at the next persist, fsync, sync or close, or when they are
 *     written back; while a pin for writing is open each of these counts as a store. Of changes
 *     that follow each other fast the time is that of a tick some milliseconds before
 * @param changed when anything of this last changed
 * @param accessed as set; reading does not change it
 * @param project whose quota it counts for; 0: none
 */
public record FileStat(
    long inode,
    FileType type,
    int permissions,
    int links,
    int uid,
    int gid,
    long sizeBytes,
    long allocatedBytes,
    Instant created,
    Instant modified,
    Instant changed,
    Instant accessed,
    int project) {}

package io.jdax.fs.facts;

import java.time.Instant;

/**
 * What is known about a file, directory or symbolic link.
 *
 * @param inode its number, which is never used twice while the file system is mounted
 * @param type what it is
 * @param permissions 12 bits, as in stat.h; kept, but not enforced
 * @param links how many names it has; for a directory, 2 more than there are directories in it
 * @param uid number of its owner; kept, but not enforced
 * @param gid number of its group; kept, but not enforced
 * @param sizeBytes bytes of a file, or of a symbolic link's target; for a directory, the number of
 *     its names
 * @param allocatedBytes bytes of storage that its content has, including unwritten extents
 * @param created when it was made
 * @param modified when its content last changed, or what it was set to since. A store through a
 *     mapping to a page that was written before counts at the next persist, fsync, sync or close,
 *     or when the page is written back; while a pin for writing is open each of these counts as a
 *     store. Of changes that follow each other fast the time is that of a tick some milliseconds
 *     before
 * @param changed when anything of all this last changed
 * @param accessed what it was set to; reading does not change it
 * @param project id of the project whose quota it counts for, or 0 if it is in none
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

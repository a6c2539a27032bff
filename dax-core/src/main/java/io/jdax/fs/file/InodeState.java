package io.jdax.fs.file;

/** Where an {@link Inode} is in its life; asked and changed by the {@link InodeTable} alone. */
public enum InodeState {
  /** Whoever wants the file gets it, whether somebody uses it already or not. */
  OPEN,

  /**
   * Its last user is gone, and one thread makes everything known and durable. Whoever wants the
   * file still gets it, and it is open again.
   */
  PUTTING_AWAY,

  /**
   * Nobody gets it any more. Its memory is given back, and then it leaves the table: until then
   * whoever wants the file waits, since two of one file would not know of each other's blocks.
   */
  GONE
}

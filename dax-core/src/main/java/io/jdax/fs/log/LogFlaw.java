package io.jdax.fs.log;

/**
 * Something in a log that no mount for writing leaves there.
 *
 * @param kind in what way it is wrong
 * @param frame of the device
 * @param inode whose record it is, or −1 if that is not known
 * @param what the rest of a sentence that begins with the frame
 */
public record LogFlaw(Kind kind, long frame, long inode, String what) {
  /** In what way. */
  public enum Kind {
    /** A frame can't be read, and may have records that count. */
    UNREADABLE,
    /** A record says what can't be. */
    IMPOSSIBLE,
    /** A record's block is something else's. */
    TAKEN,
    /** Two records of one file have one number. */
    TWICE,
    /** A record tells of something that this release does not know. */
    UNKNOWN
  }
}

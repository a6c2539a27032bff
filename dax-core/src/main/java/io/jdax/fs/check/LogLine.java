package io.jdax.fs.check;

/**
 * A line of the log of notes that is more than zeros, for whoever wants to see what is there.
 *
 * @param frame of the device, of 4096 bytes
 * @param line of the frame, from 1 on
 * @param inode whose frame it is
 * @param state what it is worth
 * @param number of the record among those of its file, or −1 if the line is no record; then the
 *     rest means nothing
 * @param firstBlock of the file, or −1 if it tells of no blocks
 * @param blockCount how many blocks it tells of, or 0
 * @param deviceBlock where they are on the device, as a number of a block, or −1
 * @param written whether they are written; false if they are to be read as zeros
 * @param sizeBytes of the file, or −1 if it tells of no size
 * @param modified when the content changed, in nanoseconds since 1970, or 0 if it does not tell
 */
public record LogLine(
    long frame,
    int line,
    long inode,
    State state,
    long number,
    long firstBlock,
    long blockCount,
    long deviceBlock,
    boolean written,
    long sizeBytes,
    long modified) {
  /** What a line is worth. */
  public enum State {
    /** The next mount tells the tree of it. */
    LIVE,
    /** The tree knows of it. */
    TOLD,
    /** One before it never arrived, or can't be, so that it counts no longer. */
    CUT_OFF,
    /** Its file is no more, or has lost its last name. */
    WITHOUT_FILE,
    /** It says what can't be; a check tells more. */
    FLAWED,
    /** It has not arrived as it was stored, although one after it has. */
    TORN,
    /** It is of an earlier life. */
    STALE,
    /** It is torn and the last one, or was left by whoever had the frame before. */
    NO_RECORD
  }
}

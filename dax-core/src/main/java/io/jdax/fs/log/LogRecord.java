package io.jdax.fs.log;

import java.lang.foreign.MemorySegment;

/**
 * A record of the log, as it was read.
 *
 * @param number within its file
 * @param what the bits of {@link LogFormat}, known or not
 * @param first block of the file
 * @param count blocks
 * @param place as of an extent of the tree
 * @param sizeBytes of the file
 * @param modified nanoseconds since 1970
 */
public record LogRecord(
    long number, long what, long first, long count, long place, long sizeBytes, long modified) {

  /** Reads a line, of which the check is good. */
  static LogRecord of(MemorySegment s, long line) {
    return new LogRecord(
        s.get(LogFormat.LONG, line + LogFormat.NUMBER),
        s.get(LogFormat.LONG, line + LogFormat.WHAT),
        s.get(LogFormat.LONG, line + LogFormat.FIRST_BLOCK),
        s.get(LogFormat.LONG, line + LogFormat.BLOCKS),
        s.get(LogFormat.LONG, line + LogFormat.PLACE),
        s.get(LogFormat.LONG, line + LogFormat.SIZE),
        s.get(LogFormat.LONG, line + LogFormat.MODIFIED));
  }

  /** Whether it tells of blocks. */
  public boolean hasExtent() {
    return (what & LogFormat.EXTENT) != 0;
  }

  /** Whether it tells of a size. */
  public boolean hasSize() {
    return (what & LogFormat.SIZE_TOLD) != 0;
  }

  /** Whether it tells of a time. */
  public boolean hasTime() {
    return (what & LogFormat.TIME_TOLD) != 0;
  }

  /** Whether it tells of something that this release does not know, or of nothing. */
  public boolean isUnknown() {
    return what == 0 || (what & ~LogFormat.KNOWN) != 0;
  }
}

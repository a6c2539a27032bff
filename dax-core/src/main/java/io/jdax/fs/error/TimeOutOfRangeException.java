package io.jdax.fs.error;

import java.nio.file.FileSystemException;
import java.time.Instant;

/** A time that was to be set is beyond what the file system can keep. Nothing has changed. */
public final class TimeOutOfRangeException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final Instant time;

  /**
   * A time beyond what can be kept.
   *
   * @param path of the file that it was to be set for
   * @param time that was to be set
   * @param first the earliest time that can be kept
   * @param last the latest time that can be kept
   */
  public TimeOutOfRangeException(String path, Instant time, Instant first, Instant last) {
    super(path, null, "time " + time + ": must be " + first + " to " + last);
    this.time = time;
  }

  /** The time that was to be set. */
  public Instant time() {
    return time;
  }
}

package io.jdax.fs.error;

import java.nio.file.FileSystemException;
import java.time.Instant;

/** A time that is to be set, and that the file system has no room for. Nothing has changed. */
public final class TimeOutOfRangeException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final Instant time;

  /**
   * A time beyond what can be kept.
   *
   * @param path of what it was to be set for
   * @param first the earliest that can be kept
   * @param last the latest
   */
  public TimeOutOfRangeException(String path, Instant time, Instant first, Instant last) {
    super(path, null, "time " + time + ": must be " + first + " to " + last);
    this.time = time;
  }

  /** What was to be set. */
  public Instant time() {
    return time;
  }
}

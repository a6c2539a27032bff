package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * A commit failed earlier, or something was thrown in the middle of the bookkeeping of a change;
 * the cause is the reason. What was committed before is safe on the device. What was changed since
 * can be read but never made durable, and no further change is accepted until the file system is
 * mounted again.
 */
public final class TreeFailedException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal of every change from now on.
   *
   * @param region name of the region
   * @param reason what failed
   */
  public TreeFailedException(String region, Throwable reason) {
    super(
        region,
        "metadata is read-only since a commit, or the end of a change, failed: "
            + reason.getMessage());
    initCause(reason);
  }
}

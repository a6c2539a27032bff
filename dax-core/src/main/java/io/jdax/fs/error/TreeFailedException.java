package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * A commit failed earlier, or something was thrown in the middle of a change's books, for the
 * reason that is the cause. What was committed before it is safe on the device; what was changed
 * since can be read but never made durable, and no further change is accepted.
 */
public final class TreeFailedException extends RegionException {
  private static final long serialVersionUID = 1L;

  public TreeFailedException(String region, Throwable reason) {
    super(
        region,
        "metadata is read-only since a commit failed, or the end of a change: "
            + reason.getMessage());
    initCause(reason);
  }
}

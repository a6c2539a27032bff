package io.jdax.mm;

import io.jdax.region.RegionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Pages could not be written back in the background, after whoever gets this was told last. They
 * stay dirty, and are tried again; each handle and each mapping is told once (as by the kernel's
 * errseq_t).
 */
public final class WritebackException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A write-back that nobody was told of.
   *
   * @param region name of the region, with which the message begins
   * @param file the file, by the number of its inode
   * @param cause what it failed with last, or null if that is not known
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public WritebackException(String region, String file, @Nullable IOException cause) {
    super(
        region,
        "file "
            + file
            + ": pages could not be written back in the background, and will be tried again"
            + (cause == null ? "" : ": " + cause.getMessage()));
    initCause(cause);
  }
}

package io.jdax.mm;

import io.jdax.region.RegionException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Pages could not be written back in the background. They are still dirty. */
public final class WritebackException extends RegionException {
  private static final long serialVersionUID = 1L;

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

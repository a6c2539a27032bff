package io.jdax.persist;

import io.jdax.region.RegionException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes could not be made durable. The message names the region, the range, and what was tried on
 * it.
 */
public sealed class PersistException extends RegionException
    permits LostWritebackException, SourceFaultException {
  private static final long serialVersionUID = 1L;

  PersistException(
      String region, long offset, long length, String sentence, @Nullable Throwable cause) {
    super(region, offset, length, sentence, cause);
  }

  PersistException(String region, String sentence, Throwable cause) {
    super(region, sentence);
    initCause(cause);
  }
}

package io.jdax.region;

/**
 * What has to be flushed after a store to make it durable, finest first (the idea is libpmem2's
 * required store granularity). On emulated media "durable" means what real media of this
 * granularity would have kept.
 */
public enum StoreGranularity {
  /** Nothing, since the processor's caches are in the persistence domain (eADR). A fence orders. */
  BYTE,
  /** The cache lines that were stored to. */
  CACHE_LINE,
  /** Whole pages, by a system call. */
  PAGE;

  /** Whether a platform of this granularity does for whoever asked for {@code required}. */
  public boolean satisfies(StoreGranularity required) {
    return compareTo(required) <= 0;
  }
}

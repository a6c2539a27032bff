package io.jdax.region;

import io.jdax.machine.Reading;
import java.nio.file.Path;
import java.util.List;

/**
 * What the platform tells of an open region, read when asked for.
 *
 * @param name the region's path, or {@code memfd:NAME}
 * @param kind what backs it
 * @param sizeBytes how much is mapped
 * @param alignmentBytes what sizes of this kind are multiples of
 * @param readOnly whether it was opened for loads only
 * @param mapSync whether MAP_SYNC was obtained, so that once a store can happen the metadata that
 *     reaches its block is durable
 * @param granularity what must be flushed after a store
 * @param granularityReason why it is that, as a phrase
 * @param persistenceDomain how far a store must travel until power loss can't take it back
 * @param numaNode the NUMA node that the memory belongs to
 * @param badRanges bad bytes that the kernel knew when the region was opened
 * @param unsafeShutdowns how often the DIMMs lost power with data under way
 * @param ndRegion the folder of the nd region in sysfs
 * @param deepFlush the attribute by which {@code BlockDevice.flush} reaches the media itself, or
 *     why a store gets no further than out of the caches (ADR)
 * @param wishes a phrase for each wish of the builder, which says that it was fulfilled, or why
 *     not; an empty string if there were no wishes
 */
public record RegionFacts(
    String name,
    RegionKind kind,
    long sizeBytes,
    long alignmentBytes,
    boolean readOnly,
    boolean mapSync,
    StoreGranularity granularity,
    String granularityReason,
    Reading<PersistenceDomain> persistenceDomain,
    Reading<Integer> numaNode,
    Reading<List<BadRange>> badRanges,
    Reading<Long> unsafeShutdowns,
    Reading<Path> ndRegion,
    Reading<Path> deepFlush,
    String wishes) {
  /**
   * As the canonical constructor, with the {@code deepFlush} that the calling thread finds at the
   * nd region now: its rights decide.
   */
  public RegionFacts(
      String name,
      RegionKind kind,
      long sizeBytes,
      long alignmentBytes,
      boolean readOnly,
      boolean mapSync,
      StoreGranularity granularity,
      String granularityReason,
      Reading<PersistenceDomain> persistenceDomain,
      Reading<Integer> numaNode,
      Reading<List<BadRange>> badRanges,
      Reading<Long> unsafeShutdowns,
      Reading<Path> ndRegion,
      String wishes) {
    this(
        name,
        kind,
        sizeBytes,
        alignmentBytes,
        readOnly,
        mapSync,
        granularity,
        granularityReason,
        persistenceDomain,
        numaNode,
        badRanges,
        unsafeShutdowns,
        ndRegion,
        Platform.deepFlush(ndRegion),
        wishes);
  }
}

package io.jdax.region;

import io.jdax.machine.Reading;
import java.nio.file.Path;
import java.util.List;

/**
 * What the platform tells of an open region, read when asked for.
 *
 * @param name the path, or {@code memfd:NAME}
 * @param kind what backs it
 * @param sizeBytes mapped bytes
 * @param alignmentBytes that sizes of this kind must be multiples of
 * @param readOnly opened for loads only
 * @param mapSync MAP_SYNC was obtained: when a store can happen, the metadata that reaches its
 *     block is durable
 * @param granularity what must be flushed behind a store
 * @param granularityReason why it is that
 * @param persistenceDomain how far a store must travel
 * @param numaNode of the memory
 * @param badRanges bad bytes known to the kernel when the region was opened
 * @param unsafeShutdowns how often the DIMMs lost power with data under way
 * @param ndRegion folder of the nd region in sysfs
 * @param deepFlush the attribute by which {@code BlockDevice.flush} reaches the media itself; else
 *     why what left the caches is as far as it gets (ADR)
 * @param wishes a phrase per wish of the builder: fulfilled, or why not; empty when none was made
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
  /** With the way to the media that this thread finds at the nd region. */
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

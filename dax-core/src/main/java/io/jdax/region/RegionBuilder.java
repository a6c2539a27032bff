package io.jdax.region;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a region. What is required is fulfilled or refused with the reason; what
 * is a wish is fulfilled where the platform can, and {@link RegionFacts} tells.
 */
public final class RegionBuilder {
  static final long WHOLE_FILE = -1;
  static final int ANY_NODE = -1;

  final Path path;
  long sizeBytes = WHOLE_FILE;
  @Nullable StoreGranularity required;
  boolean readOnly;
  boolean populate;
  boolean hugePages;
  int numaNode = ANY_NODE;

  RegionBuilder(Path path) {
    this.path = path;
  }

  /**
   * How many bytes to map; a positive multiple of 4096 (of the device's alignment for device-dax,
   * of the huge page for hugetlbfs). {@link #create} needs it for a file. {@link #open} without it
   * maps the whole file, and with it refuses a file that holds less.
   */
  public RegionBuilder size(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("size " + bytes + ": must be positive");
    }
    this.sizeBytes = bytes;
    return this;
  }

  /**
   * Refuses a platform that is coarser: there, flushing at this granularity would not make a store
   * durable.
   */
  public RegionBuilder require(StoreGranularity granularity) {
    this.required = granularity;
    return this;
  }

  /** Opens for loads only, under a shared lock. */
  public RegionBuilder readOnly(boolean readOnly) {
    this.readOnly = readOnly;
    return this;
  }

  /**
   * Allocates all blocks and makes all pages present before the region is handed out: no later
   * store fails for want of space, and none pays for a fault of the kernel.
   */
  public RegionBuilder populate(boolean populate) {
    this.populate = populate;
    return this;
  }

  /** Wishes for huge pages where the kernel leaves the choice (tmpfs, memfd). */
  public RegionBuilder hugePages(boolean hugePages) {
    this.hugePages = hugePages;
    return this;
  }

  /** Wishes for memory of one NUMA node; persistent memory lies where it lies. */
  public RegionBuilder numaNode(int node) {
    if (node < 0 || node > 1023) {
      throw new IllegalArgumentException("NUMA node " + node + ": must be 0 to 1023");
    }
    this.numaNode = node;
    return this;
  }

  /**
   * Opens what exists.
   *
   * @throws java.nio.file.FileSystemException no such file, or no right to it
   * @throws RegionException not a region (directory, block device …), empty or odd-sized, smaller
   *     than asked for, locked, or of too coarse a granularity
   */
  public Region open() throws IOException {
    return new RegionOpener(this, false).open();
  }

  /**
   * Creates the file with the {@link #size} given, sparse unless {@link #populate}. Nothing is left
   * behind when that fails. A device can't be created: open it.
   *
   * @throws java.nio.file.FileAlreadyExistsException it exists
   */
  public Region create() throws IOException {
    if (readOnly) {
      throw new IllegalArgumentException("a region can't be created read-only");
    }
    if (sizeBytes == WHOLE_FILE) {
      throw new IllegalArgumentException("a region can't be created without a size");
    }
    return new RegionOpener(this, true).open();
  }
}

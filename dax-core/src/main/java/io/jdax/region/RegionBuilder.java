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

  /**
   * For the owner alone: whoever may read the region may read all files in it, whatever theirs are.
   */
  static final int OWNER_ONLY = 0600;

  static final int DEFAULT_MODE = -1;

  final Path path;
  long sizeBytes = WHOLE_FILE;
  @Nullable StoreGranularity required;
  boolean readOnly;
  boolean populate;
  boolean hugePages;
  int numaNode = ANY_NODE;
  int mode = DEFAULT_MODE;

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
   * durable. Emulated regions are as coarse as msync where the native stubs are missing.
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
   * The permissions of a file that {@link #create} makes, as in chmod(1), whatever the umask.
   * Without it they are at most 0600: whoever may read or write the region may do so with every
   * file in it.
   *
   * @param permissions 0 to 0777
   */
  public RegionBuilder mode(int permissions) {
    if ((permissions & ~0777) != 0) {
      throw new IllegalArgumentException("mode 0%o: must be 0 to 0777".formatted(permissions));
    }
    this.mode = permissions;
    return this;
  }

  /**
   * Opens what exists. A region that others than its owner may write is opened with a warning, by
   * {@link System.Logger}.
   *
   * @throws java.nio.file.FileSystemException no such file, or no right to it
   * @throws RegionException not a region (directory, block device …), empty or odd-sized, smaller
   *     than asked for, locked, of too coarse a granularity, or without native stubs where {@code
   *     jdax.stubs=require} wants them
   * @throws io.jdax.machine.NativeAccessException the JVM does not allow native access
   */
  public Region open() throws IOException {
    return new RegionOpener(this, false).open();
  }

  /**
   * Creates the file with the {@link #size} given, sparse unless {@link #populate}; its name and
   * its size are durable on return. Nothing is left behind when that fails. A device can't be
   * created: open it.
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

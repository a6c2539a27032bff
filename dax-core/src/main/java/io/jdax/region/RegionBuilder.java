package io.jdax.region;

import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a region. A requirement is fulfilled, or the region is refused with the
 * reason. A wish is fulfilled where the platform can, and {@link RegionFacts#wishes} tells. Each
 * setter returns this builder.
 */
public final class RegionBuilder {
  static final long WHOLE_FILE = -1;
  static final int ANY_NODE = -1;

  /**
   * Rights for the owner alone, since whoever may read the region may read every file in it,
   * whatever the permissions of those are.
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
   * Requires a size. {@link #create} needs it. {@link #open} without it maps the whole file, and
   * with it refuses a file that holds less.
   *
   * @param bytes how many bytes to map, a multiple of 4096 (for device-dax of the device's
   *     alignment, for hugetlbfs of the huge page), which is looked at when the region is opened
   * @throws IllegalArgumentException not positive
   */
  public RegionBuilder size(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("size " + bytes + ": must be positive");
    }
    this.sizeBytes = bytes;
    return this;
  }

  /**
   * Requires that the platform is not coarser than this, since flushing at this granularity would
   * not make a store durable there. Where the native stubs are missing, emulated regions and
   * device-dax count as {@link StoreGranularity#PAGE}.
   */
  public RegionBuilder require(StoreGranularity granularity) {
    this.required = granularity;
    return this;
  }

  /** Requires that the region is opened for loads only, under a shared lock. */
  public RegionBuilder readOnly(boolean readOnly) {
    this.readOnly = readOnly;
    return this;
  }

  /**
   * Requires that all blocks are allocated and all pages are present before the region is handed
   * out, so that no later store fails for want of space, and none pays for a fault of the kernel.
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

  /**
   * Wishes for memory of one NUMA node, where the kernel leaves the choice (tmpfs, memfd).
   *
   * @param node 0 to 1023
   * @throws IllegalArgumentException out of that range
   */
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
   * @throws IllegalArgumentException out of that range
   */
  public RegionBuilder mode(int permissions) {
    if ((permissions & ~0777) != 0) {
      throw new IllegalArgumentException("mode 0%o: must be 0 to 0777".formatted(permissions));
    }
    this.mode = permissions;
    return this;
  }

  /**
   * Opens what exists, and locks it. If others than its owner may write it, the {@link
   * System.Logger} of {@link Region} tells.
   *
   * @throws java.nio.file.FileSystemException there is no such file, or no right to it
   * @throws UnsupportedRegionException it is a directory, a block device or the like; or there are
   *     no native stubs, and {@code jdax.stubs=require} demands them
   * @throws RegionSizeException it is empty, smaller than asked for, or not a multiple of its
   *     alignment; or there is no space to populate it, or no address space for it
   * @throws RegionLockedException another process or region has it open
   * @throws GranularityException the platform is coarser than required
   * @throws SystemCallException the kernel refused for another reason
   * @throws io.jdax.machine.NativeAccessException the JVM does not allow native access
   */
  public Region open() throws IOException {
    return new RegionOpener(this, false).open();
  }

  /**
   * Creates a file of the {@link #size} given, sparse unless {@link #populate}, and opens it. Its
   * name and its size are durable on return. If that fails, the file is gone again. A device can't
   * be created, only opened.
   *
   * @throws java.nio.file.FileAlreadyExistsException it exists
   * @throws IllegalArgumentException no size was given, or the region is to be read-only
   * @throws IOException as {@link #open}
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

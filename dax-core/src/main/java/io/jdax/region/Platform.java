package io.jdax.region;

import io.jdax.machine.Reading;
import io.jdax.os.DeviceExtent;
import io.jdax.os.Fiemap;
import io.jdax.os.Sysfs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What sysfs says of the memory below a region.
 *
 * <pre>
 *   dax device, or            …/ndbus0/region0/dax0.0/dax/dax0.0
 *   block device              …/ndbus0/region0/namespace0.0/block/pmem0
 *   above it, the nd region   …/ndbus0/region0: persistence_domain, numa_node, badblocks, deep_flush,
 *                             mappingN
 *   and its DIMMs             …/ndbus0/nmemN: nfit/dirty_shutdown
 * </pre>
 *
 * The system property {@value #DOMAIN_PROPERTY} ({@code cpu_cache}, {@code memory_controller})
 * overrides the domain, for platforms whose firmware tells it wrong, and for tests.
 *
 * @param ndRegion the folder of the nd region, if there is one
 */
record Platform(
    RegionKind kind,
    Reading<PersistenceDomain> domain,
    Reading<Integer> numaNode,
    Reading<List<BadRange>> badRanges,
    Reading<Long> unsafeShutdowns,
    Reading<Path> ndRegion) {
  static final String DOMAIN_PROPERTY = "jdax.domain";

  /** What the kernel counts bad blocks and partitions in (block/badblocks.c). */
  private static final int SECTOR_BYTES = 512;

  static Platform of(MediaClass media, int fd, String name) {
    Path device = media.device();
    String override = System.getProperty(DOMAIN_PROPERTY);
    if (device == null || media.isMemoryFile()) {
      Reading<PersistenceDomain> domain =
          override == null
              ? new Reading.Value<>(PersistenceDomain.NONE)
              : new Reading.Value<>(override(override));
      String none = "there is no device behind a " + media.kind().description();
      return new Platform(
          media.kind(),
          domain,
          new Reading.NotSupported<>(none),
          new Reading.NotSupported<>(none),
          new Reading.NotSupported<>(none),
          new Reading.NotSupported<>(none));
    }
    Sysfs sysfs = Sysfs.current();
    Reading<Path> nd = sysfs.ascend(device, "persistence_domain");
    Reading<PersistenceDomain> domain =
        override != null
            ? new Reading.Value<>(override(override))
            : nd.flatMap(dir -> Sysfs.read(dir.resolve("persistence_domain")))
                .map(PersistenceDomain::parse);
    Reading<Integer> node =
        sysfs
            .ascend(device, "numa_node")
            .flatMap(dir -> Sysfs.read(dir.resolve("numa_node")))
            .map(Integer::decode);
    return new Platform(
        media.kind(), domain, node, badRanges(media, device, nd, fd, name), shutdowns(nd), nd);
  }

  private static PersistenceDomain override(String word) {
    try {
      return PersistenceDomain.parse(word);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          DOMAIN_PROPERTY + "=" + word + ": must be cpu_cache or memory_controller", e);
    }
  }

  StoreGranularity granularity() {
    return switch (kind) {
      case FILE -> StoreGranularity.PAGE;
      case DEVDAX, FSDAX, EMULATED, ANONYMOUS ->
          domain.orElse(PersistenceDomain.UNKNOWN) == PersistenceDomain.CPU_CACHE
              ? StoreGranularity.BYTE
              : StoreGranularity.CACHE_LINE;
    };
  }

  String granularityReason() {
    return switch (kind) {
      case FILE -> "an ordinary file in the page cache, since MAP_SYNC was refused";
      case DEVDAX, FSDAX -> "persistence domain: " + domain;
      case EMULATED, ANONYMOUS -> "emulated on memory, as if it were behind a memory controller";
    };
  }

  /**
   * The attribute of the nd region that empties the queues of its memory controllers. It reads 0
   * where there is no hint to write to (drivers/nvdimm/region_devs.c, deep_flush_show), and only
   * its owner, root, may write it. Asked anew each time, since a thread's rights may change. To
   * open it for writing has no effect yet.
   */
  static Reading<Path> deepFlush(Reading<Path> ndRegion) {
    return ndRegion.flatMap(
        nd -> {
          Path attribute = nd.resolve("deep_flush");
          return switch (Sysfs.read(attribute)) {
            case Reading.NotSupported<String>(String why) -> new Reading.NotSupported<>(why);
            case Reading.Value<String>(String text) when text.equals("0") ->
                new Reading.NotSupported<>(
                    "the platform has no flush hints: " + attribute + " is 0");
            case Reading.Value<String> some -> writable(attribute);
            case Reading.Unreadable<String> perhaps -> writable(attribute);
          };
        });
  }

  private static Reading<Path> writable(Path attribute) {
    try {
      Files.newOutputStream(attribute, StandardOpenOption.WRITE).close();
      return new Reading.Value<>(attribute);
    } catch (AccessDeniedException e) {
      return new Reading.NotSupported<>(
          "no right to write " + attribute + ", so that a store gets no further than ADR");
    } catch (IOException e) {
      return new Reading.Unreadable<>(attribute + ": " + e.getClass().getSimpleName());
    }
  }

  // ---------------------------------------------------------------- bad blocks

  private static Reading<List<BadRange>> badRanges(
      MediaClass media, Path device, Reading<Path> nd, int fd, String name) {
    if (media.kind() == RegionKind.DEVDAX) {
      // The nd region's list counts from the start of the nd region; the dax device begins
      // somewhere inside.
      return nd.flatMap(
          region ->
              Sysfs.read(region.resolve("resource"))
                  .map(Long::decode)
                  .flatMap(
                      start ->
                          Sysfs.read(device.resolve("resource"))
                              .map(Long::decode)
                              .flatMap(
                                  own ->
                                      Sysfs.read(region.resolve("badblocks"))
                                          .map(
                                              text ->
                                                  parse(text, own - start, media.sizeBytes())))));
    }
    Reading<Path> disk =
        Files.exists(device.resolve("partition"))
            ? new Reading.Value<>(Objects.requireNonNull(device.getParent()))
            : new Reading.Value<>(device);
    long start =
        Sysfs.read(device.resolve("start"))
            .map(text -> Long.parseLong(text) * SECTOR_BYTES)
            .orElse(0L);
    Reading<List<BadRange>> onDevice =
        disk.flatMap(dir -> Sysfs.read(dir.resolve("badblocks")))
            .map(text -> parse(text, start, Long.MAX_VALUE));
    if (!(onDevice instanceof Reading.Value<List<BadRange>>(List<BadRange> bad)) || bad.isEmpty()) {
      return onDevice;
    }
    try {
      return new Reading.Value<>(inFile(bad, Fiemap.extents(fd, name), media.sizeBytes()));
    } catch (IOException e) {
      return new Reading.Unreadable<>(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads lines of "first count", in sectors, and clips them to a device of {@code length} bytes
   * that begins at byte {@code start}.
   */
  static List<BadRange> parse(String text, long start, long length) {
    List<BadRange> ranges = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank()) {
        continue;
      }
      String[] words = line.strip().split("\\s+", -1);
      long sector = Long.parseLong(words[0]);
      long count = Long.parseLong(words[1]);
      long from = Math.max(sector * SECTOR_BYTES - start, 0);
      long to = Math.min((sector + count) * SECTOR_BYTES - start, length);
      if (from < to) {
        ranges.add(new BadRange(from, to - from));
      }
    }
    return List.copyOf(ranges);
  }

  /** Moves ranges of a device to where they lie in a file on it. */
  static List<BadRange> inFile(List<BadRange> bad, List<DeviceExtent> extents, long sizeBytes) {
    List<BadRange> ranges = new ArrayList<>();
    for (DeviceExtent extent : extents) {
      for (BadRange range : bad) {
        long from = Math.max(range.offset(), extent.deviceOffset());
        long to = Math.min(range.end(), extent.deviceOffset() + extent.length());
        long shift = extent.fileOffset() - extent.deviceOffset();
        to = Math.min(to, sizeBytes - shift);
        if (from < to) {
          ranges.add(new BadRange(from + shift, to - from));
        }
      }
    }
    return List.copyOf(ranges);
  }

  // ---------------------------------------------------------------- unsafe shutdowns

  /** The sum over the region's DIMMs of how often power was lost with data under way. */
  private static Reading<Long> shutdowns(Reading<Path> nd) {
    return nd.flatMap(
        region -> {
          long sum = 0;
          for (int i = 0; ; i++) {
            Path mapping = region.resolve("mapping" + i);
            if (!(Sysfs.read(mapping) instanceof Reading.Value<String>(String text))) {
              return i == 0
                  ? new Reading.NotSupported<>("no DIMM is named in " + region)
                  : new Reading.Value<>(sum);
            }
            @Nullable Path dimm = dimm(region, text.split(",", 2)[0]);
            if (dimm == null) {
              return new Reading.NotSupported<>("no folder of " + text.split(",", 2)[0]);
            }
            Reading<Long> count = Sysfs.read(dimm.resolve("nfit/dirty_shutdown")).map(Long::decode);
            if (!(count instanceof Reading.Value<Long>(Long value))) {
              return count;
            }
            sum += value;
          }
        });
  }

  private static @Nullable Path dimm(Path region, String name) {
    Path bus = region.getParent();
    try (Stream<Path> walk = Files.walk(bus, 2)) {
      return walk.filter(p -> p.getFileName().toString().equals(name) && Files.isDirectory(p))
          .findFirst()
          .orElse(null);
    } catch (IOException | java.io.UncheckedIOException e) {
      return null;
    }
  }
}

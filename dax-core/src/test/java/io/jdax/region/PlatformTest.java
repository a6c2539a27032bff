package io.jdax.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.machine.Reading;
import io.jdax.os.DeviceExtent;
import io.jdax.os.FakeSysfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
  private static final String ND = FakeSysfs.REGION;
  private static final String DAX = ND + "/dax0.0/dax0.0";
  private static final String DISK = ND + "/namespace0.0/block/pmem0";

  @TempDir Path dir;
  private FakeSysfs sysfs;

  @BeforeEach
  void plant() throws IOException {
    sysfs = new FakeSysfs(dir);
    sysfs.put(DAX + "/size", "67108864").put(DAX + "/resource", "0x110000000");
    sysfs.put(DISK + "/size", "131072");
    sysfs.put(ND + "/resource", "0x100000000").put(ND + "/numa_node", "1");
  }

  @AfterEach
  void uproot() {
    sysfs.close();
  }

  private Platform platform(RegionKind kind, String device) {
    return Platform.of(
        new MediaClass(kind, 64L << 20, 4096, sysfs.root().resolve(device)), -1, "test");
  }

  @Test
  @DisplayName("Cpu cache domain means bytes")
  void cpuCacheDomainMeansBytes() throws IOException {
    sysfs.put(ND + "/persistence_domain", "cpu_cache");
    Platform platform = platform(RegionKind.DEVDAX, DAX);
    assertEquals(StoreGranularity.BYTE, platform.granularity());
    assertEquals(new Reading.Value<>(PersistenceDomain.CPU_CACHE), platform.domain());
    assertEquals(new Reading.Value<>(1), platform.numaNode());
    assertEquals(new Reading.Value<>(sysfs.root().resolve(ND)), platform.ndRegion());
  }

  @Test
  @DisplayName("Memory controller domain means cache lines")
  void memoryControllerDomainMeansCacheLines() throws IOException {
    sysfs.put(ND + "/persistence_domain", "memory_controller");
    assertEquals(StoreGranularity.CACHE_LINE, platform(RegionKind.FSDAX, DISK).granularity());
  }

  @Test
  @DisplayName("Domain that is missing unreadable or of no known word means cache lines")
  void domainThatIsMissingUnreadableOrOfNoKnownWordMeansCacheLines() throws IOException {
    Platform missing = platform(RegionKind.DEVDAX, DAX);
    assertInstanceOf(Reading.NotSupported.class, missing.domain());
    assertEquals(StoreGranularity.CACHE_LINE, missing.granularity());
    sysfs.put(ND + "/persistence_domain", "moon");
    Platform strange = platform(RegionKind.DEVDAX, DAX);
    assertInstanceOf(Reading.Unreadable.class, strange.domain());
    assertEquals(StoreGranularity.CACHE_LINE, strange.granularity());
  }

  @Test
  @DisplayName("Ordinary file is pages whatever its disk")
  void ordinaryFileIsPagesWhateverItsDisk() throws IOException {
    sysfs.put(ND + "/persistence_domain", "cpu_cache");
    assertEquals(StoreGranularity.PAGE, platform(RegionKind.FILE, DISK).granularity());
  }

  @Test
  @DisplayName("Domain property overrides sysfs")
  void domainPropertyOverridesSysfs() throws IOException {
    sysfs.put(ND + "/persistence_domain", "memory_controller");
    System.setProperty(Platform.DOMAIN_PROPERTY, "cpu_cache");
    try {
      assertEquals(StoreGranularity.BYTE, platform(RegionKind.DEVDAX, DAX).granularity());
    } finally {
      System.clearProperty(Platform.DOMAIN_PROPERTY);
    }
  }

  @Test
  @DisplayName("A word that is no domain is refused with the property and the words that are")
  void noDomain() {
    System.setProperty(Platform.DOMAIN_PROPERTY, "dimm");
    try {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class, () -> platform(RegionKind.DEVDAX, DAX).granularity());
      assertEquals(
          "jdax.domain=dimm: must be cpu_cache or memory_controller", refused.getMessage());
    } finally {
      System.clearProperty(Platform.DOMAIN_PROPERTY);
    }
  }

  @Test
  @DisplayName("Bad blocks of devdax count from its start")
  void badBlocksOfDevdaxCountFromItsStart() throws IOException {
    sysfs.put(ND + "/persistence_domain", "memory_controller");
    long first = 0x10000000L / 512; // the dax device begins here in its nd region
    sysfs.put(ND + "/badblocks", (first + 8) + " 2\n" + (first - 1) + " 2\n0 4");
    assertEquals(
        new Reading.Value<>(List.of(new BadRange(4096, 1024), new BadRange(0, 512))),
        platform(RegionKind.DEVDAX, DAX).badRanges());
  }

  @Test
  @DisplayName("Bad blocks of partition count from its start")
  void badBlocksOfPartitionCountFromItsStart() throws IOException {
    sysfs.put(DISK + "/badblocks", "2048 1\n2056 3");
    assertEquals(
        List.of(new BadRange(0, 512), new BadRange(4096, 1536)),
        Platform.parse("2048 1\n2056 3\n", 2048 * 512L, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("Bad blocks are found in the extents of file")
  void badBlocksAreFoundInTheExtentsOfFile() {
    List<BadRange> bad = List.of(new BadRange(10_240, 1024), new BadRange(50_000 * 512L, 512));
    List<DeviceExtent> extents =
        List.of(
            new DeviceExtent(0, 1 << 20, 4096),
            new DeviceExtent(4096, 8192, 4096),
            new DeviceExtent(1 << 20, 50_000 * 512L - 4096, 8192));
    assertEquals(
        List.of(new BadRange(4096 + 2048, 1024), new BadRange((1 << 20) + 4096, 512)),
        Platform.inFile(bad, extents, 4L << 20));
    assertEquals(
        List.of(new BadRange(4096 + 2048, 1024)),
        Platform.inFile(bad, extents, 8192),
        "the file ends before the second");
  }

  @Test
  @DisplayName("Unsafe shutdowns are summed over the dimms")
  void unsafeShutdownsAreSummedOverTheDimms() throws IOException {
    sysfs.put(ND + "/persistence_domain", "memory_controller");
    assertInstanceOf(
        Reading.NotSupported.class, platform(RegionKind.DEVDAX, DAX).unsafeShutdowns());
    sysfs.put(ND + "/mapping0", "nmem0,0,1024,0").put(ND + "/mapping1", "nmem1,0,1024,1");
    sysfs.put("devices/platform/ndbus0/nmem0/nfit/dirty_shutdown", "3");
    sysfs.put("devices/platform/ndbus0/nmem1/nfit/dirty_shutdown", "4");
    assertEquals(new Reading.Value<>(7L), platform(RegionKind.DEVDAX, DAX).unsafeShutdowns());
    sysfs.put("devices/platform/ndbus0/nmem1/nfit/dirty_shutdown", "many");
    assertInstanceOf(Reading.Unreadable.class, platform(RegionKind.DEVDAX, DAX).unsafeShutdowns());
  }

  @Test
  @DisplayName("Page sizes are those of the mapping alone")
  void pageSizesAreThoseOfTheMappingAlone() {
    String smaps =
        """
        7f0000000000-7f0000200000 rw-s 00000000 00:01 7 /dev/shm/other
        Rss:                  8 kB
        KernelPageSize:    2048 kB
        7f0000400000-7f0000800000 rw-s 00000000 00:01 8 /dev/shm/r
        Rss:               2052 kB
        ShmemPmdMapped:    2048 kB
        KernelPageSize:       4 kB
        VmFlags: rd wr sh
        """;
    assertEquals(
        new Reading.Value<>("4 kB pages, 2048 kB of them as huge pages, 2052 kB present"),
        PageSizes.parse(smaps, 0x7f0000400000L, 4L << 20));
    assertInstanceOf(Reading.NotSupported.class, PageSizes.parse(smaps, 0x10000, 4096));
  }
}

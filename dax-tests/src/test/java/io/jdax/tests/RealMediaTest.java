package io.jdax.tests;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.machine.Reading;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.PersistenceDomain;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import io.jdax.region.RegionLockedException;
import io.jdax.region.RegionSizeException;
import io.jdax.region.StoreGranularity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All layers on real interfaces: a device-dax named by PMEM_DEV, or a DAX file system mounted at
 * PMEM_MNT. Everything on the device-dax, and a file on the mount, is overwritten.
 */
@Tag("pmem")
class RealMediaTest {
  private static final long MIB = 1 << 20;
  static final long REGION_BYTES = 64 * MIB;
  private static final String DOMAIN = System.getenv().getOrDefault("PMEM_DOMAIN", "");

  private final boolean mounted = !System.getenv().getOrDefault("PMEM_MNT", "").isEmpty();
  private final Path path =
      mounted
          ? Path.of(System.getenv("PMEM_MNT"), "jdax-real-media-test")
          : Path.of(System.getenv().getOrDefault("PMEM_DEV", "/dev/dax0.0"));

  @BeforeEach
  @AfterEach
  void removeFile() throws IOException {
    if (mounted) {
      Files.deleteIfExists(path);
    }
  }

  private Region region() throws IOException {
    return mounted && !Files.exists(path)
        ? Region.at(path).size(REGION_BYTES).create()
        : Region.at(path).size(REGION_BYTES).open();
  }

  @Test
  @DisplayName("Kind granularity and facts are those of the media")
  void kindGranularityAndFactsAreThoseOfTheMedia() throws IOException {
    try (Region region = region()) {
      RegionFacts facts = region.facts();
      assertEquals(mounted ? RegionKind.FSDAX : RegionKind.DEVDAX, facts.kind());
      assertTrue(facts.mapSync());
      assertInstanceOf(Reading.Value.class, facts.persistenceDomain());
      assertInstanceOf(Reading.Value.class, facts.ndRegion());
      assertInstanceOf(Reading.Value.class, facts.badRanges());
      boolean caches =
          facts.persistenceDomain().orElse(PersistenceDomain.UNKNOWN)
              == PersistenceDomain.CPU_CACHE;
      assertEquals(
          caches ? StoreGranularity.BYTE : StoreGranularity.CACHE_LINE, facts.granularity());
      if (!DOMAIN.isEmpty()) {
        assertEquals(DOMAIN.equals("cpu"), caches, "the guest's domain is what was asked of it");
      }
    }
  }

  @Test
  @DisplayName("Bytes persisted are there after reopening")
  void bytesPersistedAreThereAfterReopening() throws IOException {
    byte[] bytes = new byte[10_000];
    new Random(7).nextBytes(bytes);
    try (Region region = region()) {
      Persister persister = Persister.of(region);
      persister.copyPersist(12_345, MemorySegment.ofArray(bytes), 0, bytes.length);
      persister.fillPersist(MIB, 4096, (byte) 5);
      region.segment().set(JAVA_LONG, 2 * MIB, 42);
      persister.persist(2 * MIB, 8);
      persister.deepFlush(0, 4 * MIB);
    }
    try (Region region = Region.at(path).size(REGION_BYTES).readOnly(true).open()) {
      assertArrayEquals(bytes, region.segment().asSlice(12_345, bytes.length).toArray(JAVA_BYTE));
      assertEquals(5, region.segment().get(JAVA_BYTE, MIB + 4095));
      assertEquals(42, region.segment().get(JAVA_LONG, 2 * MIB));
    }
  }

  @Test
  @DisplayName("Sectors written are what the file holds")
  void sectorsWrittenAreWhatTheFileHolds() throws IOException {
    byte[] sector = new byte[4096];
    new Random(8).nextBytes(sector);
    try (Region region = region();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      device.write(77, MemorySegment.ofArray(sector));
      device.flush();
      assertEquals(77, device.directAccess(77, 1).pfn());
      byte[] back = new byte[4096];
      device.read(77, MemorySegment.ofArray(back));
      assertArrayEquals(sector, back);
    }
    if (mounted) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        java.nio.ByteBuffer back = java.nio.ByteBuffer.allocate(4096);
        channel.read(back, 77 * 4096L);
        assertArrayEquals(sector, back.array(), "read(2) sees what the mapping stored");
      }
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1}")
  @DisplayName("Files are there after a mount that was never ended")
  @CsvSource({"4096,DIRECT", "4096,CACHED", "1024,DIRECT", "512,CACHED"})
  void filesAreThereAfterAMountThatWasNeverEnded(int block, TierMode tier)
      throws IOException, InterruptedException {
    UnendedMount.on(path, block, tier);
    MountOptions options = MountOptions.DEFAULTS.withTier(tier);
    byte[] bytes = UnendedMount.content();
    try (Region region = region();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
        DaxFileSystem fs = DaxFileSystem.mount(device, options);
        DaxFile file = fs.open("/d/f")) {
      int hole = UnendedMount.PUNCHED_AT - UnendedMount.OFFSET;
      Arrays.fill(bytes, hole, hole + UnendedMount.PUNCHED, (byte) 0);
      byte[] back = new byte[bytes.length];
      assertEquals(back.length, file.read(UnendedMount.OFFSET, MemorySegment.ofArray(back)));
      assertArrayEquals(bytes, back);
      assertEquals(UnendedMount.STORED, file.map(UnendedMount.STORED_AT, 4096).getLong(0));
      assertEquals(UnendedMount.SIZE, file.sizeBytes());
    }
    try (Region region = region();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      assertEquals(List.of(), FileSystemCheck.check(device).defects());
    }
  }

  @Test
  @DisplayName("Second opener is locked out")
  void secondOpenerIsLockedOut() throws IOException {
    try (Region region = region()) {
      assertTrue(region.isOpen());
      assertThrows(RegionLockedException.class, this::region);
    }
  }

  @Test
  @DisplayName("Misaligned size of device is refused")
  void misalignedSizeOfDeviceIsRefused() {
    assumeTrue(!mounted);
    assertThrows(RegionSizeException.class, () -> Region.at(path).size(MIB).open());
  }

  @Test
  @DisplayName("File that shrinks is media error on every path")
  void fileThatShrinksIsMediaErrorOnEveryPath() throws IOException {
    assumeTrue(mounted);
    try (Region region = region();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(32 * MIB);
      }
      long gone = 40 * MIB / 4096;
      MemorySegment sector = MemorySegment.ofArray(new byte[4096]);
      Persister persister = Persister.of(region);
      for (int i = 0; i < 200; i++) {
        assertThrows(MediaErrorException.class, () -> device.read(gone, sector));
        assertThrows(MediaErrorException.class, () -> device.write(gone, sector));
        assertThrows(MediaErrorException.class, () -> device.writeZeroes(gone, 1));
        assertThrows(
            MediaErrorException.class, () -> persister.copyPersist(gone * 4096, sector, 0, 64));
      }
      device.write(3, sector);
    }
  }
}

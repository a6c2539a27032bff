package io.jdax.fs.format;

import static io.jdax.Sizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a release does with a version, or with features, that it does not know. */
class UnknownFormatTest {
  private static final long VERSION = 12;
  private static final long COMPATIBLE = 16;
  private static final long INCOMPATIBLE = 24;
  private static final long BLOCK_SIZE = 48;

  private static final long SMALL_BLOCKS = 1;

  /** The incompatible feature that the image has. */
  private static final long QUOTAS = 2;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @ParameterizedTest(name = "bit {0}")
  @ValueSource(ints = {4, 5, 31, 32, 63})
  @DisplayName("An unknown incompatible feature is refused by mount, check and repair: no change")
  void unknownIncompatible(int bit) throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          change(region, slot -> slot.set(LONG, INCOMPATIBLE, QUOTAS | 1L << bit));
          assertRefused(
              region,
              device,
              "the file system uses incompatible features that this release does not know: 0x"
                  + Long.toHexString(1L << bit));
        });
  }

  @Test
  @DisplayName("Small blocks without their feature, and the feature without them, are refused")
  void blockSizeAgainstFeature() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          change(region, slot -> slot.set(LONG, INCOMPATIBLE, QUOTAS | SMALL_BLOCKS));
          assertRefused(region, device, "block size 4096 with the incompatible features 0x3");
          change(region, slot -> slot.set(LONG, INCOMPATIBLE, QUOTAS));
          change(region, slot -> slot.set(INT, BLOCK_SIZE, 512));
          assertRefused(region, device, "block size 512 with the incompatible features 0x2");
        });
  }

  @Test
  @DisplayName(
      "A newer version is refused by mount, check and repair, whatever its other fields are")
  void newerVersion() throws IOException {
    ImageFixture.onImage(
        (region, device) -> {
          change(
              region,
              slot -> {
                slot.asSlice(VERSION).fill((byte) 0x5a);
                slot.set(INT, VERSION, 2);
              });
          assertRefused(
              region,
              device,
              "the file system has format version 2, and this release reads versions up to 1");
        });
  }

  private static void change(Region region, TreeVandal.Vandalism change) {
    TreeVandal.superblock(region, 0, change);
    TreeVandal.superblock(region, 1, change);
  }

  private static void assertRefused(Region region, PmemBlockDevice device, String sentence) {
    byte[] before = ImageFixture.bytes(region);
    List<Executable> calls =
        List.of(
            () -> DaxFileSystem.mount(device).close(),
            () -> FileSystemCheck.check(device),
            () -> FileSystemCheck.repair(device));
    for (Executable call : calls) {
      String said = Messages.of(assertThrows(UnsupportedFormatException.class, call));
      assertTrue(said.contains(sentence), said);
      assertArrayEquals(before, ImageFixture.bytes(region));
    }
  }

  @Test
  @DisplayName("Unknown compatible features are accepted, and every commit keeps their bits")
  void unknownCompatible() throws IOException {
    long unknown = 1L << 63 | 1;
    ImageFixture.onImage(
        (region, device) -> {
          change(region, slot -> slot.set(LONG, COMPATIBLE, unknown));
          assertEquals(List.of(), FileSystemCheck.check(device).defects());
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            fs.open("/new", OpenMode.WRITE, OpenMode.CREATE_NEW).close();
            fs.open("/newer", OpenMode.WRITE, OpenMode.CREATE_NEW).close();
          }
          for (long slot = 0; slot < 2; slot++) {
            assertEquals(unknown, region.segment().get(LONG, slot * PAGE + COMPATIBLE));
          }
          try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
            assertEquals(List.of("docs", "naïve", "new", "newer"), ImageFixture.list(fs, "/"));
          }
        });
  }
}

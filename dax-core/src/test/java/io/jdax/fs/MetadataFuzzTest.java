package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whatever metadata says, mount and check work or tell what is wrong")
class MetadataFuzzTest {
  private static final int IMAGES = 20_000;
  private static final int BATCH = 1000;

  /** One batch takes seconds; only what never ends takes this long. */
  private static final Duration FOREVER = Duration.ofMinutes(5);

  private static final int BLOCKS = 128;
  private static final int SUPERBLOCK_BYTES = 512;
  private static final int MAX_DEPTH = 6;
  private static final int REPAIR_EVERY = 4;

  private final long seed = Long.getLong("jdax.test.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
  private final Region region;
  private final PmemBlockDevice device;
  private final List<Long> nodes = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final byte[] pristine;
  private int mounted;
  private int defective;
  private int repaired;
  private boolean anyBit;

  MetadataFuzzTest() throws IOException {
    region = Region.anonymous("fuzz", BLOCKS * PAGE);
    device = PmemBlockDevice.of(region, Persister.of(region), PAGE);
    DaxFileSystem.format(device, "fuzz");
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      fs.createDirectory("/d");
      fs.createDirectory("/d/e");
      fs.symlink("/d/f", "/s");
      for (String path : new String[] {"/a", "/d/f", "/d/g", "/d/e/h"}) {
        try (DaxFile file = fs.open(path, OpenMode.WRITE, OpenMode.CREATE)) {
          file.write(0, page);
          file.write(3 * PAGE, page);
          file.fsync();
        }
        fs.setAttribute(path, "user.x", new byte[700]);
      }
      fs.link("/a", "/b");
      for (int i = 0; i < 40; i++) {
        fs.open("/d/e/n" + i, OpenMode.WRITE, OpenMode.CREATE).close();
      }
    }
    for (int level = 0; level <= TreeVandal.rootLevel(region); level++) {
      nodes.addAll(TreeVandal.nodes(region, level));
    }
    pristine = region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  @Test
  @DisplayName("Flipped bits and overwritten pieces of metadata, with bad checksums and good ones")
  void fuzz() {
    int images = IMAGES * Integer.getInteger("jdax.test.multiplier", 1);
    System.out.println("seed " + seed + ", " + nodes.size() + " nodes, images: " + images);
    for (int i = 0; i < images; i += BATCH) {
      assertTimeoutPreemptively(
          FOREVER,
          () -> {
            for (int j = 0; j < BATCH; j++) {
              image(j);
            }
          });
    }
    System.out.println(
        "images with defects: %d, mounted: %d, repaired: %d"
            .formatted(defective, mounted, repaired));
  }

  private void image(int number) {
    done.clear();
    region.segment().copyFrom(MemorySegment.ofArray(pristine));
    damage();
    try {
      CheckReport report = check();
      if (anyBit) {
        assertTrue(report != null && !report.isClean(), "a flipped bit is detected");
      }
      if (report != null && !report.isClean()) {
        defective++;
        if (number % REPAIR_EVERY == 0) {
          repair(report);
        }
      }
      mount(report);
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ": " + done, e);
    }
  }

  // ---------------------------------------------------------------- damage

  private void damage() {
    anyBit = false;
    int kind = random.nextInt(6);
    if (kind == 0) {
      anyBit = true;
      long pfn = block();
      long bit = random.nextLong((pfn < 2 ? SUPERBLOCK_BYTES : PAGE) * 8L);
      flip(pfn * PAGE * 8 + bit);
      return;
    }
    boolean seal = kind > 2;
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      long pfn = block();
      overwrite(pfn, kind);
      if (seal) {
        if (pfn < 2) {
          TreeVandal.sealSuperblock(region, (int) pfn);
        } else {
          TreeVandal.sealNode(region, pfn);
        }
      }
    }
  }

  private long block() {
    int i = random.nextInt(nodes.size() + 2);
    return i < 2 ? i : nodes.get(i - 2);
  }

  private void overwrite(long pfn, int kind) {
    long at = pfn * PAGE;
    int span = pfn < 2 ? SUPERBLOCK_BYTES : PAGE;
    switch (kind) {
      case 1, 3 -> flip((at + random.nextInt(span)) * 8 + random.nextInt(8));
      case 2 -> {
        boolean whole = random.nextBoolean();
        fill(whole ? at : at + random.nextInt(span / 64) * 64L, whole ? PAGE : 64);
      }
      case 4 -> {
        // One byte, mostly where slots and their values are.
        long offset = at + random.nextInt(Math.min(span, 400));
        byte value = (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
        region.segment().set(ValueLayout.JAVA_BYTE, offset, value);
        done.add("byte " + offset + " = " + value);
      }
      default -> {
        long offset = at + 8 + random.nextInt(span / 8 - 1) * 8L;
        long value = random.nextBoolean() ? random.nextLong() : random.nextInt(BLOCKS * 2);
        region.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
        done.add("long " + offset + " = " + value);
      }
    }
  }

  private void flip(long bit) {
    byte old = region.segment().get(ValueLayout.JAVA_BYTE, bit / 8);
    region.segment().set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    done.add("bit " + bit % 8 + " of byte " + bit / 8);
  }

  private void fill(long offset, int length) {
    byte[] bytes = new byte[length];
    switch (random.nextInt(3)) {
      case 0 -> random.nextBytes(bytes);
      case 1 -> {
        long from = block() * PAGE + offset % PAGE;
        MemorySegment.copy(region.segment(), ValueLayout.JAVA_BYTE, from, bytes, 0, length);
      }
      default -> {}
    }
    MemorySegment.copy(bytes, 0, region.segment(), ValueLayout.JAVA_BYTE, offset, length);
    done.add(length + " bytes at " + offset);
  }

  // ---------------------------------------------------------------- use

  /** Or null if it is no file system that this release knows. */
  private @Nullable CheckReport check() throws IOException {
    try {
      return FileSystemCheck.check(device);
    } catch (NotFormattedException | UnsupportedFormatException typed) {
      return null;
    }
  }

  private void repair(CheckReport found) throws IOException {
    try {
      FileSystemCheck.repair(device);
    } catch (NoSpaceException full) {
      return;
    }
    if (!found.isRepairable()) {
      return;
    }
    assertEquals(List.of(), FileSystemCheck.check(device).defects());
    repaired++;
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      read(fs, "/", 0);
      try {
        fs.createDirectory("/added" + seed);
      } catch (NoSpaceException e) {
        // A forged extent, with a good checksum, may own what was free; nobody can know better.
        assertEquals(0, fs.statfs().usableBlocks(), "usable blocks");
      }
    }
    assertEquals(List.of(), FileSystemCheck.check(device).defects());
  }

  private void mount(@Nullable CheckReport report) throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device, 1)) {
      mounted++;
      int before = done.size();
      read(fs, "/", 0);
      assertTrue(
          report == null || !report.isClean() || done.size() == before,
          "what a check finds clean can be read");
    } catch (CorruptMetadataException | NotFormattedException | UnsupportedFormatException typed) {
      assertFalse(
          report != null && report.isClean(), "a mount refuses what a check finds clean: " + typed);
    }
  }

  /** Names that can't be opened are told by exceptions that name them. */
  private void read(DaxFileSystem fs, String directory, int depth) throws IOException {
    for (DirectoryEntry entry : fs.list(directory).toList()) {
      String path = directory + "/" + entry.name();
      try {
        switch (entry.type()) {
          case DIRECTORY -> {
            if (depth < MAX_DEPTH && !entry.name().startsWith(".")) {
              read(fs, path, depth + 1);
            }
          }
          case SYMLINK -> fs.readSymlink(path);
          case REGULAR -> readFile(fs, path);
        }
        // A link is followed, and may rightly lead nowhere.
        boolean link = entry.type() == FileType.SYMLINK;
        for (String name : link ? List.<String>of() : fs.attributes(path)) {
          fs.attribute(path, name);
        }
      } catch (FileSystemException | CorruptMetadataException typed) {
        done.add(path + ": " + typed);
      }
    }
  }

  private void readFile(DaxFileSystem fs, String path) throws IOException {
    try (DaxFile file = fs.open(path)) {
      long size = file.sizeBytes();
      file.read(0, page);
      file.read(Math.max(0, size - PAGE), page);
      file.extents();
    }
  }
}

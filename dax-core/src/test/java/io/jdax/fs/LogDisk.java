package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.Sizes;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.log.LogVandal;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file system with a log, and what a kill or a loss of power would leave of it now. */
final class LogDisk implements AutoCloseable {
  static final int PAGE = Sizes.PAGE;
  private static final MountOptions OPTIONS = MountOptions.DEFAULTS.withParallelism(1);

  /** Makes the persister of a region. */
  @FunctionalInterface
  interface Driver {
    Persister of(Region region) throws IOException;
  }

  final Region region;
  final Persister persister;
  final PmemBlockDevice device;
  private @Nullable DaxFileSystem mounted;
  private final List<LogDisk> others = new ArrayList<>();

  private LogDisk(Region region, Persister persister) throws IOException {
    this.region = region;
    this.persister = persister;
    this.device = PmemBlockDevice.of(region, persister, PAGE);
  }

  /** Formatted, with a block size, and mounted. */
  static LogDisk format(long size, int block, Driver driver) throws IOException {
    Region region = Region.anonymous("log", size);
    LogDisk disk = new LogDisk(region, driver.of(region));
    DaxFileSystem.format(disk.device, "log", block);
    disk.mount();
    return disk;
  }

  /** Formatted and mounted. */
  static LogDisk format(long size, Driver driver) throws IOException {
    return format(size, PAGE, driver);
  }

  /** Formatted and mounted, in memory. */
  static LogDisk format(long size) throws IOException {
    return format(size, Persister::of);
  }

  /** Formatted and mounted; knows what a loss of power would leave. */
  static LogDisk recording(long size) throws IOException {
    return format(size, RecordingPersister::alone);
  }

  /** Not mounted. */
  static LogDisk of(byte[] image) throws IOException {
    return of(image, Persister::of);
  }

  /** Not mounted. */
  static LogDisk of(byte[] image, Driver driver) throws IOException {
    Region region = Region.anonymous("log", image.length);
    MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
    return new LogDisk(region, driver.of(region));
  }

  /** Mounts, after what was mounted is closed. */
  DaxFileSystem mount() throws IOException {
    return mount(OPTIONS);
  }

  DaxFileSystem mount(MountOptions options) throws IOException {
    unmount();
    DaxFileSystem fs = DaxFileSystem.mount(device, options);
    mounted = fs;
    return fs;
  }

  void unmount() throws IOException {
    DaxFileSystem last = mounted;
    mounted = null;
    if (last != null) {
      last.close();
    }
  }

  DaxFileSystem fs() {
    DaxFileSystem fs = mounted;
    if (fs == null) {
      throw new IllegalStateException("not mounted");
    }
    return fs;
  }

  /** Memory as it is. */
  byte[] image() {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  /** What a kill of the process would leave now: all that was stored. Closed with this one. */
  LogDisk kill() throws IOException {
    return other(image());
  }

  /** A mount after a kill finds a file of these bytes, and a check nothing. */
  void assertAfterKill(String path, byte[] expected) throws IOException {
    try (LogDisk after = of(image())) {
      assertEquals(List.of(), after.check().defects());
      assertArrayEquals(expected, read(after.mount(), path), path);
    }
  }

  /** What a loss of power would leave now: what was flushed and fenced. Closed with this one. */
  LogDisk powerLoss() throws IOException {
    return other(((RecordingPersister) persister).image());
  }

  private LogDisk other(byte[] image) throws IOException {
    LogDisk other = of(image);
    others.add(other);
    return other;
  }

  CheckReport check() throws IOException {
    return FileSystemCheck.check(device);
  }

  /** Nothing is wrong, and nothing is after a mount. */
  LogDisk assertSound() throws IOException {
    assertEquals(List.of(), check().defects());
    mount();
    unmount();
    assertEquals(List.of(), check().defects());
    return this;
  }

  /** A mount finds a file of these bytes, and so does the next one; a check finds nothing. */
  LogDisk assertFile(String path, byte[] expected) throws IOException {
    assertEquals(List.of(), check().defects());
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(expected, read(mount(), path), path);
      unmount();
    }
    assertEquals(List.of(), check().defects());
    return this;
  }

  /** A mount finds no such file. */
  LogDisk assertNone(String path) throws IOException {
    assertEquals(List.of(), check().defects());
    assertFalse(mount().exists(path), path);
    unmount();
    assertEquals(List.of(), check().defects());
    return this;
  }

  /** Frames that neither the tree nor the log, superblocks or a record of a file's have. */
  List<Long> freeFrames() throws IOException {
    BitSet used = new BitSet();
    used.set(0, 2);
    LogVandal log = new LogVandal(region);
    used.set((int) log.place().firstFrame(), (int) log.place().endFrame());
    for (int level = TreeVandal.rootLevel(region); level >= 0; level--) {
      TreeVandal.nodes(region, level).forEach(pfn -> used.set(pfn.intValue()));
    }
    LogDisk copy = other(image());
    DaxFileSystem fs = copy.mount();
    for (DirectoryEntry entry : fs.list("/").toList()) {
      try (DaxFile file = fs.open("/" + entry.name())) {
        for (FileExtent e : file.extents()) {
          used.set((int) e.pfn(), (int) (e.pfn() + e.length() / PAGE));
        }
      }
    }
    List<Long> free = new ArrayList<>();
    for (int pfn = used.nextClearBit(0); pfn < region.sizeBytes() / PAGE; ) {
      free.add((long) pfn);
      pfn = used.nextClearBit(pfn + 1);
    }
    return free;
  }

  /** All bytes of a file. */
  static byte[] read(DaxFileSystem fs, String path) throws IOException {
    try (DaxFile file = fs.open(path)) {
      byte[] bytes = new byte[Math.toIntExact(file.sizeBytes())];
      int n = bytes.length == 0 ? 0 : file.read(0, MemorySegment.ofArray(bytes));
      return n == bytes.length ? bytes : Arrays.copyOf(bytes, Math.max(0, n));
    }
  }

  /** Pages, each full of one value. */
  static byte[] pages(int... values) {
    byte[] bytes = new byte[values.length * PAGE];
    for (int i = 0; i < values.length; i++) {
      Arrays.fill(bytes, i * PAGE, (i + 1) * PAGE, (byte) values[i]);
    }
    return bytes;
  }

  /** As {@link #pages}, to be written. */
  static MemorySegment page(int... values) {
    return MemorySegment.ofArray(pages(values));
  }

  @Override
  public void close() throws IOException {
    for (LogDisk other : others) {
      other.close();
    }
    unmount();
    device.close();
    region.close();
  }
}

package io.jdax.bench.measured.append;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a kill leaves of a device when its log is as full as it can be, and what a close leaves of
 * the same files. Each record tells of a block that lies alone, which is the most that a mount can
 * be told by a frame.
 */
final class FullLog {
  static final int PAGE_BYTES = 4096;

  /** The smallest device with the largest log. */
  private static final long DEVICE_BYTES = 256L << 20;

  private static final int FRAMES = 512;

  /** A file that is folded while it is written takes another frame. */
  private static final int SPARE_FRAMES = 4;

  /** In a frame, of which the last place is for the time. */
  private static final int RECORDS = 62;

  /** What is put back to, and mounted. */
  final Region region;

  final MemorySegment afterKill;
  final MemorySegment afterClose;

  private FullLog(Region region, MemorySegment afterKill, MemorySegment afterClose) {
    this.region = region;
    this.afterKill = afterKill;
    this.afterClose = afterClose;
  }

  static FullLog make() throws IOException {
    Region region = Region.anonymous("jdax-bench-kill", DEVICE_BYTES);
    try {
      HeldFolds persister = new HeldFolds(Persister.of(region));
      PmemBlockDevice device = PmemBlockDevice.of(region, persister, PAGE_BYTES);
      DaxFileSystem.format(device, "bench");
      MemorySegment afterKill = fillAndClose(device, persister);
      return new FullLog(region, afterKill, copyOf(region));
    } catch (Throwable t) {
      region.close();
      throw t;
    }
  }

  /** Returns what the device holds when the log is full. */
  private static MemorySegment fillAndClose(PmemBlockDevice device, HeldFolds persister)
      throws IOException {
    try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
      List<DaxFile> files = files(fs);
      persister.hold();
      try {
        fill(fs, files);
        return copyOf(persister.region());
      } finally {
        persister.letGo();
        for (DaxFile file : files) {
          file.close();
        }
      }
    }
  }

  private static List<DaxFile> files(DaxFileSystem fs) throws IOException {
    List<DaxFile> files = new ArrayList<>();
    for (int i = 0; i < FRAMES - SPARE_FRAMES; i++) {
      files.add(fs.open("/" + i, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE));
    }
    return files;
  }

  private static void fill(DaxFileSystem fs, List<DaxFile> files) throws IOException {
    MemorySegment page = Arena.ofAuto().allocate(PAGE_BYTES).fill((byte) 0x5a);
    for (DaxFile file : files) {
      for (int i = 0; i < RECORDS; i++) {
        file.write(2L * i * PAGE_BYTES, page);
      }
    }
    int free = fs.logStatistics().freeFrames();
    if (free > SPARE_FRAMES) {
      throw new IOException(free + " frames of the log are free where there should be none");
    }
  }

  private static MemorySegment copyOf(Region region) throws IOException {
    return Region.anonymous("jdax-bench-kill-copy", DEVICE_BYTES)
        .segment()
        .copyFrom(region.segment());
  }
}

package io.jdax.tests.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.OpenMode;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A file system in memory of its own, and what power loss would leave of it. */
final class TestFs implements AutoCloseable {
  static final int PAGE = Pages.BYTES;

  private final Region region;
  private final Persister persister;
  private final PmemBlockDevice device;
  private DaxFileSystem fs;

  private TestFs(Region region, Persister persister, boolean format) throws IOException {
    this.region = region;
    this.persister = persister;
    this.device = PmemBlockDevice.of(region, persister, PAGE);
    try {
      if (format) {
        DaxFileSystem.format(device, "test");
      }
      fs = DaxFileSystem.mount(device);
    } catch (Throwable t) {
      device.close();
      region.close();
      throw t;
    }
  }

  static TestFs format(long bytes) throws IOException {
    Region region = Region.anonymous("test", bytes);
    return new TestFs(region, Persister.of(region), true);
  }

  /** Knows what was flushed, and can tell what would {@link #survive}. */
  static TestFs recording(long bytes) throws IOException {
    Region region = Region.anonymous("test", bytes);
    return new TestFs(region, RecordingPersister.alone(region), true);
  }

  /** What is on an image, mounted elsewhere. */
  static TestFs ofImage(byte[] image) throws IOException {
    Region region = Region.anonymous("survivor", image.length);
    MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
    return new TestFs(region, Persister.of(region), false);
  }

  DaxFileSystem fs() {
    return fs;
  }

  /** The bytes that are durable for sure. */
  byte[] image() {
    return ((RecordingPersister) persister).image();
  }

  /** Power is lost now: the file system that comes up again. */
  TestFs survive() throws IOException {
    return ofImage(image());
  }

  void remount() throws IOException {
    fs.close();
    fs = DaxFileSystem.mount(device);
  }

  DaxFile create(String path) throws IOException {
    return fs.open(path, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
  }

  /** A file with this content; not synced. */
  DaxFile create(String path, byte[] content) throws IOException {
    DaxFile file = create(path);
    file.write(0, MemorySegment.ofArray(content));
    return file;
  }

  /** All of a file. */
  byte[] read(String path) throws IOException {
    try (DaxFile file = fs.open(path)) {
      return read(file);
    }
  }

  static byte[] read(DaxFile file) throws IOException {
    byte[] out = new byte[Math.toIntExact(file.sizeBytes())];
    int n = file.read(0, MemorySegment.ofArray(out));
    return n == out.length ? out : Arrays.copyOf(out, Math.max(0, n));
  }

  static byte[] bytes(int length, int value) {
    byte[] out = new byte[length];
    Arrays.fill(out, (byte) value);
    return out;
  }

  /**
   * Blocks that hold content of files: neither free nor metadata. Nodes that the last commits have
   * replaced count too, unless it has just been mounted: some, not many.
   */
  long contentBlocks() throws IOException {
    fs.sync();
    fs.reclaim();
    FileSystemStat stat = fs.statfs();
    return stat.totalBlocks() - stat.freeBlocks() - stat.metadataBlocks();
  }

  /** Nothing but what was there at first holds blocks: nearly so at once, exactly when mounted. */
  void requireContentBlocks(long expected) throws IOException {
    for (int i = 0; i < 4; i++) {
      fs.createDirectory("/commit");
      fs.removeDirectory("/commit");
    }
    long now = contentBlocks();
    assertTrue(now < expected + 24, () -> now + " blocks, at first " + expected);
    remount();
    assertEquals(expected, contentBlocks(), "blocks once mounted");
  }

  @Override
  public void close() throws IOException {
    try {
      fs.close();
      device.close();
    } finally {
      region.close();
    }
  }
}

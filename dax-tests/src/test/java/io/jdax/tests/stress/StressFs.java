package io.jdax.tests.stress;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;

/**
 * The file system of a JVM that runs one race: made once, shared by all states of the race, of
 * which there are many; it ends with the JVM. Failures are unchecked: they end the race with an
 * error, which counts as a forbidden outcome.
 */
final class StressFs {
  static final int PAGE = Pages.BYTES;

  private final DaxFileSystem fs;

  StressFs(long bytes) {
    try {
      Region region = Region.anonymous("races", bytes);
      PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), PAGE);
      DaxFileSystem.format(device, "races");
      fs = DaxFileSystem.mount(device);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DaxFile create(String path) {
    try {
      return fs.open(path, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static View map(DaxFile file, long bytes) {
    try {
      return new View(file.map(0, bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void truncate(DaxFile file, long bytes) {
    try {
      file.truncate(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void punch(DaxFile file, long offset, long bytes) {
    try {
      file.punchHole(offset, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By write(). */
  static void write(DaxFile file, long offset, int... values) {
    try {
      file.write(offset, MemorySegment.ofArray(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@link #write} at the beginning, on a device that is full: again and again. */
  void writeFull(DaxFile file, int[] values) {
    for (int i = 0; !tryWrite(file, values); i++) {
      if (i == 100) {
        throw new IllegalStateException("no space for a page: " + fs.statfs());
      }
    }
  }

  /**
   * As {@link #write} at the beginning; false: no space. Then what was promised to the records of
   * stores and what waits to be free is to be had the next time.
   */
  boolean tryWrite(DaxFile file, int[] values) {
    try {
      try {
        file.write(0, MemorySegment.ofArray(values));
        return true;
      } catch (NoSpaceException e) {
        fs.sync();
        fs.reclaim();
        return false;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** By read(): an int; {@code otherwise} at the end of the file. */
  static int read(DaxFile file, long offset, int otherwise) {
    try {
      int[] got = new int[1];
      return file.read(offset, MemorySegment.ofArray(got)) == 4 ? got[0] : otherwise;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.jdax.tests.stress;

import static io.jdax.tests.stress.StressFs.PAGE;

import io.jdax.fs.DaxFile;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Files of one page on a device that is nearly full, and another file that takes most of what is
 * free: soon it has the block that one of them gave up. Each state of a race takes a file, round
 * and round.
 */
final class Reused {
  static final int OWN = 7;
  static final int OTHER = 9;

  /** Blocks that are left free; the tree wants some to come and go. */
  private static final int SPARE = 64;

  private static final int[] OWN_PAGE = new int[PAGE / 4];
  private static final int[] OTHER_PAGES = new int[48 * PAGE / 4];

  static {
    Arrays.fill(OWN_PAGE, OWN);
    Arrays.fill(OTHER_PAGES, OTHER);
  }

  private final StressFs fs = new StressFs(2L * Races.LIVE * 2 * PAGE + (4 << 20));
  private final One[] files = new One[2 * Races.LIVE];
  private final DaxFile other;
  private int next;

  Reused() {
    for (int i = 0; i < files.length; i++) {
      DaxFile file = fs.create("/f" + i);
      StressFs.write(file, 0, OWN_PAGE);
      files[i] = new One(file, StressFs.map(file, PAGE));
    }
    other = fs.create("/other");
    StressFs.truncate(other, OTHER_PAGES.length * 4L);
    fill(fs.create("/rest"));
  }

  /** Takes what is free, but for {@link #SPARE}. */
  private static void fill(DaxFile rest) {
    try {
      long size = 0;
      for (int chunk = 256; chunk > 0; chunk /= 2) {
        try {
          while (true) {
            rest.allocate(size, (long) chunk * PAGE, false);
            size += (long) chunk * PAGE;
          }
        } catch (NoSpaceException e) {
          // a smaller one, then
        }
      }
      rest.truncate(size - SPARE * PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that has a block. */
  One take() {
    One one;
    synchronized (this) {
      one = files[next];
      next = (next + 1) % files.length;
    }
    fs.writeFull(one.file, OWN_PAGE);
    one.view.getInt(0); // translated
    return one;
  }

  /** A file of one page. */
  final class One {
    private final DaxFile file;
    private final View view;

    private One(DaxFile file, View view) {
      this.file = file;
      this.view = view;
    }

    /** Reads a while: what there was that is not the file's, or else what came last. */
    int watch() {
      int seen = OWN;
      for (int i = 0; i < 64; i++) {
        seen = view.getIntOpaque(i * 64 % PAGE);
        if (seen != OWN && seen != 0) {
          return seen;
        }
      }
      int read = StressFs.read(file, 2048, -1);
      return read == OWN || read == 0 ? seen : read;
    }

    /** Gives the block up to the other file, or to nobody; whether that has had it. */
    boolean punchAndReuse() {
      synchronized (other) {
        try {
          long block = file.extents().getFirst().pfn();
          file.punchHole(0, PAGE);
          if (!fs.tryWrite(other, OTHER_PAGES)) {
            return false; // the tree wanted it all; nothing was written
          }
          boolean reused = false;
          for (FileExtent e : other.extents()) {
            reused |= e.pfn() <= block && block < e.pfn() + e.length() / PAGE;
          }
          other.punchHole(0, OTHER_PAGES.length * 4L);
          return reused;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** What it holds now. */
    int after() {
      return view.getInt(0);
    }
  }
}

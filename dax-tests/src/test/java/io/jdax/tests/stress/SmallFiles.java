package io.jdax.tests.stress;

import static io.jdax.tests.stress.StressFs.PAGE;

import io.jdax.fs.DaxFile;
import io.jdax.mm.BeyondEndException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Files of two pages, each mapped: each state of a race takes one of its own, round and round. */
final class SmallFiles {
  static final int BYTES = 2 * PAGE;

  /** A word of the second page is what the race is about. */
  record Small(DaxFile file, View view) {
    private static final int AT = PAGE + 128;

    /** −1 beyond the end. */
    int load() {
      try {
        return view.mapping().getInt(AT);
      } catch (BeyondEndException e) {
        return -1;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** What was stored; −1 beyond the end. */
    int store(int value) {
      try {
        view.mapping().putInt(AT, value);
        return value;
      } catch (BeyondEndException e) {
        return -1;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** By read(); −1 beyond the end. */
    int read() {
      return StressFs.read(file, AT, -1);
    }
  }

  private final Small[] files = new Small[2 * Races.LIVE];
  private int next;

  SmallFiles() {
    StressFs fs = new StressFs(4L * files.length * BYTES + (16 << 20));
    for (int i = 0; i < files.length; i++) {
      DaxFile file = fs.create("/f" + i);
      StressFs.truncate(file, BYTES);
      files[i] = new Small(file, StressFs.map(file, BYTES));
    }
  }

  /** A file that is filled with {@code value}; every other time its mapping has seen that. */
  Small take(int value) {
    Small f;
    boolean touched;
    synchronized (this) {
      f = files[next % files.length];
      touched = (next / files.length + next) % 2 == 0;
      next = (next + 1) % (2 * files.length);
    }
    int[] content = new int[BYTES / 4];
    Arrays.fill(content, value);
    StressFs.write(f.file, 0, content);
    if (touched) {
      f.load();
    }
    return f;
  }
}

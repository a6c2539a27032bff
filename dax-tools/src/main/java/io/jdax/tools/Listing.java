package io.jdax.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Prints files as they are found, so that of a long list only the directories above are kept. */
abstract class Listing {
  private static final int FILES_PER_CHECK = 1000;

  final PrintWriter out;
  private int files;

  Listing(PrintWriter out) {
    this.out = out;
  }

  /** Called when all files of a directory are known, and none of them is printed. */
  abstract void begin(List<FileFacts> directory);

  /** Called when all below a directory is printed, and the one above it goes on. */
  abstract void leave();

  /**
   * Prints a file of the directory that has begun last.
   *
   * @param path what to call the file
   */
  void file(FileFacts facts, String path) throws IOException {
    print(facts, path);
    if (++files % FILES_PER_CHECK == 0 && out.checkError()) {
      throw new IOException("standard output: can't be written to"); // the reader has gone
    }
  }

  abstract void print(FileFacts facts, String path);

  /** Called when nothing more follows. */
  abstract void end();
}

package io.jdax.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/**
 * Prints files as they are found: of a long list, no more is kept than of the directories above.
 */
abstract class Listing {
  private static final int FILES_PER_CHECK = 1000;

  final PrintWriter out;
  private int files;

  Listing(PrintWriter out) {
    this.out = out;
  }

  /** All files of a directory are known, and none of them is printed. */
  abstract void begin(List<FileFacts> directory);

  /** All below a directory is printed; the one above it goes on. */
  abstract void leave();

  /**
   * A file of the directory begun last.
   *
   * @param path what to call it
   */
  void file(FileFacts facts, String path) throws IOException {
    print(facts, path);
    if (++files % FILES_PER_CHECK == 0 && out.checkError()) {
      throw new IOException("standard output: can't be written to"); // nobody listens any more
    }
  }

  abstract void print(FileFacts facts, String path);

  /** Nothing more follows. */
  abstract void end();
}

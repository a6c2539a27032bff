package io.jdax.tests.crash;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.Insides;

/** Tells a file system's space that a commit is durable which is not: a bug on purpose. */
final class EarlyFree {
  private EarlyFree() {}

  static void allow(DaxFileSystem fs, long commit) {
    if (Insides.isOpen(fs)) { // else the next one is being mounted
      Insides.space(fs).committed(commit);
    }
  }

  /** Frames of the log are free as soon as they are given back, whatever is durable by then. */
  static void allowFrames(DaxFileSystem fs) {
    if (Insides.isOpen(fs)) {
      Insides.log(fs).follow(change -> true);
    }
  }
}

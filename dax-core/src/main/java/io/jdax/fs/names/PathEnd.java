package io.jdax.fs.names;

import java.nio.file.FileSystemException;

/**
 * Where a path leads but for its last step, which nobody has looked up yet (the kernel's
 * filename_parentat): what a name is to be made in, or taken out of.
 *
 * @param path as the caller said it, for errors
 * @param directory that the last step begins in
 * @param step a name, {@code .} or {@code ..}; empty: the path is the root and has no step
 * @param slash whether a slash follows it
 */
record PathEnd(String path, long directory, String step, boolean slash) {
  /** Whether the path ends in a name, which may be made, moved or removed. */
  boolean isName() {
    return !step.isEmpty() && !step.equals(".") && !step.equals("..");
  }

  /**
   * EBUSY, for whoever moves names: the others stand for directories that have theirs elsewhere.
   */
  PathEnd named() throws FileSystemException {
    if (!isName()) {
      throw new FileSystemException(path, null, "the path does not end in a name");
    }
    return this;
  }
}

package io.jdax.tools;

import java.nio.file.FileSystemException;

/** One file can't be copied for what it is; the others can. */
final class SkippedException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  SkippedException(String file, String reason) {
    super(file, null, reason);
  }
}

package io.jdax.tools;

import java.nio.file.FileSystemException;

/** One file can't be copied, and the copy goes on with the others. */
final class SkippedException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  SkippedException(String file, String reason) {
    super(file, null, reason);
  }
}

package io.jdax.fs.error;

import java.nio.file.FileSystemException;

/**
 * EXDEV: a rename or link would take a file from one project to another. Its blocks would have to
 * be counted anew; copy it instead. Thrown before anything has changed.
 */
public final class CrossProjectException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final int from;
  private final int to;

  /**
   * @param file what was to get another name
   * @param added that name
   * @param from project of the file; 0: none
   * @param to project of the directory; 0: none
   */
  public CrossProjectException(String file, String added, int from, int to) {
    super(file, added, "crosses from %s to %s; copy instead".formatted(name(from), name(to)));
    this.from = from;
    this.to = to;
  }

  private static String name(int project) {
    return project == 0 ? "no project" : "project " + project;
  }

  /** Project of the file; 0: none. */
  public int from() {
    return from;
  }

  /** Project of the directory; 0: none. */
  public int to() {
    return to;
  }
}

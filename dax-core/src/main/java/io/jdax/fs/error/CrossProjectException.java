package io.jdax.fs.error;

import java.nio.file.FileSystemException;

/**
 * EXDEV. A rename or link would take a file from one project to another, where its blocks would
 * have to be counted again; copy the file instead. Thrown before anything has changed.
 */
public final class CrossProjectException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final int from;
  private final int to;

  /**
   * A name that can't be added.
   *
   * @param file path of what was to get another name
   * @param added path of that name
   * @param from id of the file's project, or 0 if it is in none
   * @param to id of the directory's project, or 0 if it is in none
   */
  public CrossProjectException(String file, String added, int from, int to) {
    super(file, added, "crosses from %s to %s; copy instead".formatted(name(from), name(to)));
    this.from = from;
    this.to = to;
  }

  private static String name(int project) {
    return project == 0 ? "no project" : "project " + project;
  }

  /** Id of the file's project, or 0 if it is in none. */
  public int from() {
    return from;
  }

  /** Id of the project of the directory that was to get the name, or 0 if it is in none. */
  public int to() {
    return to;
  }
}

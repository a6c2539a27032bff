package io.jdax.fs;

import io.jdax.fs.facts.OpenMode;

/** How tests open files. */
public final class Modes {
  /** For reading and writing; made if it is missing. */
  @SuppressWarnings("MutablePublicArray") // is passed as varargs
  public static final OpenMode[] RW = {OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE};

  private Modes() {}
}

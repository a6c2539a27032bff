package io.jdax.fs.facts;

/** How a file is opened. */
public enum OpenMode {
  /** Allows read() and mappings; the same as no mode at all. */
  READ,
  /** Allows write(), truncate and the like, and mappings that store. */
  WRITE,
  /** As WRITE, but every write() goes to the end of the file, whatever its offset says. */
  APPEND,
  /** Makes the file if there is none. */
  CREATE,
  /** Makes the file, and is refused with FileAlreadyExistsException if there is one. */
  CREATE_NEW,
  /**
   * Makes the file empty, durably. Refused with {@link io.jdax.mm.PinnedException} while memory of
   * it is pinned.
   */
  TRUNCATE,
  /** Each write() is durable on return, together with the metadata that is needed to read it. */
  DSYNC,
  /** As DSYNC, but with all metadata, including times. */
  SYNC,
  /** Refused with FileSystemLoopException if the path ends in a symbolic link. */
  NOFOLLOW
}

package io.jdax.fs.facts;

/** How a file is opened. */
public enum OpenMode {
  /** For read() and mappings; also what is meant by no mode. */
  READ,
  /** For write(), truncate and the like, and mappings that store. */
  WRITE,
  /** WRITE, and every write() goes to the end of the file, wherever it says. */
  APPEND,
  /** If there is no such file, makes one. */
  CREATE,
  /** Makes a new file; if there is one, that is an error. */
  CREATE_NEW,
  /** Makes the file empty. */
  TRUNCATE,
  /** Each write() is durable on return with the metadata that is needed to read it. */
  DSYNC,
  /** As DSYNC, with all metadata, times included. */
  SYNC,
  /** A symbolic link at the end of the path is an error. */
  NOFOLLOW
}

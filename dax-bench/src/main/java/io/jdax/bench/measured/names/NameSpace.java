package io.jdax.bench.measured.names;

import java.io.IOException;

/** A file system as a program sees it that makes, finds and removes names. Paths are absolute. */
interface NameSpace {
  /** A directory that is there for a trial. */
  String newDirectory() throws IOException;

  /** The directory that all threads have, which is made if it is not there. */
  String commonDirectory() throws IOException;

  /** Makes a file of one page. */
  void create(String path) throws IOException;

  /** Opens a file and reads its page. */
  void read(String path) throws IOException;

  /** What is known about a name. */
  long stat(String path) throws IOException;

  boolean exists(String path) throws IOException;

  /** Goes through a directory, and asks for what is known about each name; returns how many. */
  int list(String directory) throws IOException;

  void rename(String from, String to) throws IOException;

  void unlink(String path) throws IOException;

  void createDirectory(String path) throws IOException;

  void removeDirectory(String path) throws IOException;

  /** Gives a file a small extended attribute, or another value for it. */
  void setAttribute(String path, byte[] value) throws IOException;

  /** Removes a directory, with its names. */
  void clear(String directory) throws IOException;
}

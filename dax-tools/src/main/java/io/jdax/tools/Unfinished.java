package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.random.RandomGenerator;

/**
 * The name that one thread of a put writes under until a file is whole, and the note of that name
 * in the file system, an attribute of the root that is written before there is anything under the
 * name. A put that is killed leaves both, and the next one finds by the notes what to remove. It
 * removes nothing else: the region is locked, so that no other put is alive then, and a file that a
 * person gave a similar name is not in a note.
 */
final class Unfinished implements AutoCloseable {
  /** Of the first thread. The others add a point and a number. */
  static final String ATTRIBUTE = "jdax.put";

  /** What an attribute holds. Below a longer path, a put that is killed leaves its file. */
  private static final int LONGEST_BYTES = 1 << 16;

  private static final String ROOT = "/";

  private final DaxFileSystem files;
  private final String attribute;
  private final String name = ".put-%016x".formatted(RandomGenerator.getDefault().nextLong());
  private String noted = "";

  /**
   * @param thread tells the threads of a put apart, which have a note each
   */
  Unfinished(DaxFileSystem files, int thread) {
    this.files = files;
    this.attribute = thread == 0 ? ATTRIBUTE : ATTRIBUTE + "." + thread;
  }

  /** Removes what a put that was killed has left, before another one begins. */
  static void removeLeft(DaxFileSystem files) throws IOException {
    for (String attribute : files.attributes(ROOT)) {
      byte[] left =
          attribute.equals(ATTRIBUTE) || attribute.startsWith(ATTRIBUTE + ".")
              ? files.attribute(ROOT, attribute)
              : null;
      if (left != null) {
        remove(files, new String(left, StandardCharsets.UTF_8));
        files.removeAttribute(ROOT, attribute);
      }
    }
  }

  private static void remove(DaxFileSystem files, String path) throws IOException {
    try {
      if (files.lstat(path).type() != FileType.DIRECTORY) {
        files.unlink(path);
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      // It was renamed before the put was killed, or never made, or its directory is gone.
    }
  }

  /** A free name in a directory. What is made there is then renamed, or given up. */
  String in(String directory) throws IOException {
    String path = InsidePath.child(directory, name);
    if (!path.equals(noted)) {
      byte[] note = path.getBytes(StandardCharsets.UTF_8);
      if (note.length <= LONGEST_BYTES) {
        files.setAttribute(ROOT, attribute, note);
        noted = path;
      }
    }
    return path;
  }

  /** Removes what was made under the name, if anything. A failure is added to {@code e}. */
  void giveUp(String path, Throwable e) {
    try {
      remove(files, path);
    } catch (IOException | RuntimeException left) {
      e.addSuppressed(left);
    }
  }

  /** Removes the note, unless there is still something under the name. */
  @Override
  public void close() throws IOException {
    if (!noted.isEmpty() && !files.exists(noted)) {
      files.removeAttribute(ROOT, attribute);
    }
  }
}

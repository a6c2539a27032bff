package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.random.RandomGenerator;

/**
 * The name that a put writes under until a file is whole, and the note of it that the file system
 * keeps meanwhile: an attribute of the root tells the name before there is anything under it. A put
 * that is killed leaves both, and the next one finds by the note what is to be removed. Nothing
 * else is: the region is locked, so that no put is alive then, and what a person called alike is
 * not in the note.
 */
final class Unfinished implements AutoCloseable {
  static final String ATTRIBUTE = "jdax.put";

  /** An attribute holds 64 KiB. Below a path that is longer, a put that is killed leaves a name. */
  private static final int LONGEST = 1 << 16;

  private static final String ROOT = "/";

  private final DaxFileSystem files;
  private final String name = ".put-%016x".formatted(RandomGenerator.getDefault().nextLong());
  private String noted = "";

  /** Removes what is left of a put that was killed. */
  Unfinished(DaxFileSystem files) throws IOException {
    this.files = files;
    byte[] left = files.attribute(ROOT, ATTRIBUTE);
    if (left != null) {
      remove(new String(left, StandardCharsets.UTF_8));
      files.removeAttribute(ROOT, ATTRIBUTE);
    }
  }

  private void remove(String path) throws IOException {
    try {
      if (files.lstat(path).type() != FileType.DIRECTORY) {
        files.unlink(path);
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      // it was renamed before the end came, or was never made, or its directory was removed since
    }
  }

  /** A name in a directory that nothing has. What is made there is to be renamed, or given up. */
  String in(String directory) throws IOException {
    String path = InsidePath.child(directory, name);
    if (!path.equals(noted)) {
      byte[] note = path.getBytes(StandardCharsets.UTF_8);
      if (note.length <= LONGEST) {
        files.setAttribute(ROOT, ATTRIBUTE, note);
        noted = path;
      }
    }
    return path;
  }

  /** Removes what was made under the name, if anything was; a failure is told beside {@code e}. */
  void giveUp(String path, Throwable e) {
    try {
      remove(path);
    } catch (IOException | RuntimeException left) {
      e.addSuppressed(left);
    }
  }

  /** Takes the note away, unless something is left under the name still. */
  @Override
  public void close() throws IOException {
    if (!noted.isEmpty() && !files.exists(noted)) {
      files.removeAttribute(ROOT, ATTRIBUTE);
    }
  }
}

package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.DirectoryEntry;
import io.jdax.fs.FileType;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Paths inside a file system, which are strings with slashes in them. */
final class InsidePath {
  private static final int MAX_SYMLINKS = 40;

  private InsidePath() {}

  static String child(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /** What stands behind the last slash; empty for the root, and for a path that ends in . or ... */
  static String name(String path) {
    String bare = bare(path);
    String name = bare.substring(bare.lastIndexOf('/') + 1);
    return name.equals(".") || name.equals("..") ? "" : name;
  }

  static String parent(String path) {
    String bare = bare(path);
    int slash = bare.lastIndexOf('/');
    return slash <= 0 ? "/" : bare.substring(0, slash);
  }

  private static String bare(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  static boolean isDirectory(DaxFileSystem files, String path) throws IOException {
    return files.exists(path) && files.stat(path).type() == FileType.DIRECTORY;
  }

  /** Where a file really lies that is named by symbolic links: it is replaced there, not here. */
  static String behindSymlinks(DaxFileSystem files, String path) throws IOException {
    String at = path;
    for (int i = 0; i < MAX_SYMLINKS; i++) {
      if (!files.exists(at) || files.lstat(at).type() != FileType.SYMLINK) {
        return at;
      }
      String target = files.readSymlink(at);
      at = target.startsWith("/") ? target : child(parent(at), target);
    }
    throw new FileSystemLoopException(path);
  }

  /** What is in a directory, by name. */
  static List<DirectoryEntry> sorted(DaxFileSystem files, String directory) throws IOException {
    List<DirectoryEntry> entries = new ArrayList<>(files.list(directory).toList());
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    return entries;
  }

  /** A name for a terminal: what would move its cursor is a question mark. */
  static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}

package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NotDirectoryException;

/** Paths inside a file system, which are strings with slashes in them. */
final class InsidePath {
  private static final int MAX_SYMLINKS = 40;

  private InsidePath() {}

  static String child(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /** What comes after the last slash, or nothing for the root and for paths that end in . or ... */
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

  static String bare(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return path.substring(0, end);
  }

  /**
   * What a name means to a command that removes or moves it: a symbolic link means the link itself.
   * A slash after the name asks for a directory, and a link to one is not a directory.
   */
  static DirectoryEntry named(DaxFileSystem files, String path) throws IOException {
    String bare = bare(path);
    DirectoryEntry entry = InsideWalk.entry(files, bare.isEmpty() ? "/" : bare, false);
    if (path.endsWith("/") && entry.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(path);
    }
    return entry;
  }

  static boolean isDirectory(DaxFileSystem files, String path) throws IOException {
    return files.exists(path) && files.stat(path).type() == FileType.DIRECTORY;
  }

  /** The path that a chain of symbolic links leads to, where a file is then replaced. */
  static String endOfSymlinks(DaxFileSystem files, String path) throws IOException {
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

  /**
   * A name for a terminal, on one line. A question mark stands for what would move the cursor, turn
   * the order of what follows, or has no form in UTF-8.
   */
  static String printable(String name) {
    StringBuilder text = new StringBuilder(name.length());
    name.codePoints().forEach(c -> text.appendCodePoint(isPrintable(c) ? c : '?'));
    return text.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT ->
          switch (Character.getDirectionality(codePoint)) {
            case Character.DIRECTIONALITY_BOUNDARY_NEUTRAL -> true; // joiners are part of words
            default -> false;
          };
      default -> true;
    };
  }
}

package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A file as commands show it.
 *
 * @param path as the command line names it, or relative to what that names
 * @param link where a symbolic link leads, or empty for any other file
 */
record FileFacts(String path, FileStat stat, String link) {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int STICKY = 01000;

  /**
   * The facts of the file itself, even if it is a symbolic link.
   *
   * @param entry the file
   * @param path what to call it
   */
  static FileFacts of(DaxFileSystem files, DirectoryEntry entry, String path) throws IOException {
    return new FileFacts(
        path, files.stat(entry), entry.type() == FileType.SYMLINK ? files.readSymlink(entry) : "");
  }

  /** The same file under another name. */
  FileFacts called(String other) {
    return new FileFacts(other, stat, link);
  }

  /** Type and permissions, such as {@code -rw-r--r--}. */
  String mode() {
    StringBuilder mode = new StringBuilder(type());
    for (int shift = 6; shift >= 0; shift -= 3) {
      int bits = stat.permissions() >> shift;
      mode.append((bits & 4) != 0 ? 'r' : '-')
          .append((bits & 2) != 0 ? 'w' : '-')
          .append((bits & 1) != 0 ? 'x' : '-');
    }
    special(mode, SETUID, 3, 's');
    special(mode, SETGID, 6, 's');
    special(mode, STICKY, 9, 't');
    return mode.toString();
  }

  private void special(StringBuilder mode, int bit, int at, char letter) {
    if ((stat.permissions() & bit) != 0) {
      mode.setCharAt(at, mode.charAt(at) == 'x' ? letter : Character.toUpperCase(letter));
    }
  }

  private String type() {
    return switch (stat.type()) {
      case REGULAR -> "-";
      case DIRECTORY -> "d";
      case SYMLINK -> "l";
    };
  }

  /** The permissions in octal, such as {@code 0644}. */
  String octal() {
    return "%04o".formatted(stat.permissions());
  }

  /** The path, and where a symbolic link leads. */
  String label() {
    String name = InsidePath.printable(path);
    return link.isEmpty() ? name : name + " -> " + InsidePath.printable(link);
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("path", path);
    members.putAll(Json.members(stat));
    members.put("type", stat.type().name().toLowerCase(Locale.ROOT));
    members.put("permissions", octal());
    if (!link.isEmpty()) {
      members.put("link", link);
    }
    return members;
  }
}

package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Goes through all that is below a directory inside a file system, in the order of names, and
 * through what is below a name before the next name. Symbolic links are names like others. However
 * deep it goes, it costs no stack, and no walk from the root for each name, but only memory for the
 * names of the directories on the way.
 */
final class InsideWalk {
  /** Is called on the way. */
  interface Visitor {
    /** Called with the names of a directory, before any of them is visited. */
    default void begin(List<DirectoryEntry> entries) throws IOException {}

    /** Called for each name. Returns whether to go into it if it is a directory. */
    boolean visit(DirectoryEntry entry) throws IOException;

    /** Called when all names of a directory have been visited, but not for the first one. */
    default void leave(DirectoryEntry directory) throws IOException {}
  }

  private record Level(DirectoryEntry directory, int pathLength, Iterator<DirectoryEntry> rest) {}

  private final DaxFileSystem files;
  private final Visitor visitor;
  private final StringBuilder path = new StringBuilder();
  private final Deque<Level> levels = new ArrayDeque<>();
  private final Set<Long> above = new HashSet<>();

  InsideWalk(DaxFileSystem files, Visitor visitor) {
    this.files = files;
    this.visitor = visitor;
  }

  /** The file that a path leads to, as an entry without a name. */
  static DirectoryEntry entry(DaxFileSystem files, String path, boolean follow) throws IOException {
    var stat = follow ? files.stat(path) : files.lstat(path);
    return new DirectoryEntry("", stat.inode(), stat.type());
  }

  /** Visits everything below {@code directory}, but not the directory itself. */
  void below(DirectoryEntry directory) throws IOException {
    enter(directory, 0);
    while (!levels.isEmpty()) {
      Level level = levels.peek();
      path.setLength(level.pathLength);
      if (level.rest.hasNext()) {
        DirectoryEntry entry = level.rest.next();
        path.append(path.isEmpty() ? "" : "/").append(entry.name());
        if (visitor.visit(entry) && entry.type() == FileType.DIRECTORY) {
          enter(entry, path.length());
        }
      } else {
        levels.pop();
        above.remove(level.directory.inode());
        if (!levels.isEmpty()) {
          visitor.leave(level.directory);
        }
      }
    }
  }

  private void enter(DirectoryEntry directory, int pathLength) throws IOException {
    if (!above.add(directory.inode())) {
      throw new FileSystemException(path(), null, "lies within itself; jdax check tells more");
    }
    List<DirectoryEntry> entries = new ArrayList<>(files.list(directory).toList());
    entries.sort(Comparator.comparing(DirectoryEntry::name));
    visitor.begin(entries);
    levels.push(new Level(directory, pathLength, entries.iterator()));
  }

  /** The path of what is being visited or left, from the first directory on. */
  String path() {
    return path.toString();
  }
}

package io.jdax.tools;

import io.jdax.machine.SystemCallException;
import io.jdax.tools.LocalStatus.FileKey;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from a local directory down to one below it. Each step opens a name in the directory
 * above, and follows no symbolic link, so that the way never leaves the tree, whatever others do to
 * it meanwhile. Nor is it limited by the longest path that the kernel takes.
 *
 * <p>Of a long way only the last directories stay open. The way back to another one is {@code ..},
 * and must lead to the directory that the way down came through.
 */
final class LocalTree implements AutoCloseable {
  private static final int MOST_OPEN = 32;
  private static final int CLOSED = -1;

  private static final class Level {
    final String name;
    final FileKey key;
    int fd;

    Level(String name, FileKey key, int fd) {
      this.name = name;
      this.key = key;
      this.fd = fd;
    }
  }

  private final String top;
  private final List<Level> levels = new ArrayList<>();

  private LocalTree(String top) {
    this.top = top;
  }

  /**
   * A way that begins, and ends, at a directory.
   *
   * @param shown how a person named it, or empty for the directory where relative paths begin
   * @param follow whether to follow a symbolic link there
   */
  static LocalTree open(String path, String shown, boolean follow) throws SystemCallException {
    LocalTree tree = new LocalTree(shown);
    int nofollow = follow ? 0 : LocalCalls.O_NOFOLLOW;
    tree.add("", LocalCalls.open(LocalCalls.HERE, path, LocalCalls.O_DIRECTORY | nofollow, 0));
    return tree;
  }

  /** The descriptor of the directory at the end of the way. */
  int fd() {
    return levels.getLast().fd;
  }

  int depth() {
    return levels.size();
  }

  /** Goes one step down. */
  void down(String name) throws SystemCallException {
    add(name, LocalCalls.open(fd(), name, LocalCalls.O_DIRECTORY | LocalCalls.O_NOFOLLOW, 0));
    int far = levels.size() - 1 - MOST_OPEN;
    if (far > 0) { // the first stays open: there is nothing that a way back could begin with
      close(levels.get(far));
    }
  }

  private void add(String name, int fd) throws SystemCallException {
    boolean done = false;
    try {
      levels.add(new Level(name, LocalCalls.status(fd).key(), fd));
      done = true;
    } finally {
      if (!done) {
        LocalCalls.close(fd);
      }
    }
  }

  /** Goes one step back up. */
  void up() throws IOException {
    Level above = levels.get(levels.size() - 2);
    if (above.fd == CLOSED) {
      reopen(above);
    }
    close(levels.removeLast());
  }

  private void reopen(Level above) throws IOException {
    int fd = LocalCalls.open(fd(), "..", LocalCalls.O_DIRECTORY, 0);
    boolean done = false;
    try {
      if (!LocalCalls.status(fd).key().equals(above.key)) {
        throw new FileSystemException(path(""), null, "was moved away while it was copied");
      }
      above.fd = fd;
      done = true;
    } finally {
      if (!done) {
        LocalCalls.close(fd);
      }
    }
  }

  /** What messages call a name in the directory at the end, or that directory for an empty name. */
  String path(String name) {
    StringBuilder path = new StringBuilder(top);
    for (Level level : levels.subList(1, levels.size())) {
      append(path, level.name);
    }
    return append(path, name).toString();
  }

  private static StringBuilder append(StringBuilder path, String name) {
    if (!name.isEmpty()) {
      path.append(path.isEmpty() || path.charAt(path.length() - 1) == '/' ? "" : "/").append(name);
    }
    return path;
  }

  private static void close(Level level) throws SystemCallException {
    int fd = level.fd;
    level.fd = CLOSED;
    if (fd != CLOSED) {
      LocalCalls.close(fd);
    }
  }

  @Override
  public void close() throws SystemCallException {
    for (Level level : levels) {
      close(level);
    }
  }
}

package io.jdax.tools;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many bytes there are to copy, for the progress bar. What can't be looked at counts as
 * nothing here, and is reported when it is its turn.
 */
final class LocalBytes {
  private LocalBytes() {}

  /** The bytes of files, and with {@code recursive} of all that is below directories. */
  static long of(Iterable<String> locals, boolean recursive) {
    long bytes = 0;
    for (String local : locals) {
      bytes += named(local, recursive);
    }
    return bytes;
  }

  private static long named(String local, boolean recursive) {
    try {
      boolean follow = CopyIn.follows(local, recursive);
      LocalStatus status = LocalCalls.status(LocalCalls.HERE, local, follow);
      if (status.isDirectory() && recursive) {
        try (LocalTree tree = LocalTree.open(local, local, follow)) {
          return below(tree);
        }
      }
      return status.isRegular() ? status.sizeBytes() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static long below(LocalTree tree) throws IOException {
    long bytes = 0;
    Deque<Deque<String>> levels = new ArrayDeque<>();
    levels.push(names(tree));
    while (!levels.isEmpty()) {
      String name = levels.element().poll();
      if (name == null) {
        levels.pop();
        if (!levels.isEmpty()) {
          tree.up();
        }
      } else {
        bytes += one(tree, name, levels);
      }
    }
    return bytes;
  }

  /** The bytes of a file. A directory counts as nothing, and the walk goes into it. */
  private static long one(LocalTree tree, String name, Deque<Deque<String>> levels)
      throws IOException {
    int depth = tree.depth();
    try {
      LocalStatus status = LocalCalls.status(tree.fd(), name, false);
      if (status.isDirectory()) {
        tree.down(name);
        levels.push(names(tree));
      }
      return status.isRegular() ? status.sizeBytes() : 0;
    } catch (IOException e) {
      if (tree.depth() > depth) {
        tree.up();
      }
      return 0;
    }
  }

  private static Deque<String> names(LocalTree tree) throws IOException {
    return new ArrayDeque<>(LocalCalls.list(tree.fd(), ""));
  }
}

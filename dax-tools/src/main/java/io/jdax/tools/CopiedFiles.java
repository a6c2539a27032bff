package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that a put of several trees has made, so that the later ones replace none of them.
 * Threads may add to it at the same time.
 */
final class CopiedFiles {
  private final DaxFileSystem files;
  private final boolean several;
  private final Set<Long> inodes = ConcurrentHashMap.newKeySet();

  /**
   * @param several whether there is anything to remember for
   */
  CopiedFiles(DaxFileSystem files, boolean several) {
    this.files = files;
    this.several = several;
  }

  /** Which file has a name, if that is to be remembered. */
  long at(String path) throws IOException {
    return several ? files.lstat(path).inode() : 0;
  }

  /** Remembers what {@link #at} said. */
  void add(long inode) {
    if (several) {
      inodes.add(inode);
    }
  }

  /** Refuses to replace a file that is remembered. */
  void refuse(String shown, String target) throws IOException {
    if (inodes.isEmpty()) {
      return;
    }
    try {
      if (inodes.contains(files.lstat(target).inode())) {
        throw new SkippedException(shown, "would replace what was copied just now");
      }
    } catch (NoSuchFileException nothing) {
      // There is nothing to replace.
    }
  }
}

package io.jdax.fs;

import io.jdax.Sizes;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** All that can be read of a file system: its names, and what they name. */
final class WholeFs {
  static final int PAGE = Sizes.PAGE;

  /** A name in a directory, which is given by its inode. */
  record Name(long directory, String name) {}

  /** A file's facts; of a directory those that do not depend on what it has. */
  @SuppressWarnings("ArrayRecordComponent") // compared piece by piece
  record Facts(
      FileType type, int permissions, String target, byte[] content, Map<String, Integer> values) {}

  final Map<Name, Long> names = new HashMap<>();
  final Map<Long, Facts> inodes = new TreeMap<>();
  private final DaxFileSystem fs;

  private WholeFs(DaxFileSystem fs) {
    this.fs = fs;
  }

  static WholeFs of(DaxFileSystem fs) throws IOException {
    WholeFs whole = new WholeFs(fs);
    whole.add("/", fs.stat("/"));
    return whole;
  }

  private void add(String path, FileStat stat) throws IOException {
    String target = stat.type() == FileType.SYMLINK ? fs.readSymlink(path) : "";
    byte[] content = {};
    if (stat.type() == FileType.REGULAR) {
      try (DaxFile file = fs.open(path)) {
        content = new byte[Math.toIntExact(file.sizeBytes())];
        file.read(0, MemorySegment.ofArray(content));
      }
    }
    Map<String, Integer> values = new HashMap<>();
    if (stat.type() != FileType.SYMLINK) {
      for (String name : fs.attributes(path)) {
        values.put(name, java.util.Arrays.hashCode(fs.attribute(path, name)));
      }
    }
    inodes.put(stat.inode(), new Facts(stat.type(), stat.permissions(), target, content, values));
    if (stat.type() != FileType.DIRECTORY) {
      return;
    }
    for (DirectoryEntry entry : fs.list(path).toList()) {
      String below = (path.equals("/") ? "" : path) + "/" + entry.name();
      names.put(new Name(stat.inode(), entry.name()), entry.inode());
      if (!inodes.containsKey(entry.inode())) {
        add(below, fs.lstat(below));
      }
    }
  }
}

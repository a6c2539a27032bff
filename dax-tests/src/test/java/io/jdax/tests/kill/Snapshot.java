package io.jdax.tests.kill;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** All names of a file system, each with all that can be known about it. */
final class Snapshot {
  private Snapshot() {}

  static SortedMap<String, String> of(DaxFileSystem fs) throws IOException {
    SortedMap<String, String> all = new TreeMap<>();
    directory(fs, "/", all);
    return all;
  }

  private static void directory(DaxFileSystem fs, String path, SortedMap<String, String> all)
      throws IOException {
    for (DirectoryEntry entry : fs.list(path).toList()) {
      String name = path + entry.name();
      all.put(name, facts(fs, name));
      if (entry.type() == FileType.DIRECTORY) {
        directory(fs, name + "/", all);
      }
    }
  }

  private static String facts(DaxFileSystem fs, String path) throws IOException {
    FileStat stat = fs.lstat(path);
    StringBuilder text = new StringBuilder();
    text.append(stat.type()).append(" 0").append(Integer.toOctalString(stat.permissions()));
    text.append(" links ").append(stat.links());
    text.append(" owner ").append(stat.uid()).append(':').append(stat.gid());
    if (stat.type() == FileType.SYMLINK) {
      return text.append(" to ").append(fs.readSymlink(path)).toString();
    }
    for (String name : fs.attributes(path).stream().sorted().toList()) {
      text.append(' ').append(name).append('=').append(Arrays.hashCode(fs.attribute(path, name)));
    }
    if (stat.type() == FileType.REGULAR) {
      try (DaxFile file = fs.open(path)) {
        byte[] bytes = new byte[Math.toIntExact(file.sizeBytes())];
        file.read(0, MemorySegment.ofArray(bytes));
        text.append(" bytes ").append(bytes.length).append(" #").append(Arrays.hashCode(bytes));
        text.append(" allocated ").append(stat.allocatedBytes());
        text.append(" hint ").append(file.extentSizeHint());
      }
    }
    return text.toString();
  }
}

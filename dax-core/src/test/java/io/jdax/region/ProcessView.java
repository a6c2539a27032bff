package io.jdax.region;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says that this process has. */
final class ProcessView {
  private ProcessView() {}

  /** What the descriptors lead to whose target has this in it. */
  static List<String> descriptors(String part) throws IOException {
    List<String> found = new ArrayList<>();
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : fds.toList()) {
        try {
          String target = Files.readSymbolicLink(fd).toString();
          if (target.contains(part)) {
            found.add(target);
          }
        } catch (IOException e) {
          // The one that listed the folder.
        }
      }
    }
    return found;
  }

  /** The mappings whose line has this in it. */
  static List<String> mappings(String part) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(part))
        .toList();
  }

  /** All addresses that are reserved without access in pieces as large as a region's tail. */
  static long reservedBytes() throws IOException {
    long sum = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] words = line.split("[- ]", 3);
      long length = Long.parseUnsignedLong(words[1], 16) - Long.parseUnsignedLong(words[0], 16);
      if (words[2].startsWith("---p") && length >= 8L << 30) {
        sum += length;
      }
    }
    return sum;
  }

  /** How an address is mapped: the permissions and the rest of its line; empty if it is not. */
  static String at(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] words = line.split("[- ]", 3);
      if (Long.parseUnsignedLong(words[0], 16) <= address
          && Long.parseUnsignedLong(words[1], 16) > address) {
        return words[2];
      }
    }
    return "";
  }
}

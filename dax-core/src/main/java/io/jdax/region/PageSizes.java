package io.jdax.region;

import io.jdax.machine.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which page sizes the kernel uses for a mapping now, from {@code /proc/self/smaps}
 * (fs/proc/task_mmu.c).
 */
final class PageSizes {
  private PageSizes() {}

  /** A phrase such as {@code 4 kB pages, 2048 kB of them as huge pages, 4096 kB present}. */
  static Reading<String> at(long address, long lengthBytes) {
    try {
      return parse(Files.readString(Path.of("/proc/self/smaps")), address, lengthBytes);
    } catch (IOException e) {
      return new Reading.Unreadable<>("/proc/self/smaps: " + e.getClass().getSimpleName());
    }
  }

  static Reading<String> parse(String smaps, long address, long lengthBytes) {
    Map<String, Long> found = new LinkedHashMap<>();
    boolean inside = false;
    for (String line : smaps.lines().toList()) {
      int dash = line.indexOf('-');
      int space = line.indexOf(' ');
      if (dash > 0 && space > dash && line.indexOf(':') > space) {
        long start = Long.parseUnsignedLong(line.substring(0, dash), 16);
        inside = start >= address && start < address + lengthBytes;
      } else if (inside && line.indexOf(':') > 0 && line.endsWith(" kB")) {
        String key = line.substring(0, line.indexOf(':'));
        long kb = Long.parseLong(line.substring(line.indexOf(':') + 1, line.length() - 3).strip());
        found.merge(key, kb, key.equals("KernelPageSize") ? Math::max : Long::sum);
      }
    }
    Long page = found.get("KernelPageSize");
    if (page == null) {
      return new Reading.NotSupported<>("/proc/self/smaps does not list the mapping");
    }
    long huge =
        found.getOrDefault("ShmemPmdMapped", 0L)
            + found.getOrDefault("FilePmdMapped", 0L)
            + found.getOrDefault("AnonHugePages", 0L);
    return new Reading.Value<>(
        page
            + " kB pages"
            + (huge > 0 ? ", " + huge + " kB of them as huge pages" : "")
            + ", "
            + found.getOrDefault("Rss", 0L)
            + " kB present");
  }
}

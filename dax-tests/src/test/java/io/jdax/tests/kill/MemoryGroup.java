package io.jdax.tests.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A memory cgroup of version 2 or 1, with a limit and without swap. It lies below the group that
 * this process is in, so that it never gets more than that; where version 2 lets a group with
 * processes have no groups below it, beside it.
 */
final class MemoryGroup implements AutoCloseable {
  /** The files of a version. */
  private enum Version {
    ONE("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.oom_control"),
    TWO("memory.max", "memory.swap.max", "memory.events");

    final String limit;
    final String swap;
    final String events;

    Version(String limit, String swap, String events) {
      this.limit = limit;
      this.swap = swap;
      this.events = events;
    }

    /** Of version 1 memory and swap together are limited, of version 2 swap alone. */
    long swapLimit(long bytes) {
      return this == ONE ? bytes : 0;
    }
  }

  private static final String CONTROLLERS = "cgroup.subtree_control";
  private static final Pattern KILLS = Pattern.compile("^oom_kill (\\d+)$", Pattern.MULTILINE);

  private final Path folder;
  private final Version version;

  private MemoryGroup(Path folder, Version version) {
    this.folder = folder;
    this.version = version;
  }

  /**
   * Makes a group.
   *
   * @throws IOException the machine has no memory cgroups, or does not let this process make one;
   *     then there is none
   */
  static MemoryGroup create(long limitBytes) throws IOException {
    return create(Path.of("/proc/self"), limitBytes);
  }

  /** As {@link #create(long)}, by what another folder than {@code /proc/self} says. */
  static MemoryGroup create(Path self, long limitBytes) throws IOException {
    MemoryGroup group = place(self);
    Files.createDirectory(group.folder);
    try {
      Files.writeString(group.folder.resolve(group.version.limit), Long.toString(limitBytes));
      Path swap = group.folder.resolve(group.version.swap);
      if (Files.exists(swap)) { // not where the kernel does not count swap
        Files.writeString(swap, Long.toString(group.version.swapLimit(limitBytes)));
      }
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private static MemoryGroup place(Path self) throws IOException {
    String name = "jdax-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    List<String> mounts = Files.readAllLines(self.resolve("mountinfo"));
    List<String> tried = new ArrayList<>();
    for (String line : Files.readAllLines(self.resolve("cgroup"))) {
      String[] parts = line.split(":", 3); // hierarchy, controllers, path
      boolean two = parts[1].isEmpty();
      if (!two && !List.of(parts[1].split(",")).contains("memory")) {
        continue;
      }
      Path own = folder(mounts, two ? "cgroup2" : "cgroup", two ? "" : "memory", parts[2]);
      if (own == null || !Files.isDirectory(own)) {
        tried.add(line + " is not mounted");
      } else if (!two) {
        return new MemoryGroup(own.resolve(name), Version.ONE);
      } else if (givesMemory(own)) {
        return new MemoryGroup(own.resolve(name), Version.TWO);
      } else if (own.getParent() != null && givesMemory(own.getParent())) {
        return new MemoryGroup(own.resolveSibling(name), Version.TWO);
      } else {
        tried.add(own + " gives no memory controller to groups in it or beside it");
      }
    }
    throw new IOException("no memory cgroup can be made: " + tried);
  }

  /** Where a hierarchy shows a group, or null if it is mounted nowhere, or without the group. */
  private static @Nullable Path folder(
      List<String> mounts, String type, String option, String group) {
    for (String line : mounts) {
      String[] halves = line.split(" - ", 2);
      String[] before = halves[0].split(" "); // …, root, mount point, options
      String[] after = halves[1].split(" "); // type, source, options
      if (!after[0].equals(type)
          || !option.isEmpty() && !List.of(after[2].split(",")).contains(option)) {
        continue;
      }
      Path root = Path.of(before[3]);
      if (Path.of(group).startsWith(root)) {
        return Path.of(before[4]).resolve(root.relativize(Path.of(group)).toString());
      }
    }
    return null;
  }

  private static boolean givesMemory(Path group) throws IOException {
    Path file = group.resolve(CONTROLLERS);
    return Files.exists(file)
        && List.of(Files.readString(file).strip().split(" ")).contains("memory");
  }

  /** A command whose process is in the group before it is what it is to be. */
  List<String> joined(List<String> command) {
    List<String> all = new ArrayList<>();
    all.add("sh");
    all.add("-c");
    all.add("echo $$ >\"$0\"/cgroup.procs && echo 1000 >/proc/self/oom_score_adj && exec \"$@\"");
    all.add(folder.toString());
    all.addAll(command);
    return all;
  }

  /** How many processes were killed in it for want of memory. */
  long kills() throws IOException {
    String events = Files.readString(folder.resolve(version.events));
    Matcher matcher = KILLS.matcher(events);
    if (!matcher.find()) {
      throw new IOException(folder + " does not count kills: " + events);
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public String toString() {
    return folder.toString();
  }

  /** Removes it; its processes are gone. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(folder);
  }
}

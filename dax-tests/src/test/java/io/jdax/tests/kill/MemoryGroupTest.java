package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By folders that look as those of {@code /proc} and {@code /sys/fs/cgroup} do. */
@DisplayName("A memory cgroup is made where the kernel lets this process make one")
class MemoryGroupTest {
  private static final long LIMIT = 1 << 20;

  @TempDir Path folder = Path.of("");
  private Path self = Path.of("");
  private Path mount = Path.of("");

  @BeforeEach
  void make() throws IOException {
    self = Files.createDirectory(folder.resolve("self"));
    mount = Files.createDirectory(folder.resolve("cgroup"));
  }

  private void proc(String cgroup, String root, String type, String options) throws IOException {
    Files.writeString(self.resolve("cgroup"), cgroup + "\n");
    Files.writeString(
        self.resolve("mountinfo"),
        """
        22 1 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
        31 22 0:27 %s %s rw,nosuid shared:9 - %s cgroup %s
        """
            .formatted(root, mount, type, options));
  }

  /** What was made in a group, by its only folder. */
  private static Path made(Path group) throws IOException {
    try (Stream<Path> all = Files.list(group)) {
      List<Path> folders = all.filter(p -> p.getFileName().toString().startsWith("jdax-")).toList();
      assertEquals(1, folders.size(), folders::toString);
      return folders.getFirst();
    }
  }

  @Test
  @DisplayName("Of version 1 it lies below this process's group of the memory hierarchy")
  void versionOne() throws IOException {
    Path own = Files.createDirectories(mount.resolve("a/b"));
    proc("5:cpu,cpuacct:/x\n4:memory:/a/b\n0::/", "/", "cgroup", "rw,memory");
    MemoryGroup group = MemoryGroup.create(self, LIMIT);
    Path made = made(own);
    assertEquals("1048576", Files.readString(made.resolve("memory.limit_in_bytes")));
    Files.writeString(made.resolve("memory.oom_control"), "under_oom 0\noom_kill 3\n");
    assertEquals(3, group.kills());
    assertTrue(group.joined(List.of("true")).contains(made.toString()));
  }

  @Test
  @DisplayName("Of version 2 it lies below this process's group if that may have groups")
  void versionTwo() throws IOException {
    Path own = Files.createDirectories(mount.resolve("b"));
    Files.writeString(own.resolve("cgroup.subtree_control"), "cpu memory\n");
    proc("0::/a/b", "/a", "cgroup2", "rw"); // mounted from a group on, as in a container
    MemoryGroup group = MemoryGroup.create(self, LIMIT);
    Path made = made(own);
    assertEquals("1048576", Files.readString(made.resolve("memory.max")));
    Files.writeString(made.resolve("memory.events"), "oom 9\noom_kill 2\noom_group_kill 5\n");
    assertEquals(2, group.kills());
  }

  @Test
  @DisplayName("Of version 2 it lies beside this process's group if that may have none")
  void beside() throws IOException {
    Path own = Files.createDirectories(mount.resolve("a/b"));
    Files.writeString(own.resolve("cgroup.subtree_control"), "\n");
    Files.writeString(own.resolveSibling("cgroup.subtree_control"), "memory\n");
    proc("0::/a/b", "/", "cgroup2", "rw");
    MemoryGroup group = MemoryGroup.create(self, LIMIT);
    assertEquals(made(mount.resolve("a")).toString(), group.toString());
  }

  @Test
  @DisplayName("Where there is none to be had the reason is told")
  void none() throws IOException {
    Path own = Files.createDirectories(mount.resolve("a"));
    proc("0::/a", "/", "cgroup2", "rw");
    String refused = refused();
    assertTrue(refused.contains(own + " gives no memory controller"), refused);
    proc("4:memory:/elsewhere", "/", "cgroup", "rw,memory");
    refused = refused();
    assertTrue(refused.contains("4:memory:/elsewhere is not mounted"), refused);
  }

  private String refused() {
    return assertThrows(IOException.class, () -> MemoryGroup.create(self, LIMIT)).toString();
  }
}

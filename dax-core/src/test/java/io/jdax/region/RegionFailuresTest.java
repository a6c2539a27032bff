package io.jdax.region;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.os.FailingCalls;
import io.jdax.os.LinuxFiles;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each system call of a region's life fails in turn; what is left then, and what works next. */
class RegionFailuresTest {
  private static final long SIZE = 1 << 20;
  private static final int[] ERRNOS = {Errno.ENOMEM, Errno.EIO, Errno.EINTR, Errno.ENOSPC};

  @TempDir Path disk;
  private Path shm;

  @BeforeEach
  void makeFolderInMemory() throws IOException {
    shm = Files.createTempDirectory(Path.of("/dev/shm"), "jdax-fails-");
  }

  @AfterEach
  void removeFolder() throws IOException {
    try (var files = Files.list(shm)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(shm);
  }

  private interface Step {
    Region run() throws IOException;
  }

  /** How often a step was tried: once per call that it makes, and once more. */
  private int eachCallFails(String name, int errno, Step step, Path path, boolean creates)
      throws IOException {
    for (int index = 0; ; index++) {
      String where = "%s, call %d fails with %s".formatted(name, index, Errno.name(errno));
      boolean reached;
      try (FailingCalls failing = FailingCalls.number(index, errno)) {
        try (Region region = step.run()) {
          region.segment().set(JAVA_LONG, 0, 42);
          assertTrue(Files.exists(path), where);
        } catch (IOException e) {
          where += " (" + failing.calls().get(index) + "): " + e;
          assertTrue(errno != Errno.EINTR, where + ": an interrupted call is made again");
        }
        reached = failing.calls().size() > index;
      }
      assertEquals(List.of(), ProcessView.descriptors(path.toString()), where);
      assertEquals(List.of(), ProcessView.mappings(path.toString()), where);
      if (creates && Files.exists(path)) {
        assertEquals(SIZE, Files.size(path), where + ": half made");
        Files.delete(path);
      } else if (!creates) {
        Region.open(path).close();
      }
      if (!reached) {
        return index + 1;
      }
    }
  }

  @Test
  @DisplayName(
      "Whichever system call of an open or its close fails, no descriptor, mapping or lock is left")
  void openAndClose() throws IOException {
    for (Path folder : List.of(shm, disk)) {
      Path path = Files.write(folder.resolve("r"), new byte[(int) SIZE]);
      for (int errno : ERRNOS) {
        int tries =
            eachCallFails(
                "open " + path,
                errno,
                () -> Region.at(path).populate(true).hugePages(true).open(),
                path,
                false);
        assertTrue(tries > 16, "calls were made: " + tries);
      }
    }
  }

  @Test
  @DisplayName("Whichever system call of a creation fails, no half-made file is left")
  void create() throws IOException {
    for (Path folder : List.of(shm, disk)) {
      Path path = folder.resolve("r");
      for (int errno : ERRNOS) {
        int tries =
            eachCallFails(
                "create " + path,
                errno,
                () -> {
                  Region region = null;
                  try {
                    region = Region.at(path).size(SIZE).mode(0640).create();
                    return region;
                  } finally {
                    assertEquals(region != null, Files.exists(path), "a file that create made");
                  }
                },
                path,
                true);
        assertTrue(tries > 10, "calls were made: " + tries);
      }
    }
  }

  @Test
  @DisplayName("A close that can't let go of the file keeps it locked, and is finished by the next")
  void unfinishedClose() throws IOException {
    Path path = shm.resolve("r");
    Region region = Region.at(path).size(SIZE).create();
    try (FailingCalls _ = FailingCalls.named("mmap", Errno.EIO)) {
      SystemCallException e = assertThrows(SystemCallException.class, region::close);
      assertEquals(Errno.EIO, e.errno());
    }
    assertFalse(region.isOpen());
    assertThrows(IllegalStateException.class, () -> region.segment().get(JAVA_LONG, 0));
    assertThrows(IllegalStateException.class, () -> region.hold(() -> "late"));
    assertEquals(1, ProcessView.mappings(path.toString()).size(), "it is mapped still");
    assertThrows(RegionLockedException.class, () -> Region.open(path));
    region.close();
    assertEquals(List.of(), ProcessView.mappings(path.toString()));
    region.close();
    Region.open(path).close();
  }

  @Test
  @DisplayName(
      "A lock that was taken by an open that failed ends at once, though a copy of the descriptor"
          + " lives on")
  void lockOfAFailedOpen() throws Throwable {
    Path path = Files.write(shm.resolve("r"), new byte[(int) SIZE]);
    Linker linker = Linker.nativeLinker();
    MethodHandle dup =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("dup"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    int[] copy = {-1};
    try {
      // What a process that is being started holds until it executes its program.
      try (FailingCalls _ =
          FailingCalls.by(
              (name, index) -> {
                if (name.equals("mmap") && copy[0] < 0) {
                  copy[0] = duplicate(dup, path);
                  return Errno.EIO;
                }
                return 0;
              })) {
        assertThrows(SystemCallException.class, () -> Region.open(path));
      }
      assertTrue(copy[0] >= 0, "the copy was made while the region was locked");
      Region.open(path).close();
    } finally {
      LinuxFiles.close(copy[0]);
    }
  }

  private static int duplicate(MethodHandle dup, Path path) {
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      for (Path fd : fds.toList()) {
        if (Files.isSymbolicLink(fd)
            && Files.readSymbolicLink(fd).toString().equals(path.toString())) {
          return (int) dup.invokeExact(Integer.parseInt(fd.getFileName().toString()));
        }
      }
      throw new AssertionError("no descriptor of " + path);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  @Test
  @DisplayName("A file that was created is synced, and its folder after it; memory files are not")
  void durableCreation() throws IOException {
    try (FailingCalls seen = FailingCalls.none()) {
      Region.at(disk.resolve("r")).size(SIZE).create().close();
      List<String> calls = seen.calls();
      int first = calls.indexOf("fsync");
      assertTrue(first > calls.indexOf("ftruncate"), calls.toString());
      assertEquals(List.of("fsync", "open", "fsync", "close"), calls.subList(first, first + 4));
    }
    try (FailingCalls seen = FailingCalls.none()) {
      Region.at(shm.resolve("r")).size(SIZE).create().close();
      assertFalse(seen.calls().contains("fsync"), seen.calls().toString());
    }
    Path path = disk.resolve("lost");
    try (FailingCalls _ = FailingCalls.named("fsync", Errno.EIO)) {
      assertThrows(
          SystemCallException.class, () -> Region.at(path).size(SIZE).create(), "never silence");
    }
    assertFalse(Files.exists(path));
  }
}

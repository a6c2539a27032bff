package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.OpenMode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Trees of many files, which several threads copy. */
class TreeCopyTest extends FileSystemTest {
  private static final String LEFT = "jdax.put";

  private final long seed = Long.getLong("jdax.test.seed", System.nanoTime());

  private Path tree(String name, int files, int longest) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> directories = new ArrayList<>();
    directories.add(Files.createDirectory(folder.resolve(name)));
    for (int i = 0; i < files; i++) {
      Path parent = directories.get(random.nextInt(directories.size()));
      if (i % 10 == 0) {
        directories.add(Files.createDirectory(parent.resolve("d" + i)));
      }
      byte[] bytes = new byte[random.nextInt(longest)];
      random.nextBytes(bytes);
      Files.write(parent.resolve("f" + i), bytes);
    }
    return directories.getFirst();
  }

  private static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.map(tree::relativize).sorted().toList();
    }
  }

  private void assertSame(Path expected, Path actual) throws IOException {
    assertEquals(files(expected), files(actual), "seed " + seed);
    assertCopied(expected, actual);
  }

  /** What is there is whole, with the time of the original. */
  private void assertCopied(Path expected, Path actual) throws IOException {
    for (Path path : files(actual)) {
      Path original = expected.resolve(path);
      Path copy = actual.resolve(path);
      if (Files.isRegularFile(original)) {
        assertArrayEquals(
            Files.readAllBytes(original), Files.readAllBytes(copy), path + ", seed " + seed);
        assertEquals(Files.getLastModifiedTime(original), Files.getLastModifiedTime(copy));
      }
    }
  }

  private void assertNothingLeft() throws IOException {
    assertFalse(jdax("ls", "-R", region).works().out().contains(".put-"), "seed " + seed);
    try (Mounted mounted = Mounted.forReading(region)) {
      assertEquals(
          List.of(),
          mounted.files().attributes("/").stream().filter(n -> n.startsWith(LEFT)).toList());
    }
  }

  @Test
  @DisplayName("A tree of 500 files comes back as it was, with the times of its directories")
  void roundTrip() throws IOException {
    Path tree = tree("tree", 500, 20_000);
    jdax("put", "-r", tree, inside("/")).works();
    Path back = folder.resolve("back");
    jdax("get", "-r", inside("/tree"), back).works();
    assertSame(tree, back);
    for (Path path : files(tree)) {
      assertEquals(
          Files.getLastModifiedTime(tree.resolve(path)),
          Files.getLastModifiedTime(back.resolve(path)),
          path + ", seed " + seed);
    }
    assertNothingLeft();
    jdax("check", region).works();
  }

  @Test
  @DisplayName("Files that can't be read are told in the order of the tree, and all others copied")
  void unreadable() throws Exception {
    Path tree = tree("tree", 200, 2_000);
    for (Path path : new Path[] {folder, region, tree}) {
      Files.setAttribute(path, "unix:mode", 0777);
    }
    List<Path> closed = new ArrayList<>();
    try (Stream<Path> all = Files.list(tree)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        if (closed.size() < 3) {
          Files.setAttribute(file, "unix:mode", 0);
          closed.add(file);
        }
      }
    }
    Outcome outcome = MainTest.asNobody("put", "-r", tree, inside("/"));
    assertEquals(1, outcome.code());
    assertEquals(
        closed.stream().map(file -> "jdax: " + file + ": permission denied").toList(),
        outcome.err().lines().toList(),
        "seed " + seed);
    assertEquals(
        files(tree).size() - closed.size(),
        jdax("ls", "-R", inside("/")).works().out().lines().count(),
        "seed " + seed);
    assertNothingLeft();
  }

  @Test
  @DisplayName("A device that fills up ends put -r with one line, and only whole files are there")
  void full() throws IOException {
    Path tree = tree("tree", 400, 400_000); // some 80 MB, of which 64 fit
    jdax("put", "-r", tree, inside("/")).fails(": no space for");
    assertNothingLeft();
    Path back = folder.resolve("back");
    jdax("get", "-r", inside("/tree"), back).works();
    assertCopied(tree, back);
    jdax("check", region).works();
  }

  @Test
  @DisplayName("A put -r that is killed leaves whole files, and the next put removes the rest")
  void killed() throws Exception {
    Path tree = tree("tree", 300, 100_000);
    Process put =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "put",
                "-r",
                tree.toString(),
                inside("/"))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    while (put.isAlive() && !copies(put.pid())) {
      Thread.onSpinWait(); // until its threads are there
    }
    assertEquals(0, put.destroyForcibly().waitFor() % 137, "killed, or faster than that");
    make("/next", "text");
    assertNothingLeft();
    Path back = Files.createDirectory(folder.resolve("back"));
    jdax("get", "-r", inside("/."), back).works();
    assertTrue(Files.exists(back.resolve("next")));
    if (Files.exists(back.resolve("tree"))) {
      for (Path path : files(back.resolve("tree"))) {
        Path original = tree.resolve(path);
        if (Files.isRegularFile(original)) {
          assertArrayEquals(
              Files.readAllBytes(original),
              Files.readAllBytes(back.resolve("tree").resolve(path)),
              path + ", seed " + seed);
        }
      }
    }
    jdax("check", region).works();
  }

  /** Whether a process has a thread that copies. */
  private static boolean copies(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        try {
          if (Files.readString(thread.resolve("comm")).startsWith("jdax-copy")) {
            return true;
          }
        } catch (IOException gone) {
          // The thread has ended meanwhile.
        }
      }
      return false;
    } catch (IOException gone) {
      return false;
    }
  }

  @Test
  @DisplayName("What each thread of a killed put has left is removed")
  void leftByEachThread() throws IOException {
    jdax("mkdir", inside("/d")).works();
    try (Mounted mounted = Mounted.forWriting(region)) {
      for (int thread = 0; thread < 3; thread++) {
        @SuppressWarnings("resource") // killed
        Unfinished unfinished = new Unfinished(mounted.files(), thread);
        mounted
            .files()
            .open(unfinished.in(thread == 1 ? "/" : "/d"), OpenMode.WRITE, OpenMode.CREATE_NEW)
            .close();
      }
    }
    make("/next", "text");
    assertEquals("d next", ls("-R", inside("/")));
    assertNothingLeft();
  }

  @Test
  @DisplayName("New files and directories have the mode that a copy does not set again")
  void newModes() throws IOException {
    try (Mounted mounted = Mounted.forWriting(region)) {
      mounted.files().open("/f", OpenMode.WRITE, OpenMode.CREATE_NEW).close();
      mounted.files().createDirectory("/d");
      assertEquals(FileIn.FILE_MODE, mounted.files().stat("/f").permissions());
      assertEquals(FileIn.DIRECTORY_MODE, mounted.files().stat("/d").permissions());
    }
  }
}

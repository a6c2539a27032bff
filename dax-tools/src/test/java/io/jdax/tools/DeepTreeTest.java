package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Trees deeper than a stack, or than the longest path of the kernel. The stacks here are small, so
 * that a call per level would not fit.
 */
class DeepTreeTest {
  private static final int LEVELS = 3000;
  private static final int STACK_BYTES = 256 << 10;

  /** In memory: thousands of operations are durable one by one. */
  private final Path folder;

  private final Path region;

  DeepTreeTest() throws IOException {
    folder = Files.createTempDirectory(Path.of("/dev/shm"), "jdax-deep-");
    region = folder.resolve("region");
  }

  @BeforeEach
  void mkfs() throws IOException {
    jdax("mkfs", region, "--size", "64M").works();
    // From the leaf up, so that no path is long.
    try (Mounted mounted = Mounted.forWriting(region)) {
      DaxFileSystem files = mounted.files();
      files.createDirectory("/d");
      files.open("/d/leaf", OpenMode.WRITE, OpenMode.CREATE_NEW).close();
      for (int level = 1; level < LEVELS; level++) {
        files.createDirectory("/n");
        files.rename("/d", "/n/d");
        files.rename("/n", "/d");
      }
    }
  }

  @AfterEach
  void clean() throws Exception {
    assertEquals(0, new ProcessBuilder("rm", "-rf", folder.toString()).start().waitFor());
  }

  private static Outcome withSmallStack(Object... arguments) throws Exception {
    FutureTask<Outcome> task = new FutureTask<>(() -> jdax(arguments));
    Thread thread = new Thread(null, task, "small", STACK_BYTES);
    thread.start();
    return task.get();
  }

  @Test
  @DisplayName("ls -R, get -r and rm -r need no stack per level, and rm -r leaves nothing")
  void deepInside() throws Exception {
    Outcome listed = withSmallStack("ls", "-R", region + ":/").works();
    assertEquals(LEVELS + 1, listed.out().lines().count());
    Outcome json = withSmallStack("ls", "-R", "--json", region + ":/d").works();
    assertTrue(json.out().startsWith("[\n  {\n    \"path\": \"d\""), json.out().substring(0, 99));
    withSmallStack("get", "-r", region + ":/d", folder.resolve("back")).works();
    assertEquals(LEVELS, levels(folder.resolve("back")));
    withSmallStack("rm", "-r", region + ":/d").works();
    assertEquals("", jdax("ls", "-R", region).works().out());
    assertEquals(0, jdax("check", region).code());
  }

  @Test
  @DisplayName("rm -r removes a deep tree also where quotas or a lack of room forbid to move it")
  void deepWithQuotas() throws Exception {
    try (Mounted mounted = Mounted.forWriting(region)) {
      mounted.files().setQuota("/d/d/d", new Quota(1 << 20, 0));
      mounted.files().createDirectory("/d/d/x");
      mounted.files().open("/d/y", OpenMode.WRITE, OpenMode.CREATE_NEW).close();
    }
    withSmallStack("rm", "-r", region + ":/d/").works();
    assertEquals("", jdax("ls", "-R", region).works().out());
    assertEquals(0, jdax("check", region).code());
  }

  @Test
  @DisplayName("put -r copies a local tree whose paths are longer than the kernel takes")
  void deepOutside() throws Exception {
    int levels = 600;
    String name = "directory";
    Path top = Files.createDirectory(folder.resolve("top"));
    try (LocalTree tree = LocalTree.open(top.toString(), "", false)) {
      for (int level = 0; level < levels; level++) {
        LocalCalls.makeDirectory(tree.fd(), name, 0755);
        tree.down(name);
      }
    }
    withSmallStack("put", "-r", top, region + ":/").works();
    String all = jdax("ls", "-R", region + ":/top").works().out();
    assertEquals(levels, all.lines().count());
    assertTrue(all.stripTrailing().endsWith(("/" + name).repeat(levels - 1)));
  }

  private static int levels(Path top) throws IOException {
    int levels = 0;
    try (LocalTree tree = LocalTree.open(top.toString(), "", false)) {
      while (true) {
        levels++;
        LocalStatus leaf;
        try {
          leaf = LocalCalls.status(tree.fd(), "leaf", false);
        } catch (SystemCallException none) {
          tree.down("d");
          continue;
        }
        assertTrue(leaf.isRegular());
        for (int up = 1; up < levels; up++) { // also past directories that were closed
          tree.up();
        }
        return levels;
      }
    }
  }
}

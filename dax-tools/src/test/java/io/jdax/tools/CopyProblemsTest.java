package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jdax.fs.facts.OpenMode;
import io.jdax.machine.SystemCallException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What can't be copied, or not as it is, is told of, and what else there is, is copied. */
class CopyProblemsTest extends FileSystemTest {
  /** Exit code 1, and a line for each. */
  private static void leavesOut(Outcome outcome, String... lines) {
    assertEquals(1, outcome.code(), outcome.err());
    List<String> said = outcome.err().lines().toList();
    assertEquals(lines.length, said.size(), outcome.err());
    for (int i = 0; i < lines.length; i++) {
      assertTrue(said.get(i).startsWith("jdax: "), said.get(i));
      assertTrue(said.get(i).contains(lines[i]), said.get(i));
    }
  }

  /** A file by a name of any bytes. */
  private static void make(Path directory, String name) throws SystemCallException {
    int flags = LocalCalls.O_CREAT | LocalCalls.O_RDWR;
    LocalCalls.close(LocalCalls.open(LocalCalls.HERE, directory + "/" + name, flags, 0600));
  }

  @Test
  @DisplayName("A FIFO, a socket and a device are left out of put -r")
  void specialFiles() throws Exception {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    assertEquals(
        0, new ProcessBuilder("mkfifo", tree.resolve("fifo").toString()).start().waitFor());
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(tree.resolve("socket")));
      Files.writeString(tree.resolve("z"), "text");
      leavesOut(
          jdax("put", "-r", tree, "/dev/null", inside("/")),
          "tree/fifo: is neither a file nor a directory nor a symbolic link, but a FIFO",
          "tree/socket: is neither a file nor a directory nor a symbolic link, but a socket",
          "/dev/null: is neither a file nor a directory nor a symbolic link, but a character"
              + " device");
    }
    assertEquals("tree tree/z", ls("-R", inside("/")));
  }

  @Test
  @DisplayName("Names and link targets that are not UTF-8 are left out, and never merged")
  void namesThatAreNotUtf8() throws Exception {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    make(tree, "a\udcff");
    make(tree, "a\udcfe");
    make(tree, "ok ä");
    LocalCalls.makeLink("x\udcffy", LocalCalls.HERE, tree + "/link");
    LocalCalls.makeDirectory(LocalCalls.HERE, tree + "/d\udcc3", 0700);
    make(tree, "d\udcc3/inside");
    leavesOut(
        jdax("put", "-r", tree, inside("/")),
        "tree/a?: the name is not UTF-8",
        "tree/a?: the name is not UTF-8",
        "tree/d?: the name is not UTF-8",
        "tree/link: the target of the link is not UTF-8");
    assertEquals("ok ä", ls("-R", inside("/tree")));
    leavesOut(jdax("put", tree + "/a\udcff", inside("/")), "UTF-8");
    for (String name : new String[] {"a\udcff", "a\udcfe", "d\udcc3/inside", "link"}) {
      LocalCalls.remove(LocalCalls.HERE, tree + "/" + name, false); // the JVM may not know how
    }
    LocalCalls.remove(LocalCalls.HERE, tree + "/d\udcc3", true);
  }

  @Test
  @DisplayName("What may not be read is left out, and the rest of the tree copied")
  void unreadable() throws Exception {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("closed"));
    Files.writeString(tree.resolve("a"), "1");
    Files.writeString(tree.resolve("b"), "2");
    for (Path path : new Path[] {folder, region, tree}) {
      Files.setAttribute(path, "unix:mode", 0777);
    }
    Files.setAttribute(tree.resolve("a"), "unix:mode", 0);
    Files.setAttribute(tree.resolve("closed"), "unix:mode", 0);
    Files.setAttribute(tree.resolve("b"), "unix:mode", 0644);
    leavesOut(
        MainTest.asNobody("put", "-r", tree, inside("/")),
        "tree/a: permission denied",
        "tree/closed: permission denied");
    assertEquals("b", ls("-R", inside("/tree")));
    Files.setAttribute(tree.resolve("closed"), "unix:mode", 0700);
  }

  @Test
  @DisplayName("The region is not copied into itself, whatever it is called")
  void regionIntoItself() throws IOException {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.createLink(tree.resolve("hard"), region);
    Files.writeString(tree.resolve("z"), "text");
    leavesOut(jdax("put", "-r", tree, inside("/")), "tree/hard: is the region");
    leavesOut(jdax("put", region, inside("/self")), "region: is the region");
    assertEquals("tree tree/z", ls("-R", inside("/")));
  }

  @Test
  @DisplayName("get does not write over the region that it reads, whatever that is called")
  void getOverRegion() throws IOException {
    make("/f", "text");
    make("/hard", "text");
    Path back = Files.createDirectory(folder.resolve("back"));
    Files.createLink(back.resolve("hard"), region);
    Path link = Files.createSymbolicLink(folder.resolve("link"), region);
    jdax("get", inside("/f"), region).fails("region: is the region that is copied from");
    jdax("get", inside("/f"), link).fails("link: is the region that is copied from");
    jdax("get", inside("/hard"), back).fails("hard: is the region that is copied from");
    jdax("get", "-r", inside("/."), back).fails("hard: is the region that is copied from");
    assertEquals("text", cat("/f"));
  }

  @Test
  @DisplayName("Two files for one name are refused before anything is done")
  void twoForOneName() throws IOException {
    Path a = Files.createDirectories(folder.resolve("a/d"));
    Path b = Files.createDirectories(folder.resolve("b/d"));
    Files.writeString(a.resolve("f"), "1");
    Files.writeString(b.resolve("f"), "2");
    Path first = local("first", "x");
    jdax("put", first, a.resolve("f"), b.resolve("f"), inside("/"))
        .fails("b/d/f: would be put where");
    jdax("put", "-r", first, a, b + "/", inside("/")).fails("b/d/: would be put where");
    assertEquals("", ls(inside("/")));
    leavesOut(
        jdax("put", "-r", a.getParent() + "/.", b.getParent() + "/.", inside("/")),
        "d/f: would replace what was copied just now");
    assertEquals("1", cat("/d/f"));
    jdax("put", b.resolve("f"), inside("/d")).works();
    assertEquals("2", cat("/d/f"));
  }

  @Test
  @DisplayName("A file that changes while it is copied is refused")
  void changedMeanwhile() throws IOException {
    Path local = local("f", "old text");
    StringWriter err = new StringWriter();
    Problems problems = new Problems(new PrintWriter(err));
    try (CopyWatch watch = CopyWatch.silent();
        LocalFile source = LocalFile.open(local)) {
      SparseCopy copy = new SparseCopy(watch);
      long end =
          copy.copyAll(
              source, (at, data) -> Files.writeString(local, "new text, and longer"), copy::copy);
      assertTrue(end > 8);
      assertFalse(source.statusNow().sizeBytes() == source.status().sizeBytes());
      SkippedException changed =
          assertThrows(SkippedException.class, () -> FileIn.refuseChanged(source));
      problems.say("f", changed);
      assertEquals(1, problems.exitCode());
      assertEquals("jdax: f: was changed while it was copied\n", err.toString());
    }
  }

  @Test
  @DisplayName("Set-id bits are not copied, since owners are not; the sticky bit is")
  void setIdBits() throws IOException {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.writeString(tree.resolve("program"), "#!");
    Files.setAttribute(tree.resolve("program"), "unix:mode", 06755);
    Files.setAttribute(tree, "unix:mode", 03755);
    jdax("put", "-r", tree, inside("/")).works();
    assertTrue(jdax("stat", inside("/tree/program")).out().contains("0755 -rwxr-xr-x"));
    assertTrue(jdax("stat", inside("/tree")).out().contains("1755 drwxr-xr-t"));
    try (Mounted mounted = Mounted.forWriting(region)) {
      mounted.files().setPermissions("/tree/program", 06755);
      mounted.files().setPermissions("/tree", 06755);
    }
    jdax("get", "-r", inside("/tree"), folder.resolve("back")).works();
    assertEquals(0755, (int) Files.getAttribute(folder.resolve("back"), "unix:mode") & 07777);
    assertEquals(
        0755, (int) Files.getAttribute(folder.resolve("back/program"), "unix:mode") & 07777);
  }

  @Test
  @DisplayName("Fractions of a second before 1970 are kept in both directions")
  void timesBefore1970() throws IOException {
    Instant time = Instant.parse("1969-12-31T23:59:58.25Z");
    Path local = local("old", "text");
    LocalTimes.set(local, time);
    jdax("put", local, inside("/old")).works();
    assertTrue(jdax("stat", inside("/old")).out().contains("modified     " + time));
    Path back = folder.resolve("back");
    jdax("get", inside("/old"), back).works();
    assertEquals(time, LocalCalls.status(LocalCalls.HERE, back.toString(), true).modified());
    assertEquals(FileTime.from(time), Files.getLastModifiedTime(back));
  }

  /** java.nio.file can't set these. */
  private static final class LocalTimes {
    static void set(Path path, Instant time) throws SystemCallException {
      int fd = LocalCalls.open(LocalCalls.HERE, path.toString(), LocalCalls.O_RDWR, 0);
      LocalCalls.setTimes(fd, time, time, path.toString());
      LocalCalls.close(fd);
    }
  }

  @Test
  @DisplayName("Messages name what was written on the command line, and no temporary names")
  void messagesNameWhatWasWritten() throws IOException {
    Path big = folder.resolve("big");
    byte[] bytes = new byte[65 << 20];
    Arrays.fill(bytes, (byte) 1);
    Files.write(big, bytes);
    jdax("put", big, inside("/new")).fails("jdax: " + inside("/new") + ": no space for");
    make("/f", "text");
    jdax("get", inside("/f"), folder.resolve("none/f"))
        .fails("jdax: " + folder.resolve("none/f") + ": no such file");
    jdax("stat", inside("/none")).fails("jdax: " + inside("/none") + ": no such file");
    jdax("mv", inside("/f"), inside("/none/f")).fails("jdax: " + inside("/none/f") + ": no such");
  }

  // ---------------------------------------------------------------- puts that were killed

  @Test
  @DisplayName("The next put removes what a killed one left, and nothing that is called alike")
  void leftByAKilledPut() throws IOException {
    jdax("mkdir", inside("/d")).works();
    make("/d/.put-0123456789abcdef", "somebody's");
    String left;
    try (Mounted mounted = Mounted.forWriting(region)) {
      @SuppressWarnings("resource") // killed
      Unfinished unfinished = new Unfinished(mounted.files(), 0);
      left = unfinished.in("/d");
      mounted.files().open(left, OpenMode.WRITE, OpenMode.CREATE_NEW).close();
    }
    assertTrue(ls(inside("/d")).contains(InsidePath.name(left)));
    make("/elsewhere", "text");
    assertEquals(".put-0123456789abcdef", ls(inside("/d")));
    try (Mounted mounted = Mounted.forReading(region)) {
      assertNull(mounted.files().attribute("/", Unfinished.ATTRIBUTE));
      assertArrayEquals(new String[0], mounted.files().attributes("/").toArray());
    }
  }

  @Test
  @DisplayName("A note whose file, or whose directory, is gone does no harm")
  void noteOfWhatIsGone() throws IOException {
    for (String directory : new String[] {"/", "/gone/too", "/f"}) {
      make("/f", "text");
      try (Mounted mounted = Mounted.forWriting(region)) {
        @SuppressWarnings("resource") // killed
        Unfinished unfinished = new Unfinished(mounted.files(), 0);
        unfinished.in(directory);
      }
    }
    make("/f", "text");
    assertEquals("f", ls(inside("/")));
  }

  @Test
  @DisplayName("A file in /proc is copied, which tells no size and refuses to be read at once")
  void filesOfTheKernel() {
    Path file = Path.of("/proc/sys/kernel/ostype");
    assumeTrue(Files.isReadable(file));
    jdax("put", file, inside("/type")).works();
    assertEquals("Linux\n", new String(jdax("cat", inside("/type")).works().bytes(), UTF_8));
  }

  @Test
  @DisplayName("A file whose times no calendar of Java has is left out, and the rest copied")
  void timesBeyondAll() throws Exception {
    Path shm = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(shm)); // others keep no such times
    Path tree = Files.createTempDirectory(shm, "jdax-times-");
    try {
      Path late = Files.createFile(tree.resolve("late"));
      Path rest = Files.createFile(tree.resolve("rest"));
      String end = "@67768036191676799";
      assumeTrue(new ProcessBuilder("touch", "-d", end, late.toString()).start().waitFor() == 0);
      leavesOut(jdax("put", "-r", tree, inside("/t")), "late: its times can't be kept");
      assertEquals("rest", ls(inside("/t")));
      Files.delete(late);
      Files.delete(rest);
    } finally {
      Files.delete(tree);
    }
  }

  @Test
  @DisplayName("Of several files that were named, one that is not UTF-8 is left out")
  void namedFileThatIsNotUtf8() throws Exception {
    make(folder, "n\udcff");
    Path other = Files.writeString(folder.resolve("other"), "text");
    leavesOut(
        jdax("put", folder + "/n\udcff", other, inside("/")),
        "n?: the name is not UTF-8, as it must");
    assertEquals("other", ls(inside("/")));
    jdax("put", folder + "/n\udcff", inside("/renamed")).works();
  }
}

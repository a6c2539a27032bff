package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Symbolic links that lie where a command works, and that nobody named. */
class StrayLinksTest extends FileSystemTest {
  private Path outside = Path.of("");

  @BeforeEach
  void tree() throws IOException {
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.createDirectories(folder.resolve("tree/sub"));
    Files.writeString(folder.resolve("tree/sub/file"), "text");
    Files.createSymbolicLink(folder.resolve("tree/link"), Path.of("sub"));
    jdax("put", "-r", folder.resolve("tree"), inside("/")).works();
  }

  private void assertNothingOutside() throws IOException {
    try (var files = Files.list(outside)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  @DisplayName("rm refuses a link with a slash after it, and removes nothing")
  void removeBehindSlash() {
    for (String options : new String[] {"-r", "-rf"}) {
      jdax("rm", options, inside("/tree/link/")).fails("/tree/link/: is not a directory");
    }
    jdax("rm", inside("/tree/sub/file/")).fails("/tree/sub/file/: is not a directory");
    assertEquals("link sub sub/file", ls("-R", inside("/tree")));
    jdax("rm", "-r", inside("/tree/sub/")).works();
    assertEquals("link", ls("-R", inside("/tree")));
  }

  @Test
  @DisplayName("mv refuses a link or a file with a slash after it")
  void moveBehindSlash() {
    jdax("mv", inside("/tree/link/"), inside("/x")).fails("/tree/link/: is not a directory");
    jdax("mv", inside("/tree/sub/file/"), inside("/x")).fails("file/: is not a directory");
    jdax("mv", inside("/tree/sub/file"), inside("/x/")).fails("/x/: is not a directory");
    assertEquals("link sub sub/file", ls("-R", inside("/tree")));
    jdax("mv", inside("/tree/sub/"), inside("/moved/")).works();
    assertEquals("file", ls(inside("/moved")));
  }

  @Test
  @DisplayName("A file with a slash after it can't be read")
  void readBehindSlash() {
    for (String command : "cat ls stat extents".split(" ")) {
      jdax(command, inside("/tree/sub/file/")).fails("/tree/sub/file/: is not a directory");
    }
    assertTrue(
        jdax("stat", inside("/tree/link/")).works().out().contains("type         directory"));
  }

  @Test
  @DisplayName("get -r does not leave its target through a link to a directory, relative or not")
  void getThroughLink() throws IOException {
    for (Path leadsTo : new Path[] {outside, Path.of("../../outside")}) {
      Path back = Files.createDirectories(folder.resolve("back" + leadsTo.isAbsolute()));
      Files.createDirectory(back.resolve("tree"));
      Files.createSymbolicLink(back.resolve("tree/sub"), leadsTo);
      jdax("get", "-r", inside("/tree"), back).fails("tree/sub: is not a directory");
      Files.delete(back.resolve("tree/sub"));
      Files.delete(back.resolve("tree/link"));
      Files.delete(back.resolve("tree"));
      Files.createSymbolicLink(back.resolve("tree"), outside);
      jdax("get", "-r", inside("/tree"), back).fails("tree: is not a directory");
      assertNothingOutside();
    }
  }

  @Test
  @DisplayName("get -r replaces a link to a file, and leaves the file as it is")
  void getReplacesLink() throws IOException {
    Path kept = Files.writeString(folder.resolve("kept"), "kept");
    Path sub = Files.createDirectories(folder.resolve("back/tree/sub"));
    Files.createSymbolicLink(sub.resolve("file"), kept);
    jdax("get", "-r", inside("/tree"), folder.resolve("back")).works();
    assertEquals("kept", Files.readString(kept));
    assertFalse(Files.isSymbolicLink(sub.resolve("file")));
    assertEquals("text", Files.readString(sub.resolve("file")));
  }

  @Test
  @DisplayName("get -r goes into a link to a directory that was named")
  void getIntoNamedLink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("to-outside"), outside);
    jdax("get", "-r", inside("/tree"), link).works();
    assertEquals("text", Files.readString(outside.resolve("tree/sub/file")));
  }

  @Test
  @DisplayName("put -r does not follow links inside the file system, and replaces links to files")
  void putThroughLink() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other/tree/link"));
    Files.writeString(other.resolve("file"), "changed");
    jdax("put", "-r", folder.resolve("other/tree"), inside("/"))
        .fails("/tree/link: is not a directory");
    assertEquals("text", cat("/tree/sub/file"));
    Files.delete(other.resolve("file"));
    Files.delete(other);
    Files.writeString(other, "now a file");
    jdax("put", "-r", folder.resolve("other/tree"), inside("/")).works();
    assertEquals("now a file", cat("/tree/link"));
    assertEquals("file", ls(inside("/tree/sub")));
  }

  @Test
  @DisplayName("A slash after a link asks put and get for the directory")
  void copyBehindSlash() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("to-tree"), Path.of("tree"));
    jdax("put", "-r", link + "/", inside("/")).works();
    assertEquals("link sub", ls(inside("/to-tree")));
    jdax("put", "-r", link, inside("/as-link")).works();
    assertTrue(jdax("stat", inside("/as-link")).out().contains("symlink"));
    jdax("get", "-r", inside("/tree/link/"), folder.resolve("back")).works();
    assertEquals("text", Files.readString(folder.resolve("back/file")));
    jdax("get", inside("/tree/sub/file"), folder.resolve("none") + "/").fails("is not a directory");
    assertFalse(Files.exists(folder.resolve("none")));
  }
}

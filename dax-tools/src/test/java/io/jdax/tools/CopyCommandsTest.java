package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CopyCommandsTest extends FileSystemTest {
  private static final long TIB = 1L << 40;

  private Path back() {
    return folder.resolve("back");
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  // ---------------------------------------------------------------- bytes

  @Test
  @DisplayName("Every byte is kept")
  void everyByteIsKept() throws IOException {
    for (int length : new int[] {0, 1, 255, 4095, 4096, 4097, (4 << 20) + 1}) {
      byte[] bytes = random(length);
      Path local = Files.write(folder.resolve("local"), bytes);
      jdax("put", local, inside("/f")).works();
      jdax("get", inside("/f"), back()).works();
      assertArrayEquals(bytes, Files.readAllBytes(back()));
      assertArrayEquals(bytes, jdax("cat", inside("/f")).works().bytes());
      assertArrayEquals(bytes, jdax("get", inside("/f"), "-").works().bytes());
    }
  }

  @Test
  @DisplayName("Files are written one after the other")
  void filesAreWrittenOneAfterTheOther() throws IOException {
    make("/a", "one ");
    make("/b", "two");
    assertEquals(
        "one two", new String(jdax("cat", inside("/a"), inside("/b")).works().bytes(), UTF_8));
  }

  @Test
  @DisplayName("What is replaced is replaced wholly")
  void whatIsReplacedIsReplacedWholly() throws IOException {
    make("/f", "a long text");
    make("/f", "short");
    assertEquals("short", cat("/f"));
    Path old = local("back", "something much longer");
    jdax("get", inside("/f"), old).works();
    assertEquals("short", Files.readString(old));
    assertEquals("f", ls(region.toString()));
  }

  @Test
  @DisplayName("A file that does not tell its size is copied")
  void aFileThatDoesNotTellItsSizeIsCopied() throws IOException {
    jdax("put", "/proc/version", inside("/version")).works();
    assertEquals(Files.readString(Path.of("/proc/version")), cat("/version"));
  }

  // ---------------------------------------------------------------- holes

  @Test
  @DisplayName("A tebibyte of holes stays one")
  void aTebibyteOfHolesStaysOne() throws IOException {
    byte[] data = random(4096);
    Path sparse = folder.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.write(data);
      file.seek(TIB - data.length);
      file.write(data);
    }
    jdax("put", sparse, inside("/sparse")).works();
    assertEquals(2, jdax("extents", "--json", inside("/sparse")).json().getAsJsonArray().size());
    jdax("get", inside("/sparse"), back()).works();
    assertEquals(TIB, Files.size(back()));
    try (LocalFile file = LocalFile.open(back())) {
      assertEquals(0, file.nextData(0));
      long hole = file.nextHole(0);
      assertTrue(hole <= 1 << 20, "hole from " + hole);
      assertTrue(file.nextData(hole) >= TIB - (1 << 20), "data from " + file.nextData(hole));
      ByteBuffer last = ByteBuffer.allocateDirect(data.length);
      assertEquals(data.length, file.read(TIB - data.length, last));
      byte[] read = new byte[data.length];
      last.flip().get(read);
      assertArrayEquals(data, read);
    }
  }

  @Test
  @DisplayName("A hole at the end is kept")
  void aHoleAtTheEndIsKept() throws IOException {
    Path sparse = local("sparse", "begin");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    jdax("put", sparse, inside("/sparse")).works();
    jdax("get", inside("/sparse"), back()).works();
    assertEquals(1L << 30, Files.size(back()));
    try (LocalFile file = LocalFile.open(back())) {
      assertEquals(-1, file.nextData(1 << 20));
    }
  }

  @Test
  @DisplayName("A stream gets zeros for holes")
  void aStreamGetsZerosForHoles() throws IOException {
    byte[] bytes = new byte[3 << 20];
    bytes[2 << 20] = 7;
    Path sparse = folder.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
      file.seek(2 << 20);
      file.write(7);
      file.setLength(bytes.length);
    }
    jdax("put", sparse, inside("/sparse")).works();
    assertArrayEquals(bytes, jdax("cat", inside("/sparse")).works().bytes());
  }

  // ---------------------------------------------------------------- facts and names

  @Test
  @DisplayName("Times and permissions are kept")
  void timesAndPermissionsAreKept() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
    Path local = local("local", "text");
    Files.setAttribute(local, "unix:mode", 0640);
    Files.setLastModifiedTime(local, time);
    jdax("put", local, inside("/f")).works();
    assertTrue(jdax("stat", inside("/f")).out().contains("permissions  0640 -rw-r-----"));
    jdax("get", inside("/f"), back()).works();
    assertEquals(0640, (int) Files.getAttribute(back(), "unix:mode") & 07777);
    assertEquals(time, Files.getLastModifiedTime(back()));
  }

  @Test
  @DisplayName("Any name is a name")
  void anyNameIsAName() throws IOException {
    for (String name : new String[] {"a b", "Gruß an Zoë", "日本語", "a:b", "-", "x\ny", "'\"$"}) {
      Path local = local(name, name);
      jdax("put", "--", local, inside("/")).works();
      assertEquals(name, cat("/" + name));
      Path target = Files.createDirectories(folder.resolve("target"));
      jdax("get", inside("/" + name), target).works();
      assertEquals(name, Files.readString(target.resolve(name)));
    }
  }

  // ---------------------------------------------------------------- where to

  @Test
  @DisplayName("A directory takes what is put there")
  void aDirectoryTakesWhatIsPutThere() throws IOException {
    jdax("mkdir", inside("/d")).works();
    jdax("put", local("a", "1"), local("b", "2"), inside("/d")).works();
    jdax("put", local("a", "3"), inside("/d/")).works();
    assertEquals("a b", ls(inside("/d")));
    assertEquals("3", cat("/d/a"));
  }

  @Test
  @DisplayName("Several need a directory")
  void severalNeedADirectory() throws IOException {
    Path a = local("a", "1");
    jdax("put", a, a, inside("/none")).fails("/none: is not a directory");
    jdax("put", a, inside("/none/")).fails("/none/: is not a directory");
    jdax("put", a, inside("/none/a")).fails("no such file");
    assertEquals("", ls(region.toString()));
  }

  @Test
  @DisplayName("Symbolic links are followed to the file")
  void symbolicLinksAreFollowedToTheFile() throws IOException {
    Path real = local("real", "1");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    jdax("put", link, inside("/copy")).works();
    assertEquals("1", cat("/copy"));
    make("/new", "2");
    jdax("get", inside("/new"), link).works();
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("2", Files.readString(real));
  }

  @Test
  @DisplayName("A device is written to")
  void aDeviceIsWrittenTo() throws IOException {
    make("/f", "text");
    jdax("get", inside("/f"), "/dev/null").works();
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
  }

  // ---------------------------------------------------------------- trees

  private Path tree() throws IOException {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("sub/below"));
    Files.write(tree.resolve("sub/below/data"), random(10_000));
    Files.writeString(tree.resolve("a b"), "1");
    Files.createDirectory(tree.resolve("empty"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("no where"));
    Files.setAttribute(tree.resolve("sub"), "unix:mode", 0750);
    Files.setLastModifiedTime(tree.resolve("sub"), FileTime.fromMillis(1_000_000_000_000L));
    return tree;
  }

  private static void assertSame(Path expected, Path actual) throws IOException {
    try (Stream<Path> files = Files.walk(expected)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path other = actual.resolve(expected.relativize(file));
        if (Files.isSymbolicLink(file)) {
          assertEquals(Files.readSymbolicLink(file), Files.readSymbolicLink(other));
        } else {
          assertEquals(Files.isDirectory(file), Files.isDirectory(other), other.toString());
          assertEquals(
              Files.getAttribute(file, "unix:mode"), Files.getAttribute(other, "unix:mode"));
          assertEquals(Files.getLastModifiedTime(file), Files.getLastModifiedTime(other));
          if (Files.isRegularFile(file)) {
            assertEquals(-1, Files.mismatch(file, other), other.toString());
          }
        }
      }
    }
  }

  @Test
  @DisplayName("A tree goes in and out")
  void aTreeGoesInAndOut() throws IOException {
    Path tree = tree();
    jdax("put", "-r", tree, inside("/")).works();
    jdax("put", "-r", tree, inside("/renamed")).works();
    assertEquals(ls("-R", inside("/tree")), ls("-R", inside("/renamed")));
    jdax("get", "-r", inside("/tree"), back()).works();
    assertSame(tree, back());
    jdax("get", "-r", inside("/renamed"), back()).works();
    assertSame(tree, back().resolve("renamed"));
  }

  @Test
  @DisplayName("A tree is merged with what is there")
  void aTreeIsMergedWithWhatIsThere() throws IOException {
    Path tree = tree();
    jdax("mkdir", "-p", inside("/tree/sub/other")).works();
    jdax("put", "-r", tree, inside("/")).works();
    assertEquals("below other", ls(inside("/tree/sub")));
    jdax("put", "-r", tree + "/.", inside("/")).works();
    assertEquals("a b dangling empty sub tree", ls(inside("/")));
    jdax("get", "-r", inside("/tree/."), Files.createDirectory(back())).works();
    assertTrue(Files.exists(back().resolve("a b")));
  }

  @Test
  @DisplayName("Directories need r")
  void directoriesNeedR() throws IOException {
    jdax("put", tree(), inside("/")).fails("tree: is a directory, which only -r copies");
    jdax("mkdir", inside("/d")).works();
    jdax("get", inside("/d"), back()).fails("/d: is a directory, which only -r copies");
    assertFalse(Files.exists(back()));
  }

  // ---------------------------------------------------------------- failures

  @Test
  @DisplayName("What does not fit leaves nothing")
  void whatDoesNotFitLeavesNothing() throws IOException {
    Path big = folder.resolve("big");
    Files.write(big, random(65 << 20));
    make("/f", "old");
    jdax("put", big, inside("/f")).fails("no space");
    assertEquals("f", ls(region.toString()));
    assertEquals("old", cat("/f"));
    Files.write(big, random(32 << 20));
    jdax("put", big, inside("/f")).works();
  }

  @Test
  @DisplayName("What is missing is named")
  void whatIsMissingIsNamed() throws IOException {
    jdax("put", folder.resolve("none"), inside("/")).fails("none: no such file");
    jdax("get", inside("/none"), back()).fails("/none: no such file");
    make("/f", "text");
    jdax("get", inside("/f"), folder.resolve("none/f")).fails("no such file");
    jdax("put", "/dev/null", inside("/n"))
        .fails("is neither a file nor a directory nor a symbolic link");
    jdax("put", local("x", ""), folder.resolve("none") + ":/x").fails("none: no such file");
  }

  @Test
  @DisplayName("A directory is not replaced by a file")
  void aDirectoryIsNotReplacedByAFile() throws IOException {
    jdax("mkdir", inside("/tree")).works();
    jdax("mkdir", inside("/tree/a b")).works();
    jdax("put", "-r", tree(), inside("/")).fails("directory");
    assertEquals("a b", ls(inside("/tree")));
    make("/f", "text");
    Files.createDirectories(back().resolve("f"));
    jdax("get", inside("/f"), back()).fails("irectory");
    assertEquals(0, entries(back().resolve("f")));
    assertEquals(1, entries(back()));
  }

  private static long entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }
}

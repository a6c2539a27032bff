package io.jdax.region;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.os.LoggedBy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a region's file is, and who may do what with it. */
class RegionRightsTest {
  private static final long SIZE = 1 << 20;

  @TempDir Path dir;

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  @DisplayName(
      "A region is its owner's alone, unless more was asked for; then the umask takes nothing")
  void mode() throws IOException {
    Region.at(dir.resolve("own")).size(SIZE).create().close();
    assertEquals("rw-------", rights(dir.resolve("own")));
    for (int mode : new int[] {0600, 0640, 0660, 0666, 0777, 0400}) {
      Path path = dir.resolve("m" + mode);
      try (LoggedBy _ = new LoggedBy(Region.class)) {
        Region.at(path).size(SIZE).mode(mode).create().close();
      }
      assertEquals(mode, (int) Files.getAttribute(path, "unix:mode") & 07777);
    }
    for (int mode : new int[] {-1, 01000, 04755}) {
      assertThrows(IllegalArgumentException.class, () -> Region.at(dir).mode(mode));
    }
  }

  @Test
  @DisplayName("Opening does not change what others may do")
  void openKeepsMode() throws IOException {
    Path path = Files.write(dir.resolve("r"), new byte[4096]);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    Region.at(path).mode(0600).open().close();
    assertEquals("rw-r--r--", rights(path));
  }

  @Test
  @DisplayName("A region that others may write is opened with a warning, each time")
  void warning() throws IOException {
    Path path = Files.write(dir.resolve("r"), new byte[4096]);
    try (LoggedBy log = new LoggedBy(Region.class)) {
      for (String quiet : List.of("rw-------", "rw-r--r--", "rwxr-xr-x")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(quiet));
        Region.open(path).close();
      }
      assertEquals(List.of(), log.lines());
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
      Region.open(path).close();
      Region.at(path).readOnly(true).open().close();
      String line =
          "WARNING "
              + path
              + ": everybody may write to this region, and so to every file in it, whatever its"
              + " permissions (mode 0666)";
      assertEquals(List.of(line, line), log.lines());
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
      Region.open(path).close();
      assertTrue(log.lines().getLast().startsWith("INFO " + path + ": its group may write"));
    }
  }

  @Test
  @DisplayName("A path inside an archive is refused, and makes no file on the disk")
  void foreignPath() throws IOException {
    Path archive = dir.resolve("a.zip");
    Path name = Path.of("region-of-an-archive");
    try (FileSystem zip =
        FileSystems.newFileSystem(URI.create("jar:" + archive.toUri()), Map.of("create", "true"))) {
      Path inside = zip.getPath(name.toString());
      ProviderMismatchException e =
          assertThrows(ProviderMismatchException.class, () -> Region.at(inside));
      assertTrue(Messages.of(e).contains("file system provider jar"), Messages.of(e));
      assertThrows(ProviderMismatchException.class, () -> Region.open(inside));
    }
    assertFalse(Files.exists(name));
  }

  @Test
  @DisplayName("A file whose name is no text is refused, instead of another one being opened")
  void nameThatIsNoText() throws Exception {
    Process make =
        new ProcessBuilder("sh", "-c", "head -c 4096 /dev/zero > \"$(printf 'r\\377')\"")
            .directory(dir.toFile())
            .start();
    assertEquals(0, make.waitFor());
    try (var files = Files.list(dir)) {
      Path path = files.findFirst().orElseThrow();
      RegionException e = assertThrows(UnsupportedRegionException.class, () -> Region.open(path));
      assertTrue(Messages.of(e).contains("encoding of file names"), Messages.of(e));
    }
    try (var files = Files.list(dir)) {
      assertEquals(1, files.count());
    }
  }
}

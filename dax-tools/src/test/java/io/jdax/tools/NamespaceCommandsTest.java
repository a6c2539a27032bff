package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NamespaceCommandsTest extends FileSystemTest {
  // ---------------------------------------------------------------- rm

  @Test
  @DisplayName("Files are removed")
  void filesAreRemoved() throws IOException {
    make("/a", "1");
    make("/b", "2");
    make("/c", "3");
    jdax("rm", inside("/a"), inside("c")).works();
    assertEquals("b", ls(region.toString()));
  }

  @Test
  @DisplayName("What is missing is forgiven to force only")
  void whatIsMissingIsForgivenToForceOnly() throws IOException {
    make("/a", "1");
    jdax("rm", inside("/none")).fails("/none: no such file");
    jdax("rm", "-f", inside("/none"), inside("/a")).works();
    assertEquals("", ls(region.toString()));
  }

  @Test
  @DisplayName("Directories need r")
  void directoriesNeedR() throws IOException {
    jdax("mkdir", "-p", inside("/d/e")).works();
    make("/d/e/f", "1");
    jdax("rm", inside("/d")).fails("/d: is a directory, which only -r removes");
    jdax("rm", "-f", inside("/d")).fails("/d: is a directory, which only -r removes");
    jdax("rm", "-r", inside("/d")).works();
    assertEquals("", ls(region.toString()));
  }

  @Test
  @DisplayName("A link is removed and not what it leads to")
  void aLinkIsRemovedAndNotWhatItLeadsTo() throws IOException {
    Files.createDirectories(folder.resolve("t/d"));
    Files.createSymbolicLink(folder.resolve("t/l"), Path.of("d"));
    jdax("put", "-r", folder.resolve("t"), inside("/")).works();
    jdax("rm", "-r", inside("/t/l")).works();
    assertEquals("d", ls(inside("/t")));
  }

  // ---------------------------------------------------------------- mkdir, mv

  @Test
  @DisplayName("Directories are made")
  void directoriesAreMade() {
    jdax("mkdir", inside("/a"), inside("/a/b")).works();
    assertEquals("b", ls(inside("/a")));
    jdax("mkdir", inside("/a")).fails("/a: ");
    jdax("mkdir", inside("/x/y")).fails("no such file");
    jdax("mkdir", "-p", inside("x/y"), inside("/a/b/c"), inside("/")).works();
    assertEquals("a a/b a/b/c x x/y", ls("-R", inside("")));
  }

  @Test
  @DisplayName("Files are moved")
  void filesAreMoved() throws IOException {
    make("/a", "1");
    make("/b", "2");
    jdax("mkdir", inside("/d")).works();
    jdax("mv", inside("/a"), inside("/b")).works();
    assertEquals("1", cat("/b"));
    jdax("mv", inside("/b"), inside("/d")).works();
    assertEquals("d d/b", ls("-R", inside("")));
    jdax("mv", inside("/d"), inside("/e")).works();
    assertEquals("1", cat("/e/b"));
    jdax("mv", inside("/none"), inside("/e")).fails("/none: no such file");
  }

  // ---------------------------------------------------------------- who may use it at once

  @Test
  @DisplayName("Readers share the region")
  void readersShareTheRegion() throws IOException {
    make("/a", "1");
    Region reader = Region.at(region).readOnly(true).open();
    try (reader) {
      assertEquals("a", ls(region.toString()));
      assertEquals("1", cat("/a"));
      jdax("info", region).works();
      jdax("df", region).works();
      jdax("stat", inside("/a")).works();
      jdax("extents", inside("/a")).works();
      jdax("get", inside("/a"), folder.resolve("a")).works();
      jdax("rm", inside("/a")).fails("is locked");
      jdax("put", folder.resolve("a"), inside("/b")).fails("is locked");
    }
  }

  @Test
  @DisplayName("Reading leaves the region as it is")
  void readingLeavesTheRegionAsItIs() throws IOException {
    make("/a", "1");
    byte[] before = Files.readAllBytes(region);
    Files.setPosixFilePermissions(region, PosixFilePermissions.fromString("r--r--r--"));
    cat("/a");
    ls("-R", region.toString());
    jdax("info", region).works();
    assertEquals(Arrays.hashCode(before), Arrays.hashCode(Files.readAllBytes(region)));
  }
}

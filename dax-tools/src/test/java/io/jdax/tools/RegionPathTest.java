package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionPathTest {
  @TempDir Path folder = Path.of("");
  private Path plain = Path.of("");
  private Path colon = Path.of("");

  @BeforeEach
  void regions() throws IOException {
    plain = Files.createFile(folder.resolve("plain"));
    colon = Files.createFile(folder.resolve("with:colon"));
  }

  private static void is(Path region, String file, String text) {
    assertEquals(new RegionPath(region, file), RegionPath.parse(text));
  }

  @Test
  @DisplayName("A region alone is its root")
  void aRegionAloneIsItsRoot() {
    is(plain, "/", plain.toString());
    is(plain, "/", plain + ":");
    is(colon, "/", colon.toString());
    is(folder.resolve("none"), "/", folder + "/none");
  }

  @Test
  @DisplayName("The colon behind what exists divides")
  void theColonBehindWhatExistsDivides() {
    is(plain, "/a b", plain + ":/a b");
    is(plain, "a", plain + ":a");
    is(colon, "/ä", colon + ":/ä");
  }

  @Test
  @DisplayName("Names inside may have colons")
  void namesInsideMayHaveColons() {
    is(plain, "/a:b", plain + ":/a:b");
    is(plain, "/a:b:", plain + ":/a:b:");
    is(colon, "/a:b", colon + ":/a:b");
  }

  @Test
  @DisplayName("Of what does not exist the last colon divides")
  void ofWhatDoesNotExistTheLastColonDivides() {
    is(folder.resolve("none"), "/a", folder + "/none:/a");
    is(folder.resolve("none:b"), "c", folder + "/none:b:c");
  }

  @Test
  @DisplayName("What exists as a whole is the region")
  void whatExistsAsAWholeIsTheRegion() throws IOException {
    Path whole = Files.createFile(folder.resolve("plain:x"));
    is(whole, "/", whole.toString());
  }
}

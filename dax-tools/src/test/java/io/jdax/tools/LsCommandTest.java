package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LsCommandTest extends FileSystemTest {
  @BeforeEach
  void tree() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree/sub/below"));
    Files.writeString(tree.resolve("Gruß an Zoë"), "hello");
    Files.createSymbolicLink(folder.resolve("tree/link"), Path.of("sub/below"));
    Files.writeString(folder.resolve("tree/a"), "12345678");
    jdax("put", "-r", folder.resolve("tree"), inside("/")).works();
  }

  private List<String> members(String member, Object... arguments) {
    JsonArray files = jdax(arguments).json().getAsJsonArray();
    List<String> values = new ArrayList<>();
    for (JsonElement file : files) {
      values.add(file.getAsJsonObject().get(member).getAsString());
    }
    return values;
  }

  @Test
  @DisplayName("Names are sorted")
  void namesAreSorted() {
    assertEquals("tree", ls(inside("")));
    assertEquals("a link sub", ls(inside("/tree")));
    assertEquals("Gruß an Zoë", ls(inside("tree/link")));
  }

  @Test
  @DisplayName("A file is listed as itself")
  void aFileIsListedAsItself() {
    assertEquals("/tree/a", ls(inside("/tree/a")));
  }

  @Test
  @DisplayName("Everything below has relative paths")
  void everythingBelowHasRelativePaths() {
    assertEquals("a link sub sub/below sub/below/Gruß an Zoë", ls("-R", inside("/tree")));
  }

  @Test
  @DisplayName("Details have columns")
  void detailsHaveColumns() {
    List<String> lines = jdax("ls", "-l", inside("/tree")).works().out().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(
        lines
            .getFirst()
            .matches("-rw.{7}  +1  +\\d+  +\\d+  +8  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  a"),
        lines.getFirst());
    assertTrue(lines.get(1).matches("l.*  link -> sub/below"), lines.get(1));
    assertTrue(lines.get(2).startsWith("d"), lines.get(2));
    assertEquals(
        "", jdax("ls", "-l", inside("/tree/sub/below/..")).out().replaceAll("(?s)d.*", ""));
  }

  @Test
  @DisplayName("Json has every fact")
  void jsonHasEveryFact() {
    assertEquals(List.of("a", "link", "sub"), members("path", "ls", "--json", inside("/tree")));
    assertEquals(
        List.of("regular", "symlink", "directory"),
        members("type", "ls", "--json", inside("/tree")));
    JsonObject file = jdax("stat", "--json", inside("/tree/a")).json().getAsJsonObject();
    assertEquals(8, file.get("sizeBytes").getAsLong());
    assertTrue(file.get("permissions").getAsString().matches("06[0-7]{2}"));
    JsonObject link = jdax("stat", "--json", inside("/tree/link")).json().getAsJsonObject();
    assertEquals("sub/below", link.get("link").getAsString());
  }

  @Test
  @DisplayName("Stat tells the facts")
  void statTellsTheFacts() {
    String text = jdax("stat", inside("/tree/a")).works().out();
    assertTrue(text.contains("size         8"), text);
    assertTrue(text.contains("type         regular"), text);
    assertTrue(jdax("stat", region).works().out().contains("directory"));
  }

  @Test
  @DisplayName("Extents tell where a file lies")
  void extentsTellWhereAFileLies() {
    JsonArray extents = jdax("extents", "--json", inside("/tree/a")).json().getAsJsonArray();
    assertEquals(1, extents.size());
    JsonObject extent = extents.get(0).getAsJsonObject();
    assertEquals(0, extent.get("offset").getAsLong());
    assertEquals(4096, extent.get("length").getAsLong());
    assertTrue(extent.get("block").getAsLong() > 0);
    assertEquals("written", extent.get("state").getAsString());
    assertEquals(2, jdax("extents", inside("/tree/a")).works().out().lines().count());
  }

  @Test
  @DisplayName("What is missing is named")
  void whatIsMissingIsNamed() {
    for (String command : "ls stat extents cat".split(" ")) {
      jdax(command, inside("/tree/none")).fails("/tree/none: no such file");
    }
    jdax("cat", inside("/tree")).fails("is a directory");
    jdax("extents", inside("/tree")).fails("is a directory");
  }

  @Test
  @DisplayName("Control characters do not reach the terminal")
  void controlCharactersDoNotReachTheTerminal() throws IOException {
    make("/evil\u001b[2J", "x");
    assertEquals("evil?[2J tree", ls(inside("")));
    assertEquals(List.of("evil\u001b[2J", "tree"), members("path", "ls", "--json", inside("")));
  }
}

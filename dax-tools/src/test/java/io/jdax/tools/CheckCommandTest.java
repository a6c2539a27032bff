package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("jdax check has the exit codes of fsck(8)")
class CheckCommandTest extends FileSystemTest {
  private void damageSlotB() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(region.toFile(), "rw")) {
      file.seek(4096 + 70);
      file.write(0xEE);
    }
  }

  @Test
  @DisplayName("0: clean")
  void clean() throws IOException {
    make("/a", "text");
    assertTrue(jdax("check", region).works().out().contains("region: clean: 2 inodes"));
    assertTrue(jdax("check", region, "--repair").works().out().contains("clean"));
  }

  @Test
  @DisplayName("4: defects that are left, and nothing is changed; 1: all are corrected")
  void repaired() throws IOException {
    make("/a", "text");
    jdax("rm", "-f", inside("/none")).works(); // a mount, so that both slots show all of it
    damageSlotB();
    byte[] before = Files.readAllBytes(region);
    Outcome found = jdax("check", region);
    assertEquals(4, found.code(), found.out());
    assertTrue(
        found
            .out()
            .contains(
                "frame 1 (offset 4096): superblock slot B has a bad checksum; slot A is used,"
                    + " which"),
        found.out());
    assertTrue(
        found.out().contains("; if slot B was the newer one, commit ")
            && found.out().contains("; repair: it is written again from the other one; if it was"),
        found.out());
    assertTrue(found.out().contains(": 1 defect, left as it is"), found.out());
    assertTrue(found.out().startsWith("SB1 "), found.out());
    assertArrayEquals(before, Files.readAllBytes(region));
    JsonObject json =
        JsonParser.parseString(jdax("check", region, "--json").out()).getAsJsonObject();
    JsonObject defect = json.getAsJsonArray("defects").get(0).getAsJsonObject();
    assertEquals("SB1", defect.get("code").getAsString());
    assertEquals(4096, defect.get("offset").getAsLong());
    Outcome corrected = jdax("check", region, "--repair");
    assertEquals(1, corrected.code(), corrected.out());
    assertTrue(corrected.out().contains(": 1 defect, corrected"), corrected.out());
    jdax("check", region).works();
    assertEquals("text", cat("/a"));
  }

  @Test
  @DisplayName("8: the check could not be made; 16: bad input")
  void failures() throws IOException {
    assertEquals(8, jdax("check", folder.resolve("none")).code());
    assertEquals(8, jdax("check", Files.write(folder.resolve("zeros"), new byte[1 << 20])).code());
    Region holder = Region.open(region);
    try (holder) {
      Outcome locked = jdax("check", region);
      assertEquals(8, locked.code());
      assertTrue(locked.err().contains("is locked"), locked.err());
    }
    assertEquals(16, jdax("check").code());
    assertEquals(16, jdax("check", region, "--nonsense").code());
  }
}

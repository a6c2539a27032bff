package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MkfsCommandTest extends FileSystemTest {
  private Path fresh() {
    return folder.resolve("fresh");
  }

  @Test
  @DisplayName("A file system is made on a new file")
  void aFileSystemIsMadeOnANewFile() throws IOException {
    JsonObject made =
        jdax("mkfs", fresh(), "--size", "8M", "--label", "Märchen 1", "--json")
            .json()
            .getAsJsonObject();
    assertEquals("Märchen 1", made.get("label").getAsString());
    assertEquals(8 << 20, made.get("totalBlocks").getAsLong() * made.get("blockSize").getAsInt());
    assertEquals(8 << 20, Files.size(fresh()));
    assertEquals("", ls(fresh().toString()));
  }

  @Test
  @DisplayName("A file system is made on an existing file")
  void aFileSystemIsMadeOnAnExistingFile() throws IOException {
    Files.write(fresh(), new byte[1 << 20]);
    assertTrue(jdax("mkfs", fresh()).works().out().contains("a file system of 1 MiB"));
    assertEquals("", ls(fresh().toString()));
  }

  @Test
  @DisplayName("Without size nothing is created")
  void withoutSizeNothingIsCreated() {
    jdax("mkfs", fresh()).fails("no such file; --size creates it");
    assertFalse(Files.exists(fresh()));
  }

  @Test
  @DisplayName("A failure leaves no file behind")
  void aFailureLeavesNoFileBehind() {
    jdax("mkfs", fresh(), "--size", "5000").fails("not a multiple");
    assertFalse(Files.exists(fresh()));
    jdax("mkfs", fresh(), "--size", "1M", "--label", "x".repeat(65)).fails("at most 64 bytes");
    assertFalse(Files.exists(fresh()));
  }

  @Test
  @DisplayName("Block sizes that are not supported are refused before anything is written")
  void blockSizesThatAreNotSupportedAreRefusedBeforeAnythingIsWritten() throws IOException {
    jdax("mkfs", fresh(), "--size", "1M", "--block-size", "700").fails("block size 700: must be");
    assertFalse(Files.exists(fresh()));
    make("/a", "kept");
    jdax("mkfs", region, "--force", "--block-size", "256").fails("block size 256: must be");
    assertEquals("kept", cat("/a"));
    jdax("mkfs", fresh(), "--size", "1M", "--block-size", "4K").works();
    assertTrue(jdax("info", fresh()).works().out().contains("blocks of 4096 bytes"));
  }

  @Test
  @DisplayName("Blocks may be smaller than pages")
  void blocksMayBeSmallerThanPages() throws IOException {
    jdax("mkfs", region, "--force", "--block-size", "1K").works();
    assertTrue(jdax("info", region).works().out().contains("blocks of 1024 bytes"));
    make("/a", "x".repeat(1500));
    assertEquals("x".repeat(1500), cat("/a"));
    assertTrue(jdax("extents", region + ":/a").works().out().contains("2048"));
    assertTrue(jdax("extents", region + ":/a", "--pages").works().out().contains("dram"));
    make("/b", "y".repeat(8192));
    assertTrue(jdax("extents", region + ":/b", "--pages").works().out().contains("in place"));
    jdax("check", region.toString()).works();
  }

  @Test
  @DisplayName("Another size than that of what exists is refused")
  void anotherSizeThanThatOfWhatExistsIsRefused() {
    jdax("mkfs", region, "--size", "32M", "--force").fails("has 67108864 bytes, not 33554432");
  }

  @Test
  @DisplayName("A file system is only overwritten by force")
  void aFileSystemIsOnlyOverwrittenByForce() throws IOException {
    make("/a", "kept");
    jdax("mkfs", region).fails("holds a jdax file system labelled test, which only --force");
    assertEquals("kept", cat("/a"));
    jdax("mkfs", region, "--force").works();
    assertEquals("", ls(region.toString()));
  }

  @Test
  @DisplayName("Info tells the facts")
  void infoTellsTheFacts() {
    String text = jdax("info", region).works().out();
    assertTrue(text.contains("label     test"), text);
    assertTrue(text.contains("64 MiB (16384 blocks of 4096 bytes)"), text);
    assertEquals(1, text.lines().filter(line -> line.startsWith("region")).count(), text);
    JsonObject facts = jdax("info", region, "--json").json().getAsJsonObject();
    assertEquals("test", facts.get("label").getAsString());
    assertEquals(4, UUID.fromString(facts.get("uuid").getAsString()).version());
    assertEquals(64 << 20, facts.getAsJsonObject("region").get("sizeBytes").getAsLong());
  }

  @Test
  @DisplayName("Df tells what is free")
  void dfTellsWhatIsFree() throws IOException {
    JsonObject before = jdax("df", region, "--json").json().getAsJsonObject();
    Files.write(folder.resolve("big"), new byte[8 << 20]);
    jdax("put", folder.resolve("big"), inside("/")).works();
    JsonObject after = jdax("df", region, "--json").json().getAsJsonObject();
    long used = after.get("usedBytes").getAsLong() - before.get("usedBytes").getAsLong();
    assertTrue(used >= 8 << 20 && used < 9 << 20, "used " + used);
    assertEquals(
        after.get("sizeBytes").getAsLong(),
        after.get("usedBytes").getAsLong() + after.get("freeBytes").getAsLong());
    String text = jdax("df", region).works().out();
    assertEquals(2, text.lines().count(), text);
    assertTrue(text.contains("64 MiB"), text);
  }

  @Test
  @DisplayName("What holds no file system is refused")
  void whatHoldsNoFileSystemIsRefused() throws IOException {
    Files.write(fresh(), new byte[1 << 20]);
    for (String command : "info df ls stat extents cat".split(" ")) {
      jdax(command, fresh()).fails("fresh: holds no jdax file system");
      jdax(command, folder.resolve("none")).fails("none: no such file");
    }
  }

  @Test
  @DisplayName("--populate takes storage for all of a region, whether it is made or was there")
  void populate() throws Exception {
    Path made = folder.resolve("made");
    jdax("mkfs", made, "--size", "8M").works();
    assertTrue(storedBytes(made) < 8 << 20);
    jdax("mkfs", made, "--force", "--populate").works();
    assertTrue(storedBytes(made) >= 8 << 20);
    Path full = folder.resolve("full");
    jdax("mkfs", full, "--size", "8M", "--populate").works();
    assertTrue(storedBytes(full) >= 8 << 20);
  }

  private static long storedBytes(Path path) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", path.toString()).start();
    long blocks = Long.parseLong(new String(stat.getInputStream().readAllBytes(), UTF_8).trim());
    assertEquals(0, stat.waitFor());
    return blocks * 512;
  }
}

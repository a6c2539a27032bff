package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.jdax.os.Setfsuid;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final int NOBODY = 65534;

  @TempDir Path folder = Path.of("");

  /** Runs a command as a user who owns nothing; the rights of a thread die with it. */
  static Outcome asNobody(Object... arguments) throws InterruptedException {
    FutureTask<Outcome> task =
        new FutureTask<>(
            () -> {
              Setfsuid.set(NOBODY);
              return jdax(arguments);
            });
    Thread thread = new Thread(task);
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      thread.join();
    }
  }

  private Path file(String name, int bytes, String permissions) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.write(folder.resolve(name), new byte[bytes]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    return file;
  }

  private Path region() throws IOException {
    return file("region", 1 << 20, "rw-r--r--");
  }

  // ---------------------------------------------------------------- regions that can't be used

  @Test
  @DisplayName("A missing file is refused")
  void aMissingFileIsRefused() {
    jdax("region", "info", folder.resolve("nowhere")).refuses("nowhere: no such file");
  }

  @Test
  @DisplayName("An empty file is refused")
  void anEmptyFileIsRefused() throws IOException {
    jdax("region", "info", file("empty", 0, "rw-------")).refuses("empty: is empty");
  }

  @Test
  @DisplayName("An odd sized file is refused")
  void anOddSizedFileIsRefused() throws IOException {
    jdax("region", "info", file("ragged", 5000, "rw-------"))
        .refuses("5000 bytes, is not a multiple of 4096");
  }

  @Test
  @DisplayName("A truncated file is refused")
  void aTruncatedFileIsRefused() throws IOException {
    jdax("region", "info", region(), "--size", "2M").refuses("is truncated: it holds 1048576");
  }

  @Test
  @DisplayName("A locked region is refused")
  void aLockedRegionIsRefused() throws IOException {
    Path path = region();
    Region holder = Region.open(path);
    try (holder) {
      jdax("region", "info", path).refuses("is locked");
      jdax("bench", "--region", path).refuses("is locked");
    }
  }

  @Test
  @DisplayName("A file that may only be read is refused for writing")
  void aFileThatMayOnlyBeReadIsRefusedForWriting() throws Exception {
    Path path = file("readonly", 1 << 20, "r--r--r--");
    asNobody("bench", "--region", path, "--destroy-data").refuses("readonly: permission denied");
    Outcome info = asNobody("region", "info", path);
    assertEquals(0, info.code(), info.err());
    assertTrue(info.out().contains("can't be opened for stores"), info.out());
  }

  @Test
  @DisplayName("A file that may not be read is refused")
  void aFileThatMayNotBeReadIsRefused() throws Exception {
    asNobody("region", "info", file("secret", 1 << 20, "---------"))
        .refuses("secret: permission denied");
  }

  @Test
  @DisplayName("A file system that may only be read is read")
  void aFileSystemThatMayOnlyBeReadIsRead() throws Exception {
    Path path = region();
    jdax("mkfs", path).works();
    assertEquals("", asNobody("ls", "-lR", path).works().out());
    asNobody("info", path).works();
    asNobody("mkdir", path + ":/d").fails("region: permission denied");
    asNobody("mkfs", path, "--force").fails("region: permission denied");
  }

  @Test
  @DisplayName("A folder is refused")
  void aFolderIsRefused() {
    jdax("region", "info", folder).refuses("is a directory");
  }

  @Test
  @DisplayName("What exists is not created anew")
  void whatExistsIsNotCreatedAnew() throws IOException {
    jdax("region", "create", region(), "--size", "1M").refuses("the file exists already");
  }

  @Test
  @DisplayName("What exists is not measured on unasked")
  void whatExistsIsNotMeasuredOnUnasked() throws IOException {
    jdax("bench", "--region", region(), "--smoke").refuses("--destroy-data");
  }

  @Test
  @DisplayName("A region of an odd size is not created")
  void aRegionOfAnOddSizeIsNotCreated() {
    Path path = folder.resolve("new");
    jdax("region", "create", path, "--size", "5000").refuses("not a multiple");
    assertFalse(Files.exists(path));
  }

  // ---------------------------------------------------------------- commands that can't be
  // understood

  @Test
  @DisplayName("Nonsense is refused")
  void nonsenseIsRefused() {
    jdax().refuses("a command is missing");
    jdax("nonsense").refuses("nonsense");
    jdax("region").refuses("create or info is missing");
    jdax("region", "create", "x").refuses("--size");
    jdax("region", "create", "x", "--size", "3X").refuses("'3X' is not a size");
    jdax("quota").refuses("set, show or clear is missing");
    jdax("quota", "set", "x:/d").refuses("--bytes or --inodes is missing");
    jdax("quota", "set", "x:/d", "--bytes", "3X").refuses("'3X' is not a size");
    jdax("quota", "set", "x:/d", "--inodes", "-3")
        .refuses("'-3' is neither a positive number nor none");
    jdax("quota", "show").refuses("PATH[:FILE]");
    jdax("quota", "clear").refuses("PATH:DIR");
    jdax("mkfs").refuses("PATH");
    jdax("mkfs", "x", "--size", "3X").refuses("'3X' is not a size");
    jdax("info").refuses("PATH");
    jdax("df").refuses("PATH");
    jdax("ls").refuses("PATH[:DIR]");
    jdax("ls", "x", "y").refuses("y");
    jdax("stat").refuses("PATH[:FILE]");
    jdax("extents").refuses("PATH:FILE");
    jdax("put", "x").refuses("LOCAL... PATH:FILE");
    jdax("get", "x").refuses("LOCAL");
    jdax("get", "-r", "x", "-").refuses("standard output");
    jdax("cat").refuses("PATH:FILE");
    jdax("mkdir").refuses("PATH:DIR");
    jdax("mv", "x:a").refuses("PATH:TO");
    jdax("mv", "x:a", "y:a").refuses("one region");
    jdax("rm").refuses("PATH:FILE");
    jdax("rm", "x:/").refuses("can't be removed");
    jdax("rm", "-r", "x:/a/..").refuses("can't be removed");
    jdax("bench", "--quick", "--full").refuses("mutually exclusive");
    jdax("bench", "--quick", "--filter", "nonsense").refuses("there are store, block.pmem");
    jdax("bench", "--fail-on-slower").refuses("--fail-on-slower goes with --compare");
    jdax("bench", "--compare", "nowhere", "nowhere").refuses("nowhere: there is no such file");
    jdax("bench", "--compare", "a", "b", "--json").refuses("--compare measures nothing");
    jdax("bench", "--filter", "(").refuses("--filter (: Unclosed group");
    jdax("bench", "--filter", "nonsense").refuses("no benchmark matches");
    jdax("bench", "--limits", "--filter", "nonsense").refuses("copy, fault, file, flush");
  }

  @Test
  @DisplayName(
      "A region that this JVM can't name, or that has no name, is bad input to every command")
  void regionsWithoutAName() throws IOException {
    String odd = folder + "/R\udcff";
    for (String command : "mkfs info df check ls stat extents cat mkdir rm".split(" ")) {
      int badInput = command.equals("check") ? CheckCommand.USAGE : Main.BAD_INPUT;
      for (String region : new String[] {odd, ""}) {
        Outcome outcome = jdax(command, region);
        assertEquals(badInput, outcome.code(), outcome.err());
        assertEquals(1, outcome.err().lines().count(), outcome.err());
        String what =
            region.isEmpty() ? "'' does not name a region" : "a JVM in this locale can't name it";
        assertTrue(outcome.err().contains(what), outcome.err());
        assertFalse(outcome.err().contains("java."), outcome.err());
      }
    }
    Path local = Files.createFile(folder.resolve("local"));
    jdax("put", local, odd + ":/").refuses("a JVM in this locale can't name it");
    jdax("put", local, ":/").refuses("'' does not name a region");
    jdax("get", odd + ":/a", folder).refuses("a JVM in this locale can't name it");
    jdax("mv", odd + ":/a", odd + ":/b").refuses("a JVM in this locale can't name it");
    jdax("region", "info", odd).refuses("a JVM in this locale can't name it");
    jdax("region", "create", odd, "--size", "1M").refuses("a JVM in this locale can't name it");
  }

  // ---------------------------------------------------------------- what works

  @Test
  @DisplayName("A region is created and described")
  void aRegionIsCreatedAndDescribed() throws IOException {
    Path path = folder.resolve("new");
    Outcome created = jdax("region", "create", path, "--size", "2M");
    assertEquals(0, created.code(), created.err());
    assertEquals(2 << 20, Files.size(path));
    Outcome info = jdax("region", "info", path);
    assertEquals(0, info.code(), info.err());
    assertTrue(info.out().contains("2 MiB"), info.out());
    assertFalse(info.out().contains("read-only)"), "the persister is that of a writer");
  }

  @Test
  @DisplayName("Json has every fact")
  void jsonHasEveryFact() throws IOException {
    Outcome info = jdax("region", "info", region(), "--json");
    JsonObject facts = JsonParser.parseString(info.out()).getAsJsonObject();
    for (RecordComponent component : RegionFacts.class.getRecordComponents()) {
      assertTrue(facts.has(component.getName()), component.getName());
    }
    assertEquals(1 << 20, facts.get("sizeBytes").getAsLong());
    assertTrue(facts.has("persister"));
  }

  @Test
  @DisplayName("Help and version are given")
  void helpAndVersionAreGiven() {
    assertTrue(jdax("--version").out().startsWith("jdax "));
    assertEquals(0, jdax("help").code());
    assertTrue(jdax("help", "bench").out().contains("--destroy-data"));
    assertTrue(jdax("region", "--help").out().contains("info"));
    String all = jdax("--help").out();
    for (String name :
        "mkfs info df ls stat extents put get cat mkdir mv rm quota check region bench"
            .split(" ")) {
      assertTrue(all.contains("\n  " + name + " "), name);
      assertTrue(jdax(name, "--help").works().out().contains("jdax " + name), name);
    }
  }
}

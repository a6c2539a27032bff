package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.log.LogVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("jdax info tells what the log of notes has, and changes nothing")
class InfoCommandTest extends FileSystemTest {
  private static final int PAGE = 4096;

  /** A copy of the region as a kill leaves it after three appends and an overwrite. */
  private Path killed() throws IOException {
    Path copy = folder.resolve("killed");
    try (Region memory = Region.open(region);
        PmemBlockDevice device = PmemBlockDevice.of(memory, Persister.of(memory), PAGE);
        DaxFileSystem fs = DaxFileSystem.mount(device);
        DaxFile file =
            fs.open("/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE, OpenMode.DSYNC)) {
      for (int i = 0; i < 3; i++) {
        file.append(MemorySegment.ofArray(new byte[PAGE]));
      }
      file.write(100, MemorySegment.ofArray(new byte[] {1}));
      Files.write(copy, memory.segment().toArray(ValueLayout.JAVA_BYTE));
    }
    return copy;
  }

  /** Lets somebody damage the log of a region. */
  private interface Damage {
    void on(Region region, LogVandal log) throws IOException;
  }

  private static void damage(Path path, Damage damage) throws IOException {
    try (Region region = Region.open(path)) {
      damage.on(region, new LogVandal(region));
    }
  }

  private static List<JsonObject> lines(Path path) {
    JsonElement all = jdax("info", "--log", "--json", path).json();
    return StreamSupport.stream(all.getAsJsonObject().getAsJsonArray("lines").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private static List<String> states(Path path) {
    return lines(path).stream().map(line -> line.get("state").getAsString()).toList();
  }

  @Test
  @DisplayName("After a close nothing is to be told, and it says where the log is")
  void closed() {
    String text = jdax("info", region).works().out();
    assertTrue(text.contains("frames from frame "), text);
    assertTrue(text.contains("pending   0 records"), text);
    JsonObject log = jdax("info", "--json", region).json().getAsJsonObject().getAsJsonObject("log");
    assertTrue(log.get("frames").getAsInt() > 0, log.toString());
    assertTrue(log.get("firstFrame").getAsLong() > 1, log.toString());
    assertTrue(log.get("life").getAsLong() > 0, log.toString());
    assertEquals(0, log.get("liveRecords").getAsLong());
    assertFalse(log.has("lines"));
  }

  @Test
  @DisplayName("After a kill it counts what a mount would tell the tree, by kinds")
  void toBeTold() throws IOException {
    Path path = killed();
    byte[] before = Files.readAllBytes(path);
    JsonObject log = jdax("info", "--json", path).json().getAsJsonObject().getAsJsonObject("log");
    assertEquals(1, log.get("liveFiles").getAsLong(), log.toString());
    assertEquals(3, log.get("liveExtents").getAsLong(), log.toString());
    assertEquals(3, log.get("liveSizes").getAsLong(), log.toString());
    assertEquals(3, log.get("liveBlocks").getAsLong(), log.toString());
    assertEquals(1, log.get("framesInUse").getAsLong(), log.toString());
    String text = jdax("info", path).works().out();
    assertTrue(text.contains("(3 with blocks, 3 with a size, "), text);
    assertTrue(text.contains(" of 1 files, 3 new blocks"), text);
    jdax("info", "--log", path).works();
    assertArrayEquals(before, Files.readAllBytes(path));
  }

  @Test
  @DisplayName("--log lists each record with its frame, file, number, blocks, size and time")
  void records() throws IOException {
    Path path = killed();
    List<JsonObject> lines = lines(path);
    for (int i = 0; i < 3; i++) {
      JsonObject line = lines.get(i);
      assertEquals("live", line.get("state").getAsString());
      assertEquals(i + 1, line.get("line").getAsInt());
      assertEquals(lines.getFirst().get("number").getAsLong() + i, line.get("number").getAsLong());
      assertEquals(i, line.get("firstBlock").getAsLong());
      assertEquals(1, line.get("blockCount").getAsLong());
      assertEquals((i + 1L) * PAGE, line.get("sizeBytes").getAsLong());
      assertTrue(line.get("written").getAsBoolean());
    }
    String text = jdax("info", "--log", path).works().out();
    assertTrue(text.lines().findFirst().orElse("").contains("inode  number  state"), text);
    assertTrue(text.contains("  live   0 +1 at "), text);
  }

  @Test
  @DisplayName("A record that is torn is told apart from those that it cuts off")
  void torn() throws IOException {
    Path path = killed();
    damage(
        path,
        (memory, log) -> {
          long frame = log.framesInUse().getFirst();
          memory.segment().set(ValueLayout.JAVA_BYTE, LogVandal.at(frame, 2) + 9, (byte) 77);
        });
    assertEquals(List.of("live", "torn", "cut off"), states(path).subList(0, 3));
  }

  @Test
  @DisplayName("Records of an earlier mount are stale, and those of a file without a name void")
  void notLive() throws IOException {
    Path path = killed();
    int count = lines(path).size();
    jdax("rm", path + ":/f").works(); // a mount, with a life of its own
    List<String> states = states(path);
    assertEquals(count, states.size());
    assertTrue(states.stream().allMatch("stale"::equals), states.toString());
  }

  @Test
  @DisplayName("Whatever the frames of the log hold, their lines are listed, with the defects")
  void anyDamage() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    Path path = killed();
    byte[] sound = Files.readAllBytes(path);
    for (int i = 0; i < 100; i++) {
      Files.write(path, sound);
      damage(
          path,
          (memory, log) -> {
            long frame = log.framesInUse().getFirst();
            for (int n = random.nextInt(4); n >= 0; n--) {
              long at = LogVandal.at(frame, random.nextInt(5)) + random.nextInt(64);
              memory.segment().set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
            }
          });
      Outcome outcome = jdax("info", "--log", path);
      assertEquals(0, outcome.code(), () -> "-Djdax.test.seed=" + seed + ": " + outcome.err());
      jdax("info", path).works();
    }
  }

  @Test
  @DisplayName("A record that says what can't be is listed as flawed, and its defect is told")
  void flawed() throws IOException {
    Path path = killed();
    damage(
        path,
        (memory, log) -> {
          long frame = log.framesInUse().getFirst();
          log.set(frame, 2, LogVandal.BLOCKS, Long.MAX_VALUE);
        });
    assertEquals(List.of("live", "flawed", "cut off"), states(path).subList(0, 3));
    assertTrue(jdax("info", "--log", path).works().out().contains("LG3 "));
    assertTrue(jdax("info", path).works().out().contains("LG3 "));
  }

  @Test
  @DisplayName("What is no file system has no log to list, and a mounted one is locked")
  void refused() throws IOException {
    jdax("info", "--log", Files.write(folder.resolve("zeros"), new byte[1 << 20])).fails("zeros");
    Region holder = Region.open(region);
    try (holder) {
      Outcome locked = jdax("info", "--log", region);
      assertTrue(locked.err().contains("is locked"), locked.err());
    }
  }
}

package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeniedNativeAccessTest {
  @TempDir Path folder = Path.of("");

  private void isRefused(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/java");
    line.add("-XX:TieredStopAtLevel=1");
    line.add("--illegal-native-access=deny");
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(Main.class.getName());
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(Main.FAILED, process.waitFor(), said);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("jdax: "), said);
    assertTrue(said.contains("add --enable-native-access="), said);
  }

  @Test
  @DisplayName("A JVM that is started without native access tells the option that allows it")
  void theOptionIsTold() throws Exception {
    Path local = Files.createFile(folder.resolve("local"));
    String region = Files.write(folder.resolve("region"), new byte[1 << 20]).toString();
    isRefused("put", local.toString(), region + ":/");
    isRefused("get", region + ":/a", local.toString());
  }
}

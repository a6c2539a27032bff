package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.machine.NativeAccessException;
import io.jdax.region.Region;
import io.jdax.stubs.NativeLibrary;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that does not let jdax call native code. */
class NativeAccessTest {
  @TempDir Path dir;

  /** Calls everything twice that may be called first. */
  static final class Caller {
    private Caller() {}

    public static void main(String[] args) {
      Path path = Path.of(args[0]);
      List<Callable<Object>> calls =
          List.of(
              () -> Region.open(path),
              () -> Region.at(path).size(4096).create(),
              () -> Region.at(path).readOnly(true).open(),
              () -> Region.anonymous("a", 4096),
              () -> LinuxFiles.open(args[0], 0, 0),
              () -> LinuxMemory.mmap(0, 4096, 0, LinuxMemory.MAP_SHARED, -1, 0, "a"));
      for (int round = 0; round < 2; round++) {
        for (Callable<Object> call : calls) {
          try {
            System.out.println("returned " + call.call());
          } catch (Throwable t) {
            System.out.println(t);
          }
        }
      }
      AsymmetricFence.light();
      System.out.println(NativeStubs.status().sentence());
    }
  }

  private String run(Class<?> main, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of(options));
    if (!List.of(options).contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.addAll(List.of(main.getName(), dir.resolve("none").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  @DisplayName(
      "Every call that needs native code names the option that allows it, the second time too")
  void denied() throws Exception {
    String sentence = "native access is not enabled: add --enable-native-access=ALL-UNNAMED";
    List<String> lines = run(Caller.class, "--illegal-native-access=deny").lines().toList();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      expected.add(NativeAccessException.class.getName() + ": " + sentence);
    }
    expected.add(sentence);
    assertEquals(expected, lines);
  }

  /** Opens a region, and says what came of it. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] args) {
      for (int round = 0; round < 2; round++) {
        try (Region region = Region.anonymous("a", 4096)) {
          System.out.println("opened " + region.name());
        } catch (IOException e) {
          System.out.println(e.getClass().getSimpleName() + " " + e.getMessage());
        }
      }
    }
  }

  /** The class path without what holds the stubs. */
  private static String withoutStubs() throws URISyntaxException {
    Path stubs =
        Path.of(NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).toAbsolutePath().equals(stubs))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  @DisplayName("jdax.stubs=require opens no region without the native stubs, and any with them")
  void required() throws Exception {
    String allowed = "--enable-native-access=ALL-UNNAMED";
    assertEquals(
        "opened memfd:a\nopened memfd:a", run(Opener.class, allowed, "-Djdax.stubs=require"));
    String refusal =
        "UnsupportedRegionException memfd:a: jdax.stubs=require is not fulfilled: native stubs are"
            + " not on the class or module path (io.jdax.stubs)";
    assertEquals(
        refusal + "\n" + refusal,
        run(Opener.class, allowed, "-Djdax.stubs=require", "-cp", withoutStubs()));
    assertEquals(
        "opened memfd:a\nopened memfd:a", run(Opener.class, allowed, "-cp", withoutStubs()));
  }
}

package io.jdax.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's program gets of jdax, as a module and from one jar that holds everything. */
class SurfaceTest {
  private static final String MAIN = ReadmeExample.class.getName();

  @TempDir Path dir = Path.of("");

  private record Ended(int status, String said) {}

  private Ended run(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/java");
    line.add("-XX:TieredStopAtLevel=1");
    line.add("--illegal-native-access=deny");
    line.addAll(options);
    line.addAll(List.of(arguments));
    line.add(Files.createDirectories(dir.resolve("run")).toString());
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  /** Where the modules of jdax and this one lie, as jars or as folders of classes. */
  private static List<Path> modules() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(SurfaceTest::isJdax)
        .toList();
  }

  private static boolean isJdax(Path entry) {
    String path = entry.toString();
    return (path.contains("dax-core") || path.contains("native-stubs") || path.contains("consumer"))
        && !path.contains("test-classes");
  }

  private static String modulePath() {
    return String.join(File.pathSeparator, modules().stream().map(Path::toString).toList());
  }

  /** Everything in one jar, as a shading plugin makes it, without the descriptions of modules. */
  private Path shaded() throws IOException {
    Path jar = dir.resolve("all.jar");
    Shading.merge(modules(), jar);
    return jar;
  }

  private static void assertRan(Ended ended) {
    assertEquals(0, ended.status(), ended.said());
    assertTrue(ended.said().contains("sectors, "), ended.said());
    assertTrue(ended.said().endsWith("done\n"), ended.said());
    assertTrue(!ended.said().contains("WARNING"), ended.said());
  }

  private static void assertTold(Ended ended, String option) {
    assertEquals(1, ended.status(), ended.said());
    assertTrue(
        ended
            .said()
            .lines()
            .anyMatch(l -> l.contains("native access is not enabled: add " + option)),
        ended.said());
    assertTrue(!ended.said().contains("ExceptionInInitializerError"), ended.said());
    assertTrue(!ended.said().contains("NoClassDefFoundError"), ended.said());
  }

  @Test
  @DisplayName("A module that requires io.jdax.core runs where native access is denied to others")
  void asModule() throws Exception {
    assertRan(
        run(
            List.of("-p", modulePath(), "--enable-native-access=io.jdax.core"),
            "-m",
            "io.jdax.consumer/" + MAIN));
  }

  @Test
  @DisplayName("Without native access a module is told the option, with jdax's name in it")
  void asModuleDenied() throws Exception {
    assertTold(
        run(List.of("-p", modulePath()), "-m", "io.jdax.consumer/" + MAIN),
        "--enable-native-access=io.jdax.core");
  }

  @Test
  @DisplayName("One jar that holds everything runs on the class path")
  void asShadedJar() throws Exception {
    assertRan(run(List.of("--enable-native-access=ALL-UNNAMED", "-cp", shaded().toString()), MAIN));
  }

  @Test
  @DisplayName("Without native access the class path is told the option")
  void asShadedJarDenied() throws Exception {
    assertTold(
        run(List.of("-cp", shaded().toString()), MAIN), "--enable-native-access=ALL-UNNAMED");
  }

  private String compile(String statement) throws IOException {
    Path source = dir.resolve("src");
    Files.createDirectories(source);
    Files.writeString(
        source.resolve("module-info.java"), "module other { requires io.jdax.core; }");
    Files.writeString(
        source.resolve("Other.java"),
        "package other; class Other { void other(io.jdax.fs.DaxFile file,"
            + " io.jdax.fs.DaxFileSystem fs, io.jdax.region.Region region) throws Exception { "
            + statement
            + " } }");
    StringWriter said = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    var files = compiler.getStandardFileManager(null, null, null);
    boolean done =
        compiler
            .getTask(
                said,
                files,
                null,
                List.of("-p", modulePath(), "-proc:none", "-d", dir.resolve("out").toString()),
                null,
                files.getJavaFileObjects(
                    source.resolve("module-info.java"), source.resolve("Other.java")))
            .call();
    return done ? "" : said + "failed";
  }

  @Test
  @DisplayName("What a user needs can be named")
  void whatIsThere() throws IOException {
    assertEquals(
        "",
        compile(
            "try (io.jdax.mm.DaxMapping m = file.map(0, 1)) { m.persist(0, 1); }"
                + " file.statistics(); fs.reclaim(); fs.quarantine(); region.facts();"
                + " io.jdax.region.Region.nativeStubs().sentence();"
                + " io.jdax.fs.check.FileSystemCheck.class.getName();"));
  }

  @ParameterizedTest
  @DisplayName("Nothing leads to what could hang or corrupt a mounted file system")
  @ValueSource(
      strings = {
        "io.jdax.os.LinuxFiles.close(0);",
        "io.jdax.mm.engine.FrameSpace.class.getName();",
        "io.jdax.cache.FramePool.class.getName();",
        "io.jdax.fs.tree.CowTree.class.getName();",
        "io.jdax.fs.space.Space.class.getName();",
        "file.addressSpace();",
        "fs.frames();",
        "region.writebacks().failure();",
      })
  void whatIsNotThere(String statement) throws IOException {
    assertTrue(compile(statement).endsWith("failed"), statement);
  }
}

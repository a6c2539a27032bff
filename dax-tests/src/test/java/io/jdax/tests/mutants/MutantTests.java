package io.jdax.tests.mutants;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles one changed source, and runs tests with it in a JVM of its own. */
final class MutantTests {
  /**
   * For each class of tests. Some mutants make a test wait for ever, which is no catch: the suite
   * would wait as well.
   */
  private static final long LIMIT_SECONDS = 120;

  private MutantTests() {}

  /**
   * How the tests ended.
   *
   * @param how the first failure, in a few words
   */
  record Ended(Outcome outcome, String how) {}

  /** Compiles against the classes that this JVM runs with. */
  static void compile(String file, String source, Path classes) throws IOException {
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject unit =
        new SimpleJavaFileObject(URI.create("string:///" + file), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter complaints = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-parameters",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    if (!compiler.getTask(complaints, null, null, options, null, List.of(unit)).call()) {
      throw new IllegalStateException("it does not compile: " + complaints);
    }
  }

  /**
   * Runs test classes until one fails.
   *
   * @param first comes before everything else on the class path
   */
  static Ended run(List<Path> first, List<String> tests, Path log)
      throws IOException, InterruptedException {
    List<String> path = new ArrayList<>(first.stream().map(Path::toString).toList());
    path.add(System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-Xmx1g", "-XX:-CreateCoredumpOnCrash"));
    command.add("-XX:ErrorFile=" + log + ".hs_err");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
    command.add("org.junit.platform.console.ConsoleLauncher");
    command.addAll(List.of("execute", "--fail-fast", "--disable-banner", "--details=summary"));
    command.addAll(List.of("--disable-ansi-colors", "--exclude-tag", "pmem"));
    for (String test : tests) {
      command.add((test.indexOf('#') < 0 ? "--select-class=" : "--select-method=") + test);
    }
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long limit = LIMIT_SECONDS * tests.size();
    if (!child.waitFor(limit, TimeUnit.SECONDS)) {
      child.destroyForcibly().waitFor();
      return new Ended(Outcome.HANGS, "no test has failed within " + limit + " s");
    }
    if (child.exitValue() == 0) {
      return new Ended(Outcome.SURVIVED, "");
    }
    return new Ended(
        Outcome.CAUGHT,
        Files.readString(log)
            .lines()
            .map(String::strip)
            .filter(l -> l.startsWith("=>"))
            .findFirst()
            .map(l -> l.length() > 110 ? l.substring(0, 110) + "..." : l)
            .orElse("exit status " + child.exitValue()));
  }
}

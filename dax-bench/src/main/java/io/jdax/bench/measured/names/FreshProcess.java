package io.jdax.bench.measured.names;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A process that has begun, and waits to be told to make its first files. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls begin() before anything else
public abstract class FreshProcess {
  private Process process;
  private BufferedReader lines;

  abstract boolean isJdax();

  @Setup(Level.Invocation)
  public void begin() throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FirstCreator.class.getName(),
                    Boolean.toString(isJdax())))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    await("ready");
  }

  private void await(String line) throws IOException {
    String said = lines.readLine();
    if (!line.equals(said)) {
      throw new IOException("the process said " + said + " instead of " + line);
    }
  }

  void create() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    await("done");
  }

  @TearDown(Level.Invocation)
  public void end() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  /** It makes files of a jdax file system. */
  public static class Jdax extends FreshProcess {
    @Override
    boolean isJdax() {
      return true;
    }
  }

  /** It makes files of the machine's file system in memory. */
  public static class Tmpfs extends FreshProcess {
    @Override
    boolean isJdax() {
      return false;
    }
  }
}

package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Standard output that can't be written to, as /dev/full and a pipe that was closed. */
class OutputTest extends FileSystemTest {
  private static final String FULL = "No space left on device";
  private static final String CLOSED = "Broken pipe";

  @BeforeEach
  void file() throws IOException {
    make("/f", "text");
  }

  private static final class Failing extends OutputStream {
    private final String why;

    Failing(String why) {
      this.why = why;
    }

    @Override
    public void write(int b) throws IOException {
      throw new IOException(why);
    }
  }

  private static Outcome run(String why, Object... arguments) {
    StringWriter err = new StringWriter();
    StandardOutput output = new StandardOutput(new Failing(why));
    PrintStream console = System.out;
    System.setOut(new PrintStream(output, false, StandardCharsets.UTF_8));
    try {
      int code =
          Main.commandLine(new Execution(output))
              .setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8))
              .setErr(new PrintWriter(err))
              .execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
      return new Outcome(code, "", err.toString(), new byte[0]);
    } finally {
      System.setOut(console);
    }
  }

  private Object[][] commands() {
    return new Object[][] {
      {"ls", region},
      {"ls", "-lR", region},
      {"ls", "--json", region},
      {"stat", inside("/f")},
      {"stat", "--json", inside("/f")},
      {"df", region},
      {"info", region},
      {"info", "--json", region},
      {"extents", inside("/f")},
      {"cat", inside("/f")},
      {"get", inside("/f"), "-"},
      {"quota", "show", "--json", region},
      {"region", "info", region},
      {"--help"},
      {"--version"},
      {"help"},
      {"ls", "--help"},
      {"check", "--help"},
      {"mkfs", "--json", "--force", region},
    };
  }

  @Test
  @DisplayName("Every command whose output is lost tells so in one line and ends with 1")
  void lostOutput() {
    for (Object[] command : commands()) {
      Outcome outcome = run(FULL, command);
      assertEquals(1, outcome.code(), Arrays.toString(command));
      assertEquals(
          "jdax: standard output: " + FULL + "\n", outcome.err(), Arrays.toString(command));
    }
  }

  @Test
  @DisplayName("Where a pipe was closed nothing is said, and the exit code is 1")
  void closedPipe() {
    for (Object[] command : commands()) {
      Outcome outcome = run(CLOSED, command);
      assertEquals(1, outcome.code(), Arrays.toString(command));
      assertEquals("", outcome.err(), Arrays.toString(command));
    }
  }

  @Test
  @DisplayName("A check whose output is lost ends as one that could not be made")
  void lostCheck() {
    assertEquals(CheckCommand.OPERATIONAL, run(FULL, "check", region).code());
  }

  @Test
  @DisplayName("Any failure is one sentence; --debug adds where in the code it happened")
  void anyFailureIsASentence() {
    for (Throwable e :
        new Throwable[] {
          new StackOverflowError(),
          new OutOfMemoryError("Java heap space"),
          new IndexOutOfBoundsException("5"),
          new IllegalStateException("odd\nin two lines"),
          new InternalError("a fault"),
          new IOException()
        }) {
      String sentence = Complaint.about(e);
      assertEquals(1, sentence.lines().count(), sentence);
      assertTrue(sentence.length() > 5, sentence);
    }
    Outcome debug = Outcome.jdax("ls", "--debug", inside("/none"));
    assertEquals(1, debug.code());
    assertTrue(debug.err().lines().count() > 3, debug.err());
    Outcome.jdax("ls", inside("/none")).fails("no such file");
  }
}

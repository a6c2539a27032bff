package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * What a command did.
 *
 * @param out what it printed
 * @param bytes what it wrote to standard output beside that
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Outcome(int code, String out, String err, byte[] bytes) {
  /** Runs a command line in this JVM. */
  static Outcome jdax(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    try {
      // Made after the change: a command line takes another System.out for a wish to print there.
      String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
      CommandLine line =
          Main.commandLine(words).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
      int code = line.execute(words);
      System.out.flush();
      return new Outcome(code, out.toString(), err.toString(), bytes.toByteArray());
    } finally {
      System.setOut(console);
    }
  }

  /** Exit code 0 and nothing to complain of. */
  Outcome works() {
    assertEquals("", err);
    assertEquals(0, code);
    return this;
  }

  /** Exit code 2 and one line that begins like all others and has this in it. */
  void refuses(String what) {
    complains(2, what);
  }

  /** Exit code 1 and such a line. */
  void fails(String what) {
    complains(1, what);
  }

  private void complains(int expected, String what) {
    assertEquals(expected, code, err);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("jdax: "), err);
    assertTrue(err.contains(what), err);
    assertEquals("", out);
  }

  JsonElement json() {
    works();
    return JsonParser.parseString(out);
  }
}

package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** SIGKILL, from outside: no instruction follows in the writer. */
final class SignalDeath implements Death {
  private boolean struck;

  @Override
  public List<String> command(List<String> jvm) {
    struck = false;
    return jvm;
  }

  @Override
  public List<String> options() {
    return List.of();
  }

  @Override
  public String order(int acknowledgements, long nanos) {
    return Doom.NONE;
  }

  @Override
  public void strike(ProcessHandle writer, long nanos) {
    Doom.await(nanos);
    // Not Process.destroyForcibly(): that closes the pipe, with what is still in it.
    struck = writer.destroyForcibly();
  }

  @Override
  public void requireDied(int status) {
    assertTrue(struck, "the writer ended by itself");
    assertEquals(SIGKILL_STATUS, status, "status of a writer that was killed");
  }

  @Override
  public String toString() {
    return "SIGKILL";
  }
}

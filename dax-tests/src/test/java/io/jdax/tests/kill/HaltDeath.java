package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/**
 * {@link Runtime#halt} by a thread of the writer: neither hooks nor finally blocks run, but the
 * other threads go on until the JVM has stopped them, some of them in native code until the end.
 */
final class HaltDeath implements Death {
  @Override
  public List<String> command(List<String> jvm) {
    return jvm;
  }

  @Override
  public List<String> options() {
    return List.of();
  }

  @Override
  public String order(int acknowledgements, long nanos) {
    return Doom.HALT + " " + acknowledgements + " " + nanos;
  }

  @Override
  public void strike(ProcessHandle writer, long nanos) {
    // it does that itself, by its own count
  }

  @Override
  public void requireDied(int status) {
    assertEquals(Doom.HALTED, status, "status of a writer that has halted");
  }

  @Override
  public String toString() {
    return "Runtime.halt";
  }
}

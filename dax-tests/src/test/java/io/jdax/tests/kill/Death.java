package io.jdax.tests.kill;

import java.io.IOException;
import java.util.List;

/**
 * A way for a writer to die in the middle of whatever its threads do. The one who kills it and the
 * test are in different processes for some ways, and so is what is known of the moment: each way
 * says what the test has to do, and what the writer ({@link Doom}).
 */
interface Death extends AutoCloseable {
  /** The status of a process that SIGKILL has ended, as a shell tells it. */
  int SIGKILL_STATUS = 128 + 9;

  /** The command that starts a writer which can die so, by that of any JVM. */
  List<String> command(List<String> jvm);

  /** Options that its JVM needs beside those of any. */
  List<String> options();

  /**
   * What the writer is told, which is an order for {@link Doom}.
   *
   * @param acknowledgements how many operations return before it dies, if it can know
   * @param nanos how long it lives after that, in nanoseconds
   */
  String order(int acknowledgements, long nanos);

  /**
   * Called once, when so many operations have been acknowledged: kills the writer after so many
   * nanoseconds, or leaves that to itself.
   */
  void strike(ProcessHandle writer, long nanos);

  /**
   * Called when the writer is gone.
   *
   * @param status its exit status
   * @throws AssertionError it has died in another way, so that the test shows something else
   */
  void requireDied(int status) throws IOException;

  @Override
  default void close() throws IOException {}
}

package io.jdax;

import static org.junit.jupiter.api.Assertions.assertNotNull;

/** What errors say to users. */
public final class Messages {
  private Messages() {}

  /** The message of an error; the test fails if it has none. */
  public static String of(Throwable e) {
    String message = e.getMessage();
    assertNotNull(message, () -> e.getClass().getName() + " without a message");
    return message;
  }
}

package io.jdax.bench.run;

import java.io.IOException;

/** What was asked for can't be measured; the message is for the one who asked. */
public final class BenchInputException extends IOException {
  private static final long serialVersionUID = 1L;

  BenchInputException(String message) {
    super(message);
  }
}

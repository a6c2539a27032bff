package io.jdax.tools;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** The one place where an exception becomes the line that a person reads. */
final class Complaint {
  private Complaint() {}

  /**
   * One line that names the region or file and what is wrong with it.
   *
   * @throws Exception {@code e} itself, when it isn't about what was asked for but about our code:
   *     its stack trace is wanted then
   */
  static String about(Exception e) throws Exception {
    return switch (e) {
      case FileSystemException file -> firstLine(sentence(file));
      case IOException io -> firstLine(String.valueOf(io.getMessage()));
      case IllegalArgumentException argument -> firstLine(String.valueOf(argument.getMessage()));
      default -> throw e;
    };
  }

  /** java.nio.file leaves the reason out when it is the class that says it. */
  private static String sentence(FileSystemException e) {
    if (e.getReason() != null) {
      return e.getFile() + ": " + e.getReason();
    }
    String name = e.getClass().getSimpleName().replace("Exception", "");
    return e.getFile()
        + ": "
        + name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}

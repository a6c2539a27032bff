package io.jdax.tools;

import java.io.IOException;
import java.io.PrintWriter;

/** The files that a command leaves out while it goes on with others. */
final class Problems {
  private final PrintWriter err;
  private boolean any;

  Problems(PrintWriter err) {
    this.err = err;
  }

  /** Prints a line about {@code subject}, which a person named, or which lies below that. */
  void say(String subject, IOException e) {
    any = true;
    err.println("jdax: " + Complaint.of(subject, e).getMessage());
    err.flush();
  }

  int exitCode() {
    return any ? Main.FAILED : Main.OK;
  }
}

package io.jdax.fs.volume;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Things that are all to be done, whatever goes wrong with one of them: a teardown, or the same for
 * every file. What was thrown first is thrown in the end, and has the rest with it.
 */
public final class Steps {
  /** One of them. */
  public interface Step {
    void run() throws IOException;
  }

  private @Nullable Throwable first;

  /** Does one; throws nothing. */
  public void run(Step step) {
    try {
      step.run();
    } catch (Throwable t) {
      failed(t);
    }
  }

  /** One has failed elsewhere. */
  @SuppressWarnings("ReferenceEquality")
  public // the very same, which can't have itself with it
  void failed(Throwable t) {
    Throwable before = first;
    if (before == null) {
      first = t;
      return;
    }
    try {
      if (before != t) {
        before.addSuppressed(t);
      }
    } catch (OutOfMemoryError e) {
      // The first one says enough.
    }
  }

  /** Whether all that were done went well. */
  public boolean allWell() {
    return first == null;
  }

  /** Throws what went wrong, if anything has. */
  public void end() throws IOException {
    switch (first) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable t -> throw new IllegalStateException(t);
    }
  }
}

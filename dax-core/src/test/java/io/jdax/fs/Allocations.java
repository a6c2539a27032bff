package io.jdax.fs;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What {@link WovenClasses} calls before each allocation; lets one of a thread's fail. */
public final class Allocations {
  private static volatile @Nullable Thread victim;
  private static long left;
  private static @Nullable String failed;

  private Allocations() {}

  /** From now on, until {@link #end}, the calling thread's allocation of that index fails. */
  public static void fail(long index) {
    left = index;
    failed = null;
    victim = Thread.currentThread();
  }

  /** Where it was; null: there were not as many. */
  public static @Nullable String end() {
    victim = null;
    return failed;
  }

  /** An allocation is about to be made. */
  @SuppressWarnings("ReferenceEquality") // a thread is itself
  public static void reach() {
    if (victim == Thread.currentThread() && left-- == 0) {
      victim = null; // what follows has memory again
      OutOfMemoryError error = new OutOfMemoryError("made by a test");
      failed =
          Arrays.stream(error.getStackTrace())
              .filter(frame -> frame.getClassName().startsWith("io.jdax"))
              .skip(1)
              .limit(6)
              .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
              .toList()
              .toString();
      throw error;
    }
  }
}

package io.jdax.bench.report;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Whether standard error is a terminal, and how wide. System.console() answers for standard input
 * and output only.
 */
public final class Terminal {
  private static final int STDERR = 2;
  private static final int DEFAULT_COLUMNS = 100;
  private static final long TIOCGWINSZ = 0x5413; // asm-generic/ioctls.h

  private Terminal() {}

  /** Whether a person sees what goes to standard error. */
  public static boolean isTerminal() {
    return window() > 0;
  }

  /** Its width; a common one when it has none to tell. */
  public static int columns() {
    int columns = window();
    return columns > 1 ? columns : DEFAULT_COLUMNS;
  }

  /** Columns; 1 for a terminal that does not know; 0 when it is none, or nobody may ask. */
  private static int window() {
    Linker linker = Linker.nativeLinker();
    MethodHandle ioctl;
    try {
      ioctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("ioctl"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
              Linker.Option.firstVariadicArg(2));
    } catch (IllegalCallerException e) { // without native access; what needs it says so
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8); // struct winsize: rows, columns, and pixels
      int r = (int) ioctl.invokeExact(STDERR, TIOCGWINSZ, size);
      return r != 0 ? 0 : Math.max(1, size.get(JAVA_SHORT, 2));
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }
}

package io.jdax.region;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Makes a memory error arrive where it can be caught.
 *
 * <p>A load or store that raises SIGBUS does not throw at once: HotSpot's handler steps over the
 * instruction, notes the error, and throws {@link InternalError} at the thread's next safepoint
 * poll (sharedRuntime.cpp, handle_unsafe_access). In compiled code that poll may lie behind the end
 * of a {@code try} block, in a caller that has already been told of success. So whoever must know
 * calls {@link #deliver} as the last thing inside the block.
 */
public final class AccessFault {
  private static final VarHandle TRIPS;

  static {
    try {
      TRIPS = MethodHandles.lookup().findStaticVarHandle(AccessFault.class, "trips", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings(
      "unused") // read through TRIPS, opaquely, so that the loop below has no known trip count
  private static int trips = 1;

  private AccessFault() {}

  /**
   * Throws the pending InternalError, if any. Costs about a nanosecond: one trip through a loop
   * whose end the compiler can't know, and therefore must poll in.
   */
  public static void deliver() {
    int i = 0;
    while (i < (int) TRIPS.getOpaque()) {
      i++;
    }
  }
}

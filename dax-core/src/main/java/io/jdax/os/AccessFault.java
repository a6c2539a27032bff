package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Makes a memory error arrive where it can be caught.
 *
 * <p>A load or store that raises SIGBUS does not throw at once: HotSpot's handler steps over the
 * instruction, notes the error, and throws {@link InternalError} at the thread's next safepoint
 * poll (sharedRuntime.cpp, handle_unsafe_access). In compiled code that poll may lie after the end
 * of a {@code try} block, in a caller that has already been told of success. So whoever must know
 * calls {@link #deliver} as the last thing inside the block.
 *
 * <p>An error that nobody asked for is still owed when the thread comes back for something else,
 * and would arrive there at any call: between a lock and its {@code try}, or in the middle of a
 * change. So every way into the engine that takes a lock, a ticket or a use of something calls
 * {@link #enter} before it has taken anything. The error is about the caller's own earlier access,
 * and nothing has changed when it comes.
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

  private static volatile Runnable seam = () -> {};

  @SuppressWarnings("unused") // what was read must go somewhere, or the load is left out
  private static volatile byte sink;

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
    if (i != 1) {
      seam.run();
    }
  }

  /**
   * Called by every way into the engine before it takes anything, so that errors that have reasons
   * of the caller's own come now.
   *
   * @param layer the one of {@link StackRoom} that is entered
   * @throws InternalError an earlier access of this thread is owed it
   * @throws StackOverflowError there is not enough stack for what follows
   */
  public static void enter(int layer) {
    StackRoom.claim(layer);
    deliver();
  }

  /**
   * From now on {@link #deliver} runs {@code instead}, in every thread. For tests.
   *
   * @param instead throws what is to be pending, or null to go back to normal
   */
  static void onDeliver(@Nullable Runnable instead) {
    seam = instead == null ? () -> {} : instead;
    TRIPS.setVolatile(instead == null ? 1 : 2);
  }

  /**
   * Loads one byte.
   *
   * @throws InternalError its page is not backed
   */
  public static void touch(MemorySegment segment, long offset) {
    sink = segment.get(JAVA_BYTE, offset);
    deliver();
  }

  /**
   * The offset of the first byte of the range that can't be loaded, or −1 if all can.
   *
   * @throws InternalError an earlier access of this thread is owed it, which says nothing of these
   *     bytes
   */
  public static long firstUnbacked(MemorySegment segment, long offset, long length) {
    deliver();
    long base = segment.address(); // pages are of addresses, and a segment may begin anywhere
    long end = offset + length;
    for (long at = offset; at < end; at = (base + at | Pages.BYTES - 1) + 1 - base) {
      try {
        touch(segment, at);
      } catch (InternalError e) {
        return at;
      }
    }
    return -1;
  }

  /** Whether some of the range can't be loaded. What is on the heap always can. */
  public static boolean isUnbacked(MemorySegment segment, long offset, long length) {
    return segment.isNative() && firstUnbacked(segment, offset, length) >= 0;
  }
}

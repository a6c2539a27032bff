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
 * poll (sharedRuntime.cpp, handle_unsafe_access). In compiled code that poll may lie behind the end
 * of a {@code try} block, in a caller that has already been told of success. So whoever must know
 * calls {@link #deliver} as the last thing inside the block.
 *
 * <p>What nobody asked for is still owed when the thread comes back for something else, and would
 * arrive there at any call: between a lock and its {@code try}, or in the middle of a change. So
 * every way into the engine that takes a lock, a ticket or a use of something calls {@link #enter}
 * before it has taken anything: the error is about the caller's own earlier access, and changes
 * nothing here.
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

  @SuppressWarnings("unused") // what was read must go somewhere, else the load is left out
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
   * What every way into the engine calls before it takes anything: what can come for reasons of the
   * caller's own comes now.
   *
   * @param layer of {@link StackRoom}, that is entered
   * @throws InternalError an earlier access is owed it
   * @throws StackOverflowError there is not stack enough for what follows
   */
  public static void enter(int layer) {
    StackRoom.claim(layer);
    deliver();
  }

  /**
   * From now on {@link #deliver}, in every thread, runs {@code instead}, which throws what is to be
   * pending: for tests. Null: as usual.
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

  /** The first byte of the range that can't be loaded, −1 if all can. */
  public static long firstUnbacked(MemorySegment segment, long offset, long length) {
    long base = segment.address(); // pages are the process's, and a segment may begin anywhere
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

  /** Whether it was this memory that a copy failed at: what is on the heap is always there. */
  public static boolean isUnbacked(MemorySegment segment, long offset, long length) {
    return segment.isNative() && firstUnbacked(segment, offset, length) >= 0;
  }
}

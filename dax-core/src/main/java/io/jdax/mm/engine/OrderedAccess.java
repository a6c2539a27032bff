package io.jdax.mm.engine;

import io.jdax.machine.Errno;
import io.jdax.os.AccessFault;
import io.jdax.os.NativeStubs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Loads and stores with an order, in the modes of {@link VarHandle}, and compare-and-set. Offsets
 * that are not naturally aligned are an {@link IllegalArgumentException}.
 *
 * <p>An ordered store takes effect exactly once. It holds its {@link Epoch} open, since a store
 * that hands over a lock must not be repeated after another thread took the lock. That costs some
 * ten nanoseconds; an ordered load costs no more than elsewhere.
 *
 * <p>Any thread that has seen an ordered store can make it durable by a persist of its own, since
 * the page is marked both before the data can be seen and after. See {@link DirtyBytes}.
 */
abstract class OrderedAccess extends PlainAccess {
  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
  private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private static final boolean STUBS = NativeStubs.loaded();

  // Modes. They are constants at every call, so that the switches on them fold away.
  private static final int OPAQUE = 0;
  private static final int ORDERED = 1; // acquire or release
  private static final int VOLATILE = 2;

  OrderedAccess(Generation generation) {
    super(generation);
  }

  /** Moves on from a generation whose epoch is about to close. */
  abstract void moveOn(Generation generation);

  /**
   * Says what failed under a store of this class, for which nothing was owed when it began.
   *
   * @param error what the JVM threw, which is about these bytes and nothing else
   */
  abstract IOException storeFailed(InternalError error, long offset, long bytes);

  private void check(long offset, int bytes) {
    if ((offset & bytes - 1) != 0) {
      throw new IllegalArgumentException(
          "offset "
              + offset
              + " is not aligned to the "
              + bytes
              + " bytes that are accessed in one piece");
    }
  }

  @Override
  public final byte getByteOpaque(long offset) throws IOException {
    return (byte) load(offset, 1, OPAQUE);
  }

  @Override
  public final byte getByteAcquire(long offset) throws IOException {
    return (byte) load(offset, 1, ORDERED);
  }

  @Override
  public final byte getByteVolatile(long offset) throws IOException {
    return (byte) load(offset, 1, VOLATILE);
  }

  @Override
  public final void putByteOpaque(long offset, byte value) throws IOException {
    store(offset, 1, OPAQUE, value);
  }

  @Override
  public final void putByteRelease(long offset, byte value) throws IOException {
    store(offset, 1, ORDERED, value);
  }

  @Override
  public final void putByteVolatile(long offset, byte value) throws IOException {
    store(offset, 1, VOLATILE, value);
  }

  @Override
  public final short getShortOpaque(long offset) throws IOException {
    return (short) load(offset, 2, OPAQUE);
  }

  @Override
  public final short getShortAcquire(long offset) throws IOException {
    return (short) load(offset, 2, ORDERED);
  }

  @Override
  public final short getShortVolatile(long offset) throws IOException {
    return (short) load(offset, 2, VOLATILE);
  }

  @Override
  public final void putShortOpaque(long offset, short value) throws IOException {
    store(offset, 2, OPAQUE, value);
  }

  @Override
  public final void putShortRelease(long offset, short value) throws IOException {
    store(offset, 2, ORDERED, value);
  }

  @Override
  public final void putShortVolatile(long offset, short value) throws IOException {
    store(offset, 2, VOLATILE, value);
  }

  @Override
  public final int getIntOpaque(long offset) throws IOException {
    return (int) load(offset, 4, OPAQUE);
  }

  @Override
  public final int getIntAcquire(long offset) throws IOException {
    return (int) load(offset, 4, ORDERED);
  }

  @Override
  public final int getIntVolatile(long offset) throws IOException {
    return (int) load(offset, 4, VOLATILE);
  }

  @Override
  public final void putIntOpaque(long offset, int value) throws IOException {
    store(offset, 4, OPAQUE, value);
  }

  @Override
  public final void putIntRelease(long offset, int value) throws IOException {
    store(offset, 4, ORDERED, value);
  }

  @Override
  public final void putIntVolatile(long offset, int value) throws IOException {
    store(offset, 4, VOLATILE, value);
  }

  @Override
  public final long getLongOpaque(long offset) throws IOException {
    return load(offset, 8, OPAQUE);
  }

  @Override
  public final long getLongAcquire(long offset) throws IOException {
    return load(offset, 8, ORDERED);
  }

  @Override
  public final long getLongVolatile(long offset) throws IOException {
    return load(offset, 8, VOLATILE);
  }

  @Override
  public final void putLongOpaque(long offset, long value) throws IOException {
    store(offset, 8, OPAQUE, value);
  }

  @Override
  public final void putLongRelease(long offset, long value) throws IOException {
    store(offset, 8, ORDERED, value);
  }

  @Override
  public final void putLongVolatile(long offset, long value) throws IOException {
    store(offset, 8, VOLATILE, value);
  }

  @Override
  public final boolean compareAndSetInt(long offset, int expected, int value) throws IOException {
    return compareAndSet(offset, 4, expected, value);
  }

  @Override
  public final boolean compareAndSetLong(long offset, long expected, long value)
      throws IOException {
    return compareAndSet(offset, 8, expected, value);
  }

  private boolean compareAndSet(long offset, int bytes, long expected, long value)
      throws IOException {
    check(offset, bytes);
    AccessFault.deliver(); // so that an error from now on is about this access
    while (true) {
      Generation g = current();
      long at = g.writable(offset);
      if (at < 0) {
        miss(offset, bytes, true);
        continue;
      }
      long dirty = g.dirty(offset);
      int ticket = Epoch.NONE;
      try {
        ticket = g.epoch.enterStoring(dirty);
        if (ticket != Epoch.NONE) {
          return bytes == 4
              ? compareAndSetInt(g.memory, at, dirty, (int) expected, (int) value)
              : compareAndSetLong(g.memory, at, dirty, expected, value);
        }
      } catch (InternalError e) {
        throw storeFailed(e, offset, bytes);
      } finally {
        g.epoch.exit(ticket);
      }
      moveOn(g);
    }
  }

  /**
   * The load settles most attempts that fail without a mark, and proves that the page is there. For
   * the interpreter's own compareAndSet ends the process on a page that is not. A truncate of the
   * region's file right after the load could still hit it; so it is done by the stub, whose guard
   * answers. Without stubs that moment remains.
   */
  private static boolean compareAndSetInt(
      MemorySegment memory, long at, long dirty, int expected, int value) {
    int seen = (int) INT.getVolatile(memory, at);
    AccessFault.deliver();
    if (seen != expected) {
      return false;
    }
    DirtyBytes.announce(memory, dirty);
    boolean done =
        STUBS
            ? isSet(NativeStubs.compareAndSetInt(memory.address() + at, expected, value))
            : INT.compareAndSet(memory, at, expected, value);
    DirtyBytes.mark(memory, dirty);
    AccessFault.deliver();
    return done;
  }

  /** See {@link #compareAndSetInt(MemorySegment, long, long, int, int)}. */
  private static boolean compareAndSetLong(
      MemorySegment memory, long at, long dirty, long expected, long value) {
    long seen = (long) LONG.getVolatile(memory, at);
    AccessFault.deliver();
    if (seen != expected) {
      return false;
    }
    DirtyBytes.announce(memory, dirty);
    boolean done =
        STUBS
            ? isSet(NativeStubs.compareAndSetLong(memory.address() + at, expected, value))
            : LONG.compareAndSet(memory, at, expected, value);
    DirtyBytes.mark(memory, dirty);
    AccessFault.deliver();
    return done;
  }

  private static boolean isSet(int result) {
    if (result < 0) {
      throw new InternalError("a compare-and-set failed: " + Errno.name(-result));
    }
    return result != 0;
  }

  private long load(long offset, int bytes, int mode) throws IOException {
    check(offset, bytes);
    while (true) {
      Generation g = current();
      try {
        long at = g.readable(offset);
        if (at >= 0) {
          return switch (bytes) {
            case 1 -> loadByte(g.memory, at, mode);
            case 2 -> loadShort(g.memory, at, mode);
            case 4 -> loadInt(g.memory, at, mode);
            default -> loadLong(g.memory, at, mode);
          };
        }
      } catch (IllegalStateException | InternalError e) {
        failed(e, g, offset, bytes, false);
        continue;
      }
      miss(offset, bytes, false);
    }
  }

  private void store(long offset, int bytes, int mode, long value) throws IOException {
    check(offset, bytes);
    AccessFault.deliver(); // so that an error from now on is about this store
    while (true) {
      Generation g = current();
      long at = g.writable(offset);
      if (at < 0) {
        miss(offset, bytes, true);
        continue;
      }
      long dirty = g.dirty(offset);
      int ticket = Epoch.NONE;
      try {
        ticket = g.epoch.enterStoring(dirty);
        if (ticket != Epoch.NONE) {
          DirtyBytes.announce(g.memory, dirty);
          storeBetweenFences(g.memory, at, bytes, mode, value);
          DirtyBytes.mark(g.memory, dirty);
          AccessFault.deliver();
          return;
        }
      } catch (InternalError e) {
        throw storeFailed(e, offset, bytes);
      } finally {
        g.epoch.exit(ticket);
      }
      moveOn(g);
    }
  }

  /**
   * A plain store of an aligned value, which is never torn, between the fences that its mode asks
   * for. The ticket keeps a compiler from leaving it out or repeating it. The interpreter's own
   * ordered stores of one and two bytes are an exchange, which the JVM's signal handler can't step
   * over: they end the process on a page that is not backed.
   */
  private static void storeBetweenFences(
      MemorySegment memory, long at, int bytes, int mode, long value) {
    if (mode != OPAQUE) {
      VarHandle.releaseFence();
    }
    switch (bytes) {
      case 1 -> memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case 2 -> memory.set(ValueLayout.JAVA_SHORT, at, (short) value);
      case 4 -> memory.set(ValueLayout.JAVA_INT, at, (int) value);
      default -> memory.set(ValueLayout.JAVA_LONG, at, value);
    }
    if (mode == VOLATILE) {
      VarHandle.fullFence();
    }
  }

  private static byte loadByte(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (byte) BYTE.getOpaque(memory, at);
      case ORDERED -> (byte) BYTE.getAcquire(memory, at);
      default -> (byte) BYTE.getVolatile(memory, at);
    };
  }

  private static short loadShort(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (short) SHORT.getOpaque(memory, at);
      case ORDERED -> (short) SHORT.getAcquire(memory, at);
      default -> (short) SHORT.getVolatile(memory, at);
    };
  }

  private static int loadInt(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (int) INT.getOpaque(memory, at);
      case ORDERED -> (int) INT.getAcquire(memory, at);
      default -> (int) INT.getVolatile(memory, at);
    };
  }

  private static long loadLong(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (long) LONG.getOpaque(memory, at);
      case ORDERED -> (long) LONG.getAcquire(memory, at);
      default -> (long) LONG.getVolatile(memory, at);
    };
  }
}

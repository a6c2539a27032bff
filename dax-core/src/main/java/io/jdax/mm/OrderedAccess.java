package io.jdax.mm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Loads and stores with an order, in the modes of {@link VarHandle}, and compare-and-set. Offsets
 * are naturally aligned, or {@link IllegalArgumentException}.
 *
 * <p>An ordered store takes effect exactly once: it holds its {@link Epoch} open, since one that
 * hands over a lock must not be repeated after somebody else took it. That costs some ten
 * nanoseconds; an ordered load costs what it costs anywhere.
 */
abstract sealed class OrderedAccess extends PlainAccess permits BulkAccess {
  private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
  private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  // Modes; constants at every call, so that the switches on them fold away.
  private static final int OPAQUE = 0;
  private static final int ORDERED = 1; // acquire or release
  private static final int VOLATILE = 2;

  OrderedAccess(Generation generation) {
    super(generation);
  }

  /** Moves on from a generation whose epoch is about to close. */
  abstract void leave(Generation generation);

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

  /** Loads a byte, opaque. */
  public final byte getByteOpaque(long offset) throws IOException {
    return (byte) load(offset, 1, OPAQUE);
  }

  /** Loads a byte, acquire. */
  public final byte getByteAcquire(long offset) throws IOException {
    return (byte) load(offset, 1, ORDERED);
  }

  /** Loads a byte, volatile. */
  public final byte getByteVolatile(long offset) throws IOException {
    return (byte) load(offset, 1, VOLATILE);
  }

  /** Stores a byte, opaque. Durable after a persist. */
  public final void putByteOpaque(long offset, byte value) throws IOException {
    store(offset, 1, OPAQUE, value);
  }

  /** Stores a byte, release. Durable after a persist. */
  public final void putByteRelease(long offset, byte value) throws IOException {
    store(offset, 1, ORDERED, value);
  }

  /** Stores a byte, volatile. Durable after a persist. */
  public final void putByteVolatile(long offset, byte value) throws IOException {
    store(offset, 1, VOLATILE, value);
  }

  /** Loads 2 bytes, opaque. */
  public final short getShortOpaque(long offset) throws IOException {
    return (short) load(offset, 2, OPAQUE);
  }

  /** Loads 2 bytes, acquire. */
  public final short getShortAcquire(long offset) throws IOException {
    return (short) load(offset, 2, ORDERED);
  }

  /** Loads 2 bytes, volatile. */
  public final short getShortVolatile(long offset) throws IOException {
    return (short) load(offset, 2, VOLATILE);
  }

  /** Stores 2 bytes, opaque. Durable after a persist. */
  public final void putShortOpaque(long offset, short value) throws IOException {
    store(offset, 2, OPAQUE, value);
  }

  /** Stores 2 bytes, release. Durable after a persist. */
  public final void putShortRelease(long offset, short value) throws IOException {
    store(offset, 2, ORDERED, value);
  }

  /** Stores 2 bytes, volatile. Durable after a persist. */
  public final void putShortVolatile(long offset, short value) throws IOException {
    store(offset, 2, VOLATILE, value);
  }

  /** Loads 4 bytes, opaque. */
  public final int getIntOpaque(long offset) throws IOException {
    return (int) load(offset, 4, OPAQUE);
  }

  /** Loads 4 bytes, acquire. */
  public final int getIntAcquire(long offset) throws IOException {
    return (int) load(offset, 4, ORDERED);
  }

  /** Loads 4 bytes, volatile. */
  public final int getIntVolatile(long offset) throws IOException {
    return (int) load(offset, 4, VOLATILE);
  }

  /** Stores 4 bytes, opaque. Durable after a persist. */
  public final void putIntOpaque(long offset, int value) throws IOException {
    store(offset, 4, OPAQUE, value);
  }

  /** Stores 4 bytes, release. Durable after a persist. */
  public final void putIntRelease(long offset, int value) throws IOException {
    store(offset, 4, ORDERED, value);
  }

  /** Stores 4 bytes, volatile. Durable after a persist. */
  public final void putIntVolatile(long offset, int value) throws IOException {
    store(offset, 4, VOLATILE, value);
  }

  /** Loads 8 bytes, opaque. */
  public final long getLongOpaque(long offset) throws IOException {
    return load(offset, 8, OPAQUE);
  }

  /** Loads 8 bytes, acquire. */
  public final long getLongAcquire(long offset) throws IOException {
    return load(offset, 8, ORDERED);
  }

  /** Loads 8 bytes, volatile. */
  public final long getLongVolatile(long offset) throws IOException {
    return load(offset, 8, VOLATILE);
  }

  /** Stores 8 bytes, opaque. Durable after a persist. */
  public final void putLongOpaque(long offset, long value) throws IOException {
    store(offset, 8, OPAQUE, value);
  }

  /** Stores 8 bytes, release. Durable after a persist. */
  public final void putLongRelease(long offset, long value) throws IOException {
    store(offset, 8, ORDERED, value);
  }

  /** Stores 8 bytes, volatile. Durable after a persist. */
  public final void putLongVolatile(long offset, long value) throws IOException {
    store(offset, 8, VOLATILE, value);
  }

  /**
   * Sets 4 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does; whether it did.
   */
  public final boolean compareAndSetInt(long offset, int expected, int value) throws IOException {
    check(offset, 4);
    while (true) {
      Generation g = current();
      long at = g.writable(offset);
      if (at < 0) {
        miss(offset, 4, true);
        continue;
      }
      int ticket = g.epoch.enter();
      if (ticket < 0) {
        leave(g);
        continue;
      }
      try {
        boolean done = INT.compareAndSet(g.memory, at, expected, value);
        if (done) {
          DirtyBytes.mark(g.memory, g.dirty(offset));
        }
        return done;
      } catch (InternalError e) {
        failed(e, g, offset, 4);
      } finally {
        g.epoch.exit(ticket);
      }
    }
  }

  /**
   * Sets 8 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does; whether it did.
   */
  public final boolean compareAndSetLong(long offset, long expected, long value)
      throws IOException {
    check(offset, 8);
    while (true) {
      Generation g = current();
      long at = g.writable(offset);
      if (at < 0) {
        miss(offset, 8, true);
        continue;
      }
      int ticket = g.epoch.enter();
      if (ticket < 0) {
        leave(g);
        continue;
      }
      try {
        boolean done = LONG.compareAndSet(g.memory, at, expected, value);
        if (done) {
          DirtyBytes.mark(g.memory, g.dirty(offset));
        }
        return done;
      } catch (InternalError e) {
        failed(e, g, offset, 8);
      } finally {
        g.epoch.exit(ticket);
      }
    }
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
        failed(e, g, offset, bytes);
        continue;
      }
      miss(offset, bytes, false);
    }
  }

  private void store(long offset, int bytes, int mode, long value) throws IOException {
    check(offset, bytes);
    while (true) {
      Generation g = current();
      long at = g.writable(offset);
      if (at < 0) {
        miss(offset, bytes, true);
        continue;
      }
      int ticket = g.epoch.enter();
      if (ticket < 0) {
        leave(g);
        continue;
      }
      try {
        switch (bytes) {
          case 1 -> storeByte(g.memory, at, mode, (byte) value);
          case 2 -> storeShort(g.memory, at, mode, (short) value);
          case 4 -> storeInt(g.memory, at, mode, (int) value);
          default -> storeLong(g.memory, at, mode, value);
        }
        DirtyBytes.mark(g.memory, g.dirty(offset));
        return;
      } catch (InternalError e) {
        failed(e, g, offset, bytes);
      } finally {
        g.epoch.exit(ticket);
      }
    }
  }

  private static byte loadByte(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (byte) BYTE.getOpaque(memory, at);
      case ORDERED -> (byte) BYTE.getAcquire(memory, at);
      default -> (byte) BYTE.getVolatile(memory, at);
    };
  }

  private static void storeByte(MemorySegment memory, long at, int mode, byte value) {
    switch (mode) {
      case OPAQUE -> BYTE.setOpaque(memory, at, value);
      case ORDERED -> BYTE.setRelease(memory, at, value);
      default -> BYTE.setVolatile(memory, at, value);
    }
  }

  private static short loadShort(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (short) SHORT.getOpaque(memory, at);
      case ORDERED -> (short) SHORT.getAcquire(memory, at);
      default -> (short) SHORT.getVolatile(memory, at);
    };
  }

  private static void storeShort(MemorySegment memory, long at, int mode, short value) {
    switch (mode) {
      case OPAQUE -> SHORT.setOpaque(memory, at, value);
      case ORDERED -> SHORT.setRelease(memory, at, value);
      default -> SHORT.setVolatile(memory, at, value);
    }
  }

  private static int loadInt(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (int) INT.getOpaque(memory, at);
      case ORDERED -> (int) INT.getAcquire(memory, at);
      default -> (int) INT.getVolatile(memory, at);
    };
  }

  private static void storeInt(MemorySegment memory, long at, int mode, int value) {
    switch (mode) {
      case OPAQUE -> INT.setOpaque(memory, at, value);
      case ORDERED -> INT.setRelease(memory, at, value);
      default -> INT.setVolatile(memory, at, value);
    }
  }

  private static long loadLong(MemorySegment memory, long at, int mode) {
    return switch (mode) {
      case OPAQUE -> (long) LONG.getOpaque(memory, at);
      case ORDERED -> (long) LONG.getAcquire(memory, at);
      default -> (long) LONG.getVolatile(memory, at);
    };
  }

  private static void storeLong(MemorySegment memory, long at, int mode, long value) {
    switch (mode) {
      case OPAQUE -> LONG.setOpaque(memory, at, value);
      case ORDERED -> LONG.setRelease(memory, at, value);
      default -> LONG.setVolatile(memory, at, value);
    }
  }
}

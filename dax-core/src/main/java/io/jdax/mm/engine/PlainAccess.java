package io.jdax.mm.engine;

import io.jdax.mm.DaxMapping;
import io.jdax.os.Pages;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Plain loads and stores. Offsets are bytes from the start of the mapping, at any alignment; values
 * are in the machine's byte order. As with any plain access, a racing store becomes visible at some
 * time; {@link OrderedAccess} orders.
 *
 * <p>The hot path is one translation and one access, without a lock, an allocation, or a branch on
 * the kind of frame. All else (a page that is not present, a page boundary, a closed epoch, bounds)
 * is left to one slow path, which is taken when the table has no answer, or the view of the frames
 * throws.
 *
 * <p>The eight methods repeat one another, since only so each has a constant layout. In each, pages
 * of a run have their own way to the end, which does not join the other as in {@link
 * Generation#readable}: only then does the compiler see that the offsets of a loop stay in bounds.
 *
 * <p>Nobody else can extend it, since the constructor is the package's own.
 */
public abstract class PlainAccess extends DaxMapping {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final boolean BIG_ENDIAN =
      java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.BIG_ENDIAN;
  private static final VarHandle GENERATION;

  static {
    try {
      GENERATION =
          MethodHandles.lookup().findVarHandle(PlainAccess.class, "generation", Generation.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Read once per access, and plainly, since a volatile read would keep all that follows it in the
   * loop.
   */
  private Generation generation;

  PlainAccess(Generation generation) {
    this.generation = generation;
  }

  /** The generation as it is now, read with acquire. */
  final Generation current() {
    return (Generation) GENERATION.getAcquire(this);
  }

  /** Lets accesses read another generation. The caller holds the mapping's lock. */
  final void publish(Generation next) {
    GENERATION.setRelease(this, next);
  }

  /**
   * Makes the pages of an access present, or says why that can't be.
   *
   * @param store whether for a store
   * @throws IndexOutOfBoundsException the bytes are not in the mapping
   * @throws IllegalStateException the mapping is closed
   */
  abstract void miss(long offset, int bytes, boolean store) throws IOException;

  /**
   * Prepares for another attempt after an access threw, or says what it was.
   *
   * @throws InternalError {@code thrown} itself, if it is not known to be about this mapping's
   *     memory
   */
  abstract void failed(Throwable thrown, Generation g, long offset, long bytes, boolean store)
      throws IOException;

  @Override
  public final byte getByte(long offset) throws IOException {
    Generation g = generation;
    try {
      if (g.hasRun && Long.compareUnsigned(offset, g.runLength) < 0) {
        return g.memory.get(BYTE, offset + g.runDelta);
      }
      long at = g.pageReadable(offset);
      if (at >= 0) {
        return g.memory.get(BYTE, at);
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 1, false);
    }
    return (byte) loadSlowly(offset, 1);
  }

  @Override
  public final void putByte(long offset, byte value) throws IOException {
    Generation g = generation;
    try {
      if (g.hasStoreRun && Long.compareUnsigned(offset, g.storeLength) < 0) {
        g.memory.set(BYTE, offset + g.storeDelta, value);
        DirtyBytes.mark(g.memory, g.dirty + (offset >>> Pages.SHIFT));
        return;
      }
      long at = g.pageWritable(offset);
      if (at >= 0) {
        g.memory.set(BYTE, at, value);
        DirtyBytes.mark(g.memory, g.dirty(offset));
        return;
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 1, true);
    }
    storeSlowly(offset, 1, value);
  }

  @Override
  public final short getShort(long offset) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 1) == 0) {
        if (g.hasRun && Long.compareUnsigned(offset, g.runLength) < 0) {
          return g.memory.get(SHORT, offset + g.runDelta);
        }
        long at = g.pageReadable(offset);
        if (at >= 0) {
          return g.memory.get(SHORT, at);
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 2, false);
    }
    return (short) loadSlowly(offset, 2);
  }

  @Override
  public final void putShort(long offset, short value) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 1) == 0) {
        if (g.hasStoreRun && Long.compareUnsigned(offset, g.storeLength) < 0) {
          g.memory.set(SHORT, offset + g.storeDelta, value);
          DirtyBytes.mark(g.memory, g.dirty + (offset >>> Pages.SHIFT));
          return;
        }
        long at = g.pageWritable(offset);
        if (at >= 0) {
          g.memory.set(SHORT, at, value);
          DirtyBytes.mark(g.memory, g.dirty(offset));
          return;
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 2, true);
    }
    storeSlowly(offset, 2, value);
  }

  @Override
  public final int getInt(long offset) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 3) == 0) {
        if (g.hasRun && Long.compareUnsigned(offset, g.runLength) < 0) {
          return g.memory.get(INT, offset + g.runDelta);
        }
        long at = g.pageReadable(offset);
        if (at >= 0) {
          return g.memory.get(INT, at);
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 4, false);
    }
    return (int) loadSlowly(offset, 4);
  }

  @Override
  public final void putInt(long offset, int value) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 3) == 0) {
        if (g.hasStoreRun && Long.compareUnsigned(offset, g.storeLength) < 0) {
          g.memory.set(INT, offset + g.storeDelta, value);
          DirtyBytes.mark(g.memory, g.dirty + (offset >>> Pages.SHIFT));
          return;
        }
        long at = g.pageWritable(offset);
        if (at >= 0) {
          g.memory.set(INT, at, value);
          DirtyBytes.mark(g.memory, g.dirty(offset));
          return;
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 4, true);
    }
    storeSlowly(offset, 4, value);
  }

  @Override
  public final long getLong(long offset) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 7) == 0) {
        if (g.hasRun && Long.compareUnsigned(offset, g.runLength) < 0) {
          return g.memory.get(LONG, offset + g.runDelta);
        }
        long at = g.pageReadable(offset);
        if (at >= 0) {
          return g.memory.get(LONG, at);
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 8, false);
    }
    return loadSlowly(offset, 8);
  }

  @Override
  public final void putLong(long offset, long value) throws IOException {
    Generation g = generation;
    try {
      if ((offset & 7) == 0) {
        if (g.hasStoreRun && Long.compareUnsigned(offset, g.storeLength) < 0) {
          g.memory.set(LONG, offset + g.storeDelta, value);
          DirtyBytes.mark(g.memory, g.dirty + (offset >>> Pages.SHIFT));
          return;
        }
        long at = g.pageWritable(offset);
        if (at >= 0) {
          g.memory.set(LONG, at, value);
          DirtyBytes.mark(g.memory, g.dirty(offset));
          return;
        }
      }
    } catch (IllegalStateException | InternalError | IndexOutOfBoundsException e) {
      failed(e, g, offset, 8, true);
    }
    storeSlowly(offset, 8, value);
  }

  private long loadSlowly(long offset, int bytes) throws IOException {
    if ((offset & Pages.BYTES - 1) > Pages.BYTES - bytes) {
      return loadAcross(offset, bytes);
    }
    while (true) {
      Generation g = current();
      try {
        long at = g.readable(offset);
        if (at >= 0) {
          return switch (bytes) {
            case 1 -> g.memory.get(BYTE, at);
            case 2 -> g.memory.get(SHORT, at);
            case 4 -> g.memory.get(INT, at);
            default -> g.memory.get(LONG, at);
          };
        }
      } catch (IllegalStateException | InternalError e) {
        failed(e, g, offset, bytes, false);
        continue;
      }
      miss(offset, bytes, false);
    }
  }

  private void storeSlowly(long offset, int bytes, long value) throws IOException {
    if ((offset & Pages.BYTES - 1) > Pages.BYTES - bytes) {
      storeAcross(offset, bytes, value);
      return;
    }
    while (true) {
      Generation g = current();
      try {
        long at = g.writable(offset);
        if (at >= 0) {
          switch (bytes) {
            case 1 -> g.memory.set(BYTE, at, (byte) value);
            case 2 -> g.memory.set(SHORT, at, (short) value);
            case 4 -> g.memory.set(INT, at, (int) value);
            default -> g.memory.set(LONG, at, value);
          }
          DirtyBytes.mark(g.memory, g.dirty(offset));
          return;
        }
      } catch (IllegalStateException | InternalError e) {
        failed(e, g, offset, bytes, true);
        continue;
      }
      miss(offset, bytes, true);
    }
  }

  /**
   * Loads byte by byte over a page boundary, after which the next byte may lie anywhere. So the
   * value may be torn, as if loaded by two accesses.
   */
  private long loadAcross(long offset, int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (getByte(offset + i) & 0xffL) << shift(i, bytes);
    }
    return value;
  }

  private void storeAcross(long offset, int bytes, long value) throws IOException {
    miss(offset, bytes, true); // both pages, or nothing is stored
    for (int i = 0; i < bytes; i++) {
      putByte(offset + i, (byte) (value >>> shift(i, bytes)));
    }
  }

  private static int shift(int i, int bytes) {
    return 8 * (BIG_ENDIAN ? bytes - 1 - i : i);
  }
}

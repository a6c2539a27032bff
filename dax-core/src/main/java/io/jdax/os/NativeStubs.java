package io.jdax.os;

import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.machine.StubStatus;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code libjdax.so}: cache-line write-back and non-temporal copies. {@code jdax.h} is the
 * contract; here is one method for each of its functions that Java needs.
 *
 * <p>The library is loaded from the jar at the first call. The system property {@code jdax.stubs}
 * changes that: {@code off} does without it, a path takes that file instead, and {@code require}
 * takes the one in the jar and has regions refuse to open without it. Nothing here throws because
 * the library is absent. Then {@link #status()} says why, calls answer {@code -ENOSYS}, and {@link
 * #drain()} is a fence.
 *
 * <p>Addresses are raw, so the caller makes sure that a range is mapped and stays so. Memory that
 * is mapped but not backed (truncated file, media error) gives {@code -EFAULT}. A {@link
 * MemorySegment} argument is kept alive by the call, may be on the heap, and is subject to the
 * JDK's own checks, which throw {@link IllegalStateException} if it is closed, and {@link
 * WrongThreadException} if it is confined to another thread.
 *
 * <p>The calls are critical ones, which hold up safepoints, so ranges above {@value #CHUNK_BYTES}
 * bytes go in pieces.
 */
public final class NativeStubs {
  /** The longest piece, which takes some tens of microseconds to copy. */
  static final long CHUNK_BYTES = 1 << 20;

  /** The system property that chooses the library, does without it, or insists on it. */
  public static final String PROPERTY = "jdax.stubs";

  private static final long AUTO = 0;

  private NativeStubs() {}

  /** Whether the library is in use, or why it is not. */
  public static StubStatus status() {
    return StubHandles.LIBRARY.status();
  }

  /** Whether {@code jdax.stubs=require} says that regions must not open without the library. */
  public static boolean required() {
    return "require".equals(System.getProperty(PROPERTY));
  }

  /** Whether calls reach the library. */
  public static boolean loaded() {
    return status() instanceof StubStatus.Loaded;
  }

  /**
   * Chooses the instructions of every later call, in the whole process.
   *
   * @param flush null for the cheapest that this CPU has
   * @param copy null for the widest that this CPU has
   * @return 0, or {@code -EOPNOTSUPP} if this CPU does not have one of them, and nothing has
   *     changed
   */
  public static int select(@Nullable StubFlushKind flush, @Nullable StubCopyKind copy) {
    try {
      return (int)
          (long)
              StubHandles.Choice.MH_jdax_select.invokeExact(
                  flush == null ? AUTO : (long) flush.code(),
                  copy == null ? AUTO : (long) copy.code());
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** The write-back instruction in force, or {@code NONE} without the library. */
  public static StubFlushKind flushKind() {
    return StubFlushKind.of(intCall(StubHandles.Choice.MH_jdax_flush_kind));
  }

  /** The registers that copies use. */
  public static StubCopyKind copyKind() {
    return StubCopyKind.of(intCall(StubHandles.Choice.MH_jdax_copy_kind));
  }

  /** The {@code JDAX_CPU_} bits of {@code jdax.h}, or 0 without the library. */
  public static long cpuFeatures() {
    try {
      return (long) StubHandles.Choice.MH_jdax_cpu_features.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * Starts writing back the cache lines that overlap the range. They are durable after {@link
   * #drain()} of the same thread.
   *
   * @return 0, or a negated errno
   */
  public static int flush(long address, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) (long) StubHandles.Lines.MH_jdax_flush.invokeExact(address, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return flushChunks(address, bytes);
  }

  /** On return everything that this thread has flushed, copied or filled is durable. */
  public static void drain() {
    try {
      long _ = (long) StubHandles.Lines.MH_jdax_drain.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Flushes and drains in one call. Returns 0, or a negated errno. */
  public static int persist(long address, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) (long) StubHandles.Lines.MH_jdax_persist.invokeExact(address, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(flushChunks(address, bytes));
  }

  /**
   * Copies between ranges that do not overlap. {@code dst} is durable after {@link #drain()} of the
   * same thread.
   *
   * @return 0, or a negated errno
   */
  public static int copyNoDrain(long dst, long src, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) (long) StubHandles.Copies.MH_jdax_copy_nodrain.invokeExact(dst, src, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return copyChunks(dst, src, bytes);
  }

  /** As {@link #copyNoDrain(long, long, long)}, from a segment on or off the heap. */
  public static int copyNoDrain(long dst, MemorySegment src, long srcOffset, long bytes) {
    Objects.checkFromIndexSize(srcOffset, bytes, src.byteSize());
    try {
      if (bytes <= CHUNK_BYTES) {
        return src.isNative()
            ? (int)
                (long)
                    StubHandles.Holding.MH_jdax_copy_nodrain.invokeExact(
                        dst, src.address() + srcOffset, bytes, src)
            : (int)
                (long)
                    StubHandles.FromHeap.MH_jdax_copy_nodrain.invokeExact(
                        dst, from(src, srcOffset), bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return copyChunks(dst, src, srcOffset, bytes);
  }

  /**
   * Copies between ranges that do not overlap. {@code dst} is durable on return.
   *
   * @return 0, or a negated errno
   */
  public static int copyPersist(long dst, long src, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) (long) StubHandles.Copies.MH_jdax_copy_persist.invokeExact(dst, src, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(copyChunks(dst, src, bytes));
  }

  /** As {@link #copyPersist(long, long, long)}, from a segment on or off the heap. */
  public static int copyPersist(long dst, MemorySegment src, long srcOffset, long bytes) {
    Objects.checkFromIndexSize(srcOffset, bytes, src.byteSize());
    try {
      if (bytes <= CHUNK_BYTES) {
        return src.isNative()
            ? (int)
                (long)
                    StubHandles.Holding.MH_jdax_copy_persist.invokeExact(
                        dst, src.address() + srcOffset, bytes, src)
            : (int)
                (long)
                    StubHandles.FromHeap.MH_jdax_copy_persist.invokeExact(
                        dst, from(src, srcOffset), bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(copyChunks(dst, src, srcOffset, bytes));
  }

  /**
   * Stores {@code value} in every byte. The range is durable after {@link #drain()} of the same
   * thread.
   *
   * @return 0, or a negated errno
   */
  public static int fillNoDrain(long dst, byte value, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int)
            (long) StubHandles.Copies.MH_jdax_fill_nodrain.invokeExact(dst, (long) value, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return fillChunks(dst, value, bytes);
  }

  /** Stores {@code value} in every byte, durable on return. Returns 0, or a negated errno. */
  public static int fillPersist(long dst, byte value, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int)
            (long) StubHandles.Copies.MH_jdax_fill_persist.invokeExact(dst, (long) value, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(fillChunks(dst, value, bytes));
  }

  /**
   * Copies with ordinary stores, to read memory that may not be backed.
   *
   * @return 0, or a negated errno
   */
  public static int copyRead(long dst, long src, long bytes) {
    for (long done = 0; ; done += CHUNK_BYTES) {
      long piece = Math.min(bytes - done, CHUNK_BYTES);
      int result;
      try {
        result =
            (int)
                (long)
                    StubHandles.Copies.MH_jdax_copy_read.invokeExact(dst + done, src + done, piece);
      } catch (Throwable e) {
        throw unchecked(e);
      }
      if (result != 0 || bytes - done <= CHUNK_BYTES) {
        return result;
      }
    }
  }

  /** As {@link #copyRead(long, long, long)}, into a segment on or off the heap. */
  public static int copyRead(MemorySegment dst, long dstOffset, long src, long bytes) {
    Objects.checkFromIndexSize(dstOffset, bytes, dst.byteSize());
    for (long done = 0; ; done += CHUNK_BYTES) {
      long piece = Math.min(bytes - done, CHUNK_BYTES);
      int result;
      try {
        result =
            dst.isNative()
                ? (int)
                    (long)
                        StubHandles.Holding.MH_jdax_copy_read.invokeExact(
                            dst.address() + dstOffset + done, src + done, piece, dst)
                : (int)
                    (long)
                        StubHandles.ToHeap.MH_jdax_copy_read.invokeExact(
                            from(dst, dstOffset + done), src + done, piece);
      } catch (Throwable e) {
        throw unchecked(e);
      }
      if (result != 0 || bytes - done <= CHUNK_BYTES) {
        return result;
      }
    }
  }

  /**
   * Sets 4 aligned bytes to {@code value} if they are {@code expected}.
   *
   * @return 1 if they were, 0 if they were not, or a negated errno
   */
  public static int compareAndSetInt(long address, int expected, int value) {
    try {
      return (int)
          (long)
              StubHandles.Compares.MH_jdax_compare_and_set_32.invokeExact(
                  address, (long) expected, (long) value);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * Sets 8 aligned bytes to {@code value} if they are {@code expected}.
   *
   * @return 1 if they were, 0 if they were not, or a negated errno
   */
  public static int compareAndSetLong(long address, long expected, long value) {
    try {
      return (int)
          (long)
              StubHandles.Compares.MH_jdax_compare_and_set_64.invokeExact(address, expected, value);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static int flushChunks(long address, long bytes) {
    int result = 0;
    for (long done = 0; done < bytes && result == 0; done += CHUNK_BYTES) {
      result = flush(address + done, Math.min(bytes - done, CHUNK_BYTES));
    }
    return result;
  }

  private static int copyChunks(long dst, long src, long bytes) {
    int result = 0;
    for (long done = 0; done < bytes && result == 0; done += CHUNK_BYTES) {
      result = copyNoDrain(dst + done, src + done, Math.min(bytes - done, CHUNK_BYTES));
    }
    return result;
  }

  private static int copyChunks(long dst, MemorySegment src, long srcOffset, long bytes) {
    int result = 0;
    for (long done = 0; done < bytes && result == 0; done += CHUNK_BYTES) {
      result = copyNoDrain(dst + done, src, srcOffset + done, Math.min(bytes - done, CHUNK_BYTES));
    }
    return result;
  }

  private static int fillChunks(long dst, byte value, long bytes) {
    int result = 0;
    for (long done = 0; done < bytes && result == 0; done += CHUNK_BYTES) {
      result = fillNoDrain(dst + done, value, Math.min(bytes - done, CHUNK_BYTES));
    }
    return result;
  }

  private static int drained(int result) {
    if (result == 0) {
      drain();
    }
    return result;
  }

  private static int intCall(MethodHandle handle) {
    try {
      return (int) (long) handle.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static MemorySegment from(MemorySegment segment, long offset) {
    return offset == 0 ? segment : segment.asSlice(offset);
  }

  /** A handle declares Throwable, but a downcall throws only what its argument checks do. */
  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException runtime) {
      throw runtime;
    }
    throw new LinkageError("checked exception from a downcall", e);
  }
}

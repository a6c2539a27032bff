package io.jdax.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.machine.StubStatus;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code libjdax.so}: cache-line write-back and non-temporal copies. {@code jdax.h} is the
 * contract; here are its functions, one each.
 *
 * <p>Loaded once, when this class is initialised, from the jar. System property {@code jdax.stubs}:
 * {@code off} does without, a path takes that file instead, {@code require} takes the one in the
 * jar and has regions refuse to open without it. Nothing here throws because the library is absent:
 * then {@link #status()} says why, calls answer {@code -ENOSYS}, and {@link #drain()} is a fence.
 *
 * <p>Addresses are raw, so the caller answers for them: the range is mapped and stays so. Memory
 * that is mapped but not backed (truncated file, media error) gives {@code -EFAULT}. A {@link
 * MemorySegment} argument is kept alive by the call, may be on the heap, and is subject to the
 * JDK's own checks: {@link IllegalStateException} once closed, {@link WrongThreadException} if
 * confined to another thread.
 *
 * <p>The calls are critical ones, which hold up safepoints, so ranges above {@value #CHUNK_BYTES}
 * bytes go in pieces.
 */
public final class NativeStubs {
  /** Some tens of microseconds' worth of copying. */
  static final long CHUNK_BYTES = 1 << 20;

  /** The system property that chooses the library, does without, or insists. */
  public static final String PROPERTY = "jdax.stubs";

  private static final int AUTO = 0;

  private static final StubStatus STATUS;
  private static final @Nullable SymbolLookup LOOKUP;

  static {
    StubLoader.Result result = StubLoader.load(System.getProperty(PROPERTY));
    STATUS = result.status();
    LOOKUP = result.lookup();
  }

  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor RANGE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor FILL =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor COPY =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /**
   * With a segment after the arguments that the C function has. The segment is held open over the
   * call for the address that was taken from it; the function never looks at that register. A slice
   * would serve as well, but where segments of many classes meet it is really allocated: 40 bytes,
   * and half as much time again for 4 KiB.
   */
  private static final FunctionDescriptor COPY_HOLDING =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);

  /** Objects move, so that the heap has no addresses to take. */
  private static final FunctionDescriptor COPY_FROM_HEAP =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);

  private static final FunctionDescriptor COPY_TO_HEAP =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);

  private static final FunctionDescriptor COMPARE_AND_SET_32 =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor COMPARE_AND_SET_64 =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle MH_jdax_nop = bind("jdax_nop", INT);
  private static final MethodHandle MH_jdax_cpu_features =
      bind("jdax_cpu_features", FunctionDescriptor.of(JAVA_LONG));
  private static final MethodHandle MH_jdax_cache_line_bytes = bind("jdax_cache_line_bytes", INT);
  private static final MethodHandle MH_jdax_select =
      bind("jdax_select", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle MH_jdax_flush_kind = bind("jdax_flush_kind", INT);
  private static final MethodHandle MH_jdax_copy_kind = bind("jdax_copy_kind", INT);
  private static final MethodHandle MH_jdax_flush = bind("jdax_flush", RANGE);
  private static final MethodHandle MH_jdax_drain = bind("jdax_drain", FunctionDescriptor.ofVoid());
  private static final MethodHandle MH_jdax_persist = bind("jdax_persist", RANGE);
  private static final MethodHandle MH_jdax_copy_nodrain = bind("jdax_copy_nodrain", COPY);
  private static final MethodHandle MH_jdax_copy_nodrain_holding =
      bind("jdax_copy_nodrain", COPY_HOLDING);
  private static final MethodHandle MH_jdax_copy_nodrain_heap =
      bindHeap("jdax_copy_nodrain", COPY_FROM_HEAP);
  private static final MethodHandle MH_jdax_copy_persist = bind("jdax_copy_persist", COPY);
  private static final MethodHandle MH_jdax_copy_persist_holding =
      bind("jdax_copy_persist", COPY_HOLDING);
  private static final MethodHandle MH_jdax_copy_persist_heap =
      bindHeap("jdax_copy_persist", COPY_FROM_HEAP);
  private static final MethodHandle MH_jdax_fill_nodrain = bind("jdax_fill_nodrain", FILL);
  private static final MethodHandle MH_jdax_fill_persist = bind("jdax_fill_persist", FILL);
  private static final MethodHandle MH_jdax_copy_read = bind("jdax_copy_read", COPY);
  private static final MethodHandle MH_jdax_copy_read_holding =
      bind("jdax_copy_read", COPY_HOLDING);
  private static final MethodHandle MH_jdax_copy_read_heap =
      bindHeap("jdax_copy_read", COPY_TO_HEAP);

  private static final MethodHandle MH_jdax_compare_and_set_32 =
      bind("jdax_compare_and_set_32", COMPARE_AND_SET_32);
  private static final MethodHandle MH_jdax_compare_and_set_64 =
      bind("jdax_compare_and_set_64", COMPARE_AND_SET_64);

  private NativeStubs() {}

  /** Whether the library is in use, and a sentence about it. */
  public static StubStatus status() {
    return STATUS;
  }

  /** Whether {@code jdax.stubs=require} says that nothing is to go on without the library. */
  public static boolean required() {
    return "require".equals(System.getProperty(PROPERTY));
  }

  /** Whether calls reach the library. */
  public static boolean loaded() {
    return STATUS instanceof StubStatus.Loaded;
  }

  /**
   * Chooses the instructions behind every later call, in the whole process.
   *
   * @param flush null for the cheapest that this CPU has
   * @param copy null for the best that this CPU has
   * @return 0; {@code -ENOTSUP} if the CPU lacks one of them, and nothing has changed
   */
  public static int select(@Nullable StubFlushKind flush, @Nullable StubCopyKind copy) {
    try {
      return (int)
          MH_jdax_select.invokeExact(
              flush == null ? AUTO : flush.code(), copy == null ? AUTO : copy.code());
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** The write-back instruction in force; {@code NONE} without the library. */
  public static StubFlushKind flushKind() {
    return StubFlushKind.of(intCall(MH_jdax_flush_kind));
  }

  /** The registers that copies use. */
  public static StubCopyKind copyKind() {
    return StubCopyKind.of(intCall(MH_jdax_copy_kind));
  }

  /** The unit that a flush writes back. */
  public static int cacheLineBytes() {
    return intCall(MH_jdax_cache_line_bytes);
  }

  /** The {@code JDAX_CPU_} bits; 0 without the library. */
  public static long cpuFeatures() {
    try {
      return (long) MH_jdax_cpu_features.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Does nothing, and so costs what a call costs. */
  public static int nop() {
    try {
      return (int) MH_jdax_nop.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /**
   * Starts writing back the cache lines that overlap the range; durable after {@link #drain()}. 0
   * or -errno.
   */
  public static int flush(long address, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_flush.invokeExact(address, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return flushChunks(address, bytes);
  }

  /** Everything this thread flushed, copied or filled before is durable when it returns. */
  public static void drain() {
    try {
      MH_jdax_drain.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Flush and drain in one call. 0 or -errno. */
  public static int persist(long address, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_persist.invokeExact(address, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(flushChunks(address, bytes));
  }

  /**
   * Copies between ranges that do not overlap; {@code dst} is durable after {@link #drain()}. 0 or
   * -errno.
   */
  public static int copyNoDrain(long dst, long src, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_copy_nodrain.invokeExact(dst, src, bytes);
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
                MH_jdax_copy_nodrain_holding.invokeExact(dst, src.address() + srcOffset, bytes, src)
            : (int) MH_jdax_copy_nodrain_heap.invokeExact(dst, from(src, srcOffset), bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return copyChunks(dst, src, srcOffset, bytes);
  }

  /** Copies between ranges that do not overlap; {@code dst} is durable on return. 0 or -errno. */
  public static int copyPersist(long dst, long src, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_copy_persist.invokeExact(dst, src, bytes);
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
                MH_jdax_copy_persist_holding.invokeExact(dst, src.address() + srcOffset, bytes, src)
            : (int) MH_jdax_copy_persist_heap.invokeExact(dst, from(src, srcOffset), bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(copyChunks(dst, src, srcOffset, bytes));
  }

  /** Stores {@code value} in every byte; durable after {@link #drain()}. 0 or -errno. */
  public static int fillNoDrain(long dst, byte value, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_fill_nodrain.invokeExact(dst, (int) value, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return fillChunks(dst, value, bytes);
  }

  /** Stores {@code value} in every byte; durable on return. 0 or -errno. */
  public static int fillPersist(long dst, byte value, long bytes) {
    try {
      if (bytes <= CHUNK_BYTES) {
        return (int) MH_jdax_fill_persist.invokeExact(dst, (int) value, bytes);
      }
    } catch (Throwable e) {
      throw unchecked(e);
    }
    return drained(fillChunks(dst, value, bytes));
  }

  /** Copies with ordinary stores, the way to read memory that may not be backed. 0 or -errno. */
  public static int copyRead(long dst, long src, long bytes) {
    for (long done = 0; ; done += CHUNK_BYTES) {
      long piece = Math.min(bytes - done, CHUNK_BYTES);
      int result;
      try {
        result = (int) MH_jdax_copy_read.invokeExact(dst + done, src + done, piece);
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
                    MH_jdax_copy_read_holding.invokeExact(
                        dst.address() + dstOffset + done, src + done, piece, dst)
                : (int)
                    MH_jdax_copy_read_heap.invokeExact(
                        from(dst, dstOffset + done), src + done, piece);
      } catch (Throwable e) {
        throw unchecked(e);
      }
      if (result != 0 || bytes - done <= CHUNK_BYTES) {
        return result;
      }
    }
  }

  /** Sets 4 aligned bytes to {@code value} if they are {@code expected}: 1, 0, or -errno. */
  public static int compareAndSetInt(long address, int expected, int value) {
    try {
      return (int) MH_jdax_compare_and_set_32.invokeExact(address, expected, value);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** Sets 8 aligned bytes to {@code value} if they are {@code expected}: 1, 0, or -errno. */
  public static int compareAndSetLong(long address, long expected, long value) {
    try {
      return (int) MH_jdax_compare_and_set_64.invokeExact(address, expected, value);
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
      return (int) handle.invokeExact();
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static MemorySegment from(MemorySegment segment, long offset) {
    return offset == 0 ? segment : segment.asSlice(offset);
  }

  private static MethodHandle bind(String symbol, FunctionDescriptor descriptor) {
    return bind(symbol, descriptor, Linker.Option.critical(false));
  }

  private static MethodHandle bindHeap(String symbol, FunctionDescriptor descriptor) {
    return bind(symbol, descriptor, Linker.Option.critical(true));
  }

  /**
   * Pointers that the caller answers for are bound as {@code long}: the same registers, no liveness
   * check.
   */
  private static MethodHandle bind(
      String symbol, FunctionDescriptor descriptor, Linker.Option critical) {
    if (LOOKUP != null) {
      return Linker.nativeLinker().downcallHandle(LOOKUP.findOrThrow(symbol), descriptor, critical);
    }
    try {
      return MethodHandles.lookup().findStatic(StubNone.class, symbol, descriptor.toMethodType());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no stand-in for " + symbol, e);
    }
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

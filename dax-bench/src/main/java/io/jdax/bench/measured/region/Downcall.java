package io.jdax.bench.measured.region;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What it costs to get into C and back. The callees are functions of the C library that return at
 * once, so that these rows exist on every machine.
 */
@Shape(group = "downcall", title = "Call into C", rank = 90)
@State(Scope.Benchmark)
public class Downcall {
  private static final String CRITICAL = "downcall, critical";
  private static final FunctionDescriptor ABS = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor STRNLEN =
      FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG);

  private static final MethodHandle MH_abs = bind("abs", ABS);
  private static final MethodHandle MH_abs_critical =
      bind("abs", ABS, Linker.Option.critical(false));
  private static final MethodHandle MH_strnlen_critical =
      bind("strnlen", STRNLEN, Linker.Option.critical(false));
  private static final MethodHandle MH_getppid = bind("getppid", FunctionDescriptor.of(JAVA_INT));

  private final MemorySegment shared = Arena.ofShared().allocate(64);
  private int argument = -1;

  @Benchmark
  @Measures(value = CRITICAL, by = Peer.JDAX)
  public int critical() throws Throwable {
    return (int) MH_abs_critical.invokeExact(argument);
  }

  @Benchmark
  @Measures(value = "downcall", by = Peer.JAVA, beside = CRITICAL)
  public int normal() throws Throwable {
    return (int) MH_abs.invokeExact(argument);
  }

  @Benchmark
  @Measures(value = "downcall, critical, shared segment", by = Peer.JAVA, beside = CRITICAL)
  public long segment() throws Throwable {
    return (long) MH_strnlen_critical.invokeExact(shared, 0L);
  }

  @Benchmark
  @Measures(value = "downcall, system call", by = Peer.JAVA, beside = CRITICAL)
  public int systemCall() throws Throwable {
    return (int) MH_getppid.invokeExact();
  }

  private static MethodHandle bind(
      String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), descriptor, options);
  }
}

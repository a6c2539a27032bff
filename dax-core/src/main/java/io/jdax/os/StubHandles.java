package io.jdax.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * The functions of {@code libjdax.so} as method handles, under their names in C. Without the
 * library they lead to {@link StubNone}, so that whoever calls one never asks. The library is
 * loaded once, when this class is initialised.
 */
final class StubHandles {
  static final StubLoader.Result LIBRARY =
      StubLoader.load(System.getProperty(NativeStubs.PROPERTY));

  private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
  private static final FunctionDescriptor RANGE =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor FILL =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG);
  private static final FunctionDescriptor COPY =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /**
   * With one argument more than the C function has: the segment that an address was taken from, so
   * that the call holds it open. The function never looks at that register. A slice would serve as
   * well, but where segments of many classes meet it is really allocated, which takes 40 bytes, and
   * half as much time again for a copy of 4 KiB.
   */
  private static final FunctionDescriptor COPY_HOLDING =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);

  /** With a segment in place of an address, since an array on the heap has none that stays. */
  private static final FunctionDescriptor COPY_FROM_HEAP =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG);

  private static final FunctionDescriptor COPY_TO_HEAP =
      FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);

  private static final FunctionDescriptor COMPARE_AND_SET_32 =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final FunctionDescriptor COMPARE_AND_SET_64 =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  static final MethodHandle MH_jdax_cpu_features =
      bind("jdax_cpu_features", FunctionDescriptor.of(JAVA_LONG));
  static final MethodHandle MH_jdax_select =
      bind("jdax_select", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  static final MethodHandle MH_jdax_flush_kind = bind("jdax_flush_kind", INT);
  static final MethodHandle MH_jdax_copy_kind = bind("jdax_copy_kind", INT);
  static final MethodHandle MH_jdax_flush = bind("jdax_flush", RANGE);
  static final MethodHandle MH_jdax_drain = bind("jdax_drain", FunctionDescriptor.ofVoid());
  static final MethodHandle MH_jdax_persist = bind("jdax_persist", RANGE);
  static final MethodHandle MH_jdax_copy_nodrain = bind("jdax_copy_nodrain", COPY);
  static final MethodHandle MH_jdax_copy_nodrain_holding = bind("jdax_copy_nodrain", COPY_HOLDING);
  static final MethodHandle MH_jdax_copy_nodrain_heap =
      bindHeap("jdax_copy_nodrain", COPY_FROM_HEAP);
  static final MethodHandle MH_jdax_copy_persist = bind("jdax_copy_persist", COPY);
  static final MethodHandle MH_jdax_copy_persist_holding = bind("jdax_copy_persist", COPY_HOLDING);
  static final MethodHandle MH_jdax_copy_persist_heap =
      bindHeap("jdax_copy_persist", COPY_FROM_HEAP);
  static final MethodHandle MH_jdax_fill_nodrain = bind("jdax_fill_nodrain", FILL);
  static final MethodHandle MH_jdax_fill_persist = bind("jdax_fill_persist", FILL);
  static final MethodHandle MH_jdax_copy_read = bind("jdax_copy_read", COPY);
  static final MethodHandle MH_jdax_copy_read_holding = bind("jdax_copy_read", COPY_HOLDING);
  static final MethodHandle MH_jdax_copy_read_heap = bindHeap("jdax_copy_read", COPY_TO_HEAP);

  static final MethodHandle MH_jdax_compare_and_set_32 =
      bind("jdax_compare_and_set_32", COMPARE_AND_SET_32);
  static final MethodHandle MH_jdax_compare_and_set_64 =
      bind("jdax_compare_and_set_64", COMPARE_AND_SET_64);

  private StubHandles() {}

  private static MethodHandle bind(String symbol, FunctionDescriptor descriptor) {
    return bind(symbol, descriptor, Linker.Option.critical(false));
  }

  private static MethodHandle bindHeap(String symbol, FunctionDescriptor descriptor) {
    return bind(symbol, descriptor, Linker.Option.critical(true));
  }

  /**
   * Pointers that the caller answers for are bound as {@code long}. They go through the same
   * registers, and no liveness is checked.
   */
  private static MethodHandle bind(
      String symbol, FunctionDescriptor descriptor, Linker.Option critical) {
    SymbolLookup lookup = LIBRARY.lookup();
    if (lookup != null) {
      return Linker.nativeLinker().downcallHandle(lookup.findOrThrow(symbol), descriptor, critical);
    }
    try {
      return MethodHandles.lookup().findStatic(StubNone.class, symbol, descriptor.toMethodType());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no stand-in for " + symbol, e);
    }
  }
}

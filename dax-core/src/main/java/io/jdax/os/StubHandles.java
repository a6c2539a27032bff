package io.jdax.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
 *
 * <p>Linking a type of function for the first time takes ten milliseconds of a process that has
 * just begun. So there are few types, with a long for each integer, of which a function that
 * declares an int looks at the lower half, and handles are made when the first of their kind is
 * needed. What an int function returns is the lower half of the result.
 */
final class StubHandles {
  private static final FunctionDescriptor NO_WORDS = FunctionDescriptor.of(JAVA_LONG);
  private static final FunctionDescriptor TWO_WORDS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor THREE_WORDS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** After the types of functions, of which it calls some. */
  static final StubLoader.Result LIBRARY =
      StubLoader.load(System.getProperty(NativeStubs.PROPERTY));

  private StubHandles() {}

  /** What the processor has, and what is chosen of it. */
  static final class Choice {
    static final MethodHandle MH_jdax_cpu_features = bind("jdax_cpu_features", NO_WORDS);
    static final MethodHandle MH_jdax_select = bind("jdax_select", TWO_WORDS);
    static final MethodHandle MH_jdax_flush_kind = bind("jdax_flush_kind", NO_WORDS);
    static final MethodHandle MH_jdax_copy_kind = bind("jdax_copy_kind", NO_WORDS);

    private Choice() {}
  }

  /** Lines that were stored before. */
  static final class Lines {
    static final MethodHandle MH_jdax_flush = bind("jdax_flush", TWO_WORDS);
    static final MethodHandle MH_jdax_drain = bind("jdax_drain", NO_WORDS);
    static final MethodHandle MH_jdax_persist = bind("jdax_persist", TWO_WORDS);

    private Lines() {}
  }

  /** Between addresses. */
  static final class Copies {
    static final MethodHandle MH_jdax_copy_nodrain = bind("jdax_copy_nodrain", THREE_WORDS);
    static final MethodHandle MH_jdax_copy_persist = bind("jdax_copy_persist", THREE_WORDS);
    static final MethodHandle MH_jdax_copy_read = bind("jdax_copy_read", THREE_WORDS);
    static final MethodHandle MH_jdax_fill_nodrain = bind("jdax_fill_nodrain", THREE_WORDS);
    static final MethodHandle MH_jdax_fill_persist = bind("jdax_fill_persist", THREE_WORDS);

    private Copies() {}
  }

  /**
   * With one argument more than the C function has: the segment that an address was taken from, so
   * that the call holds it open. The function never looks at that register. A slice would serve as
   * well, but where segments of many classes meet it is really allocated, which takes 40 bytes, and
   * half as much time again for a copy of 4 KiB.
   */
  static final class Holding {
    private static final FunctionDescriptor AND_HELD =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);

    static final MethodHandle MH_jdax_copy_nodrain = bind("jdax_copy_nodrain", AND_HELD);
    static final MethodHandle MH_jdax_copy_persist = bind("jdax_copy_persist", AND_HELD);
    static final MethodHandle MH_jdax_copy_read = bind("jdax_copy_read", AND_HELD);

    private Holding() {}
  }

  /** With a segment in place of an address, since an array on the heap has none that stays. */
  static final class FromHeap {
    private static final FunctionDescriptor FROM =
        FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);

    static final MethodHandle MH_jdax_copy_nodrain = bindHeap("jdax_copy_nodrain", FROM);
    static final MethodHandle MH_jdax_copy_persist = bindHeap("jdax_copy_persist", FROM);

    private FromHeap() {}
  }

  /** As {@link FromHeap}, into an array. */
  static final class ToHeap {
    static final MethodHandle MH_jdax_copy_read =
        bindHeap("jdax_copy_read", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG));

    private ToHeap() {}
  }

  /** Compares and sets a word. */
  static final class Compares {
    static final MethodHandle MH_jdax_compare_and_set_32 =
        bind("jdax_compare_and_set_32", THREE_WORDS);
    static final MethodHandle MH_jdax_compare_and_set_64 =
        bind("jdax_compare_and_set_64", THREE_WORDS);

    private Compares() {}
  }

  /** Calls a function of the library, which is not in use yet, and has no arguments. */
  static long call(SymbolLookup library, String symbol) throws Throwable {
    return (long) link(library, symbol, NO_WORDS, Linker.Option.critical(false)).invokeExact();
  }

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
      return link(lookup, symbol, descriptor, critical);
    }
    try {
      return MethodHandles.lookup().findStatic(StubNone.class, symbol, descriptor.toMethodType());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no stand-in for " + symbol, e);
    }
  }

  private static MethodHandle link(
      SymbolLookup library, String symbol, FunctionDescriptor descriptor, Linker.Option critical) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(symbol), descriptor, critical);
  }
}

package io.jdax.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.machine.NativeAccessException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A function of the C library, whose arguments and result are integers and addresses. What it says
 * by errno is {@link Libc#errno} after the call.
 *
 * <p>All are called by one method handle, with seven words. That serves because the calling
 * conventions of x86-64 and of aarch64 give each of them a register or a place on the stack, of
 * which a function looks at those that it declares, and for an int at the lower half. A handle for
 * each type of function would cost a process that has just begun ten milliseconds each, and a
 * command that lists one file makes a dozen different calls.
 *
 * <p>The caller keeps what lies at an address that it passes until the call has returned.
 *
 * <p>Where the JVM refuses native access, there is a handle all the same, and each call of it
 * throws {@link NativeAccessException}. An error while the class is initialised would be told once,
 * without the sentence, and be a NoClassDefFoundError from then on.
 *
 * @param address where the function is
 */
record CFunction(MemorySegment address) {
  /** Variadic, as some of the functions are; for the others that makes no difference. */
  private static final MethodHandle CALL =
      link(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));

  /** The function of this name. */
  static CFunction of(String name) {
    return new CFunction(Linker.nativeLinker().defaultLookup().findOrThrow(name));
  }

  private static MethodHandle link(FunctionDescriptor function, Linker.Option... options) {
    try {
      return Linker.nativeLinker().downcallHandle(function, options);
    } catch (IllegalCallerException e) {
      return refusing(
          function
              .toMethodType()
              .insertParameterTypes(0, MemorySegment.class, MemorySegment.class));
    }
  }

  /** A handle of this type that throws a new {@link NativeAccessException} at each call. */
  private static MethodHandle refusing(MethodType type) {
    try {
      MethodHandle exception =
          MethodHandles.lookup()
              .findConstructor(NativeAccessException.class, MethodType.methodType(void.class));
      MethodHandle thrower =
          MethodHandles.throwException(type.returnType(), NativeAccessException.class);
      return MethodHandles.dropArguments(
          MethodHandles.foldArguments(thrower, exception), 0, type.parameterList());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no constructor of the exception", e);
    }
  }

  /** Calls a function that returns an int. */
  int call(long a) {
    return (int) callLong(a, 0, 0, 0, 0, 0, 0);
  }

  /** Calls a function that returns an int. */
  int call(long a, long b) {
    return (int) callLong(a, b, 0, 0, 0, 0, 0);
  }

  /** Calls a function that returns an int. */
  int call(long a, long b, long c) {
    return (int) callLong(a, b, c, 0, 0, 0, 0);
  }

  /** Calls a function that returns an int. */
  int call(long a, long b, long c, long d) {
    return (int) callLong(a, b, c, d, 0, 0, 0);
  }

  /** Calls a function that returns an int. */
  int call(long a, long b, long c, long d, long e) {
    return (int) callLong(a, b, c, d, e, 0, 0);
  }

  /** Calls a function that returns a long or an address. Zeros stand for what it does not have. */
  long callLong(long a, long b, long c, long d, long e, long f, long g) {
    try {
      return (long) CALL.invokeExact(address, Libc.captured(), a, b, c, d, e, f, g);
    } catch (Throwable t) {
      // The handle declares Throwable, but throws only these.
      switch (t) {
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        default -> throw new AssertionError(t);
      }
    }
  }
}

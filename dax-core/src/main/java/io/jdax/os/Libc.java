package io.jdax.os;

import io.jdax.machine.Errno;
import io.jdax.machine.NativeAccessException;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Functions of the C library as method handles, and the errno that a call has left.
 *
 * <p>Where the JVM refuses native access, a handle is made all the same, and each call of it throws
 * {@link NativeAccessException}. An error while the class is initialised would be told once,
 * without the sentence, and be a NoClassDefFoundError from then on.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Where the linker leaves errno, one small buffer per thread, so that no call allocates. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  /**
   * Gives the errno that a call fails with, by its name, or 0 if the call is to be made. Null
   * unless a test has set it.
   */
  private static volatile @Nullable ToIntFunction<String> faults;

  private Libc() {}

  // ---------------------------------------------------------------- binding

  static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments));
  }

  static MethodHandle bindVariadic(
      String name, int firstVariadic, MemoryLayout result, MemoryLayout... arguments) {
    return link(
        name,
        FunctionDescriptor.of(result, arguments),
        Linker.Option.firstVariadicArg(firstVariadic));
  }

  private static MethodHandle link(
      String name, FunctionDescriptor function, Linker.Option... options) {
    List<Linker.Option> all = new ArrayList<>(List.of(options));
    all.add(ERRNO);
    try {
      return LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow(name), function, all.toArray(Linker.Option[]::new));
    } catch (IllegalCallerException e) {
      return refusing(function.toMethodType().insertParameterTypes(0, MemorySegment.class));
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

  // ---------------------------------------------------------------- errno

  /** The first argument of every handle that was bound here. */
  static MemorySegment captured() {
    return CAPTURED.get();
  }

  /** The errno that the last call of this thread has left. */
  static int errno() {
    return (int) ERRNO_VALUE.get(CAPTURED.get(), 0L);
  }

  /** Whether the last call of this thread was interrupted, and is to be made again. */
  static boolean interrupted() {
    return errno() == Errno.EINTR;
  }

  /** Throws what a method handle has thrown. It declares Throwable, but can only throw these. */
  static RuntimeException unchecked(Throwable t) {
    switch (t) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(t);
    }
  }

  /** Returns if the last call of this thread is to be made again; throws why it failed if not. */
  static void failUnlessInterrupted(String call, String subject) throws SystemCallException {
    if (!interrupted()) {
      throw new SystemCallException(call, subject, errno());
    }
  }

  /** Throws what was caught around a handle, which is the failure of the call, or unchecked. */
  static RuntimeException rethrow(Throwable t) throws SystemCallException {
    if (t instanceof SystemCallException e) {
      throw e;
    }
    throw unchecked(t);
  }

  // ---------------------------------------------------------------- failures made by tests

  /**
   * Lets tests have system calls fail that would not fail on this machine.
   *
   * @param chosen gives an errno, or 0, for the name of a call; null to go back to normal
   */
  static void failBy(@Nullable ToIntFunction<String> chosen) {
    faults = chosen;
  }

  /** Whether a test wants this call to fail. If so, errno is as if it had. */
  static boolean fails(String call) {
    ToIntFunction<String> chosen = faults;
    if (chosen == null) {
      return false;
    }
    int errno = chosen.applyAsInt(call);
    if (errno != 0) {
      ERRNO_VALUE.set(CAPTURED.get(), 0L, errno);
    }
    return errno != 0;
  }
}

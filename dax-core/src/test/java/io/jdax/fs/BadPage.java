package io.jdax.fs;

import io.jdax.region.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A page of a region that can't be read or written: a page of an empty file is mapped over it, and
 * whoever touches it gets the signal that bad media gives. Lasts until the region is closed.
 */
public final class BadPage {
  private static final int READ_WRITE = 3;
  private static final int SHARED_FIXED = 0x11;
  private static final int PRIVATE_FIXED_ANONYMOUS = 0x32;
  private static final long BYTES = 4096;

  private final long address;

  private BadPage(long address) {
    this.address = address;
  }

  public static BadPage in(Region region, long block) {
    BadPage page = new BadPage(region.address() + block * BYTES);
    int empty = empty();
    page.map(SHARED_FIXED, empty);
    call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), empty);
    return page;
  }

  /** Works again, and has zeros. */
  public void replace() {
    map(PRIVATE_FIXED_ANONYMOUS, -1);
  }

  private void map(int flags, int file) {
    Object at =
        call(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG),
            address,
            BYTES,
            READ_WRITE,
            flags,
            file,
            0L);
    if ((long) at != address) {
      throw new IllegalStateException("mmap gives " + at);
    }
  }

  private static int empty() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom("empty");
      Object file =
          call(
              "memfd_create",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              name,
              0);
      if ((int) file < 0) {
        throw new IllegalStateException("no memfd");
      }
      return (int) file;
    }
  }

  private static Object call(String name, FunctionDescriptor shape, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    MethodHandle handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}

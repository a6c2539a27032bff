package io.jdax.bench.bed;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.stubs.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The same work in C, and by libpmem: loops of many operations per call, in {@code peers.c}.
 *
 * <p>They run in this JVM, on the mapping that the Java side uses and under the same clock, because
 * a second process would have other page tables, another place in the cache and another time slice;
 * at a few percent that is all one would measure.
 */
public final class Peers {
  private static final int ABI = 4;

  /** Names another libpmem than the installed one: a path, or a name for the dynamic linker. */
  private static final String LIBPMEM_PROPERTY = "jdax.bench.libpmem";

  private static final String LIBPMEM = System.getProperty(LIBPMEM_PROPERTY, "libpmem.so.1");

  private static final @Nullable SymbolLookup LIBRARY;
  private static final @Nullable String ABSENCE;
  private static final @Nullable String LIBPMEM_ABSENCE;

  static {
    SymbolLookup library = null;
    String absence = null;
    String libpmemAbsence = null;
    try {
      library = load();
      if (library == null) {
        absence = "not installed: built without a C compiler";
        libpmemAbsence = absence;
      } else {
        libpmemAbsence = openLibpmem(library);
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      library = null;
      absence = "not usable: " + e.getMessage();
      libpmemAbsence = absence;
    }
    LIBRARY = library;
    ABSENCE = absence;
    LIBPMEM_ABSENCE = libpmemAbsence;
  }

  /** store 8 or 64 B, write the line back, fence. */
  public static final Loop STORE_PERSIST = new Loop(bind("jdaxpeers_store_persist", false));

  /** memcpy into the region, write the lines back, fence. */
  public static final CopyLoop COPY_PERSIST = new CopyLoop(bind("jdaxpeers_copy_persist", true));

  /** memcpy out of the region. */
  public static final CopyLoop COPY_OUT = new CopyLoop(bind("jdaxpeers_copy_out", true));

  /** store 8 or 64 B, pmem_persist. */
  public static final Loop PMEM_STORE_PERSIST =
      new Loop(bind("jdaxpeers_pmem_store_persist", false));

  public static final CopyLoop PMEM_MEMCPY_PERSIST =
      new CopyLoop(bind("jdaxpeers_pmem_memcpy_persist", true));

  public static final CopyLoop PMEM_MEMCPY_NODRAIN =
      new CopyLoop(bind("jdaxpeers_pmem_memcpy_nodrain", true));

  private Peers() {}

  /** Why our C loops can't run here, or null. */
  public static @Nullable String absence() {
    return ABSENCE;
  }

  /** Why libpmem can't be measured here, or null. */
  public static @Nullable String libpmemAbsence() {
    return LIBPMEM_ABSENCE;
  }

  /** {@code count} operations at the offsets of a walk. */
  public record Loop(MethodHandle handle) {
    public void run(long base, Walk walk, int bytes, int count) {
      try {
        walk.state =
            (long)
                handle.invokeExact(
                    base,
                    walk.mask,
                    walk.state,
                    walk.factor,
                    walk.increment,
                    (long) bytes,
                    (long) count);
      } catch (Throwable e) {
        throw new LinkageError("downcall", e);
      }
    }
  }

  /** As {@link Loop}, with the walk's DRAM buffer at the other end. */
  public record CopyLoop(MethodHandle handle) {
    public void run(long base, Walk walk, int bytes, int count) {
      try {
        walk.state =
            (long)
                handle.invokeExact(
                    base,
                    walk.mask,
                    walk.state,
                    walk.factor,
                    walk.increment,
                    walk.bufferAddress,
                    (long) bytes,
                    (long) count);
      } catch (Throwable e) {
        throw new LinkageError("downcall", e);
      }
    }
  }

  private static @Nullable SymbolLookup load() throws IOException {
    String resource = "/META-INF/native/" + NativeLibrary.platform() + "/libjdaxpeers.so";
    try (InputStream in = Peers.class.getResourceAsStream(resource)) {
      if (in == null) {
        return null;
      }
      Path file = Files.createTempFile("libjdaxpeers", ".so");
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        SymbolLookup library = SymbolLookup.libraryLookup(file, Arena.global());
        checkAbi(library);
        return library;
      } finally {
        Files.delete(file); // once loaded, the mapping keeps it
      }
    }
  }

  private static void checkAbi(SymbolLookup library) throws IOException {
    MethodHandle abi = handle(library, "jdaxpeers_abi", FunctionDescriptor.of(JAVA_INT));
    try {
      int found = (int) abi.invokeExact();
      if (found != ABI) {
        throw new IOException("libjdaxpeers.so has ABI " + found + ", this build needs " + ABI);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  private static @Nullable String openLibpmem(SymbolLookup library) {
    MethodHandle open =
        handle(library, "jdaxpeers_pmem_open", FunctionDescriptor.of(ADDRESS, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment refusal = (MemorySegment) open.invokeExact(arena.allocateFrom(LIBPMEM));
      if (refusal.address() == 0) {
        return null;
      }
      String why = refusal.reinterpret(4096).getString(0);
      return why.contains("No such file") ? "not installed" : "not usable: " + why;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  /** Not critical: a loop may take milliseconds, which would hold up a safepoint. */
  private static MethodHandle bind(String symbol, boolean buffer) {
    return bind(symbol, buffer ? 8 : 7);
  }

  /** A function of longs that returns one; one that returns 0 where there are no peers. */
  public static MethodHandle bind(String symbol, int argumentCount) {
    MemoryLayout[] arguments = new MemoryLayout[argumentCount];
    Arrays.fill(arguments, JAVA_LONG);
    FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_LONG, arguments);
    if (LIBRARY == null) {
      return MethodHandles.empty(descriptor.toMethodType());
    }
    return handle(LIBRARY, symbol, descriptor);
  }

  private static MethodHandle handle(
      SymbolLookup library, String symbol, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(symbol), descriptor);
  }
}

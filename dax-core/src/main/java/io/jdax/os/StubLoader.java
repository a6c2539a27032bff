package io.jdax.os;

import io.jdax.machine.Architecture;
import io.jdax.machine.NativeAccessException;
import io.jdax.machine.StubStatus;
import io.jdax.stubs.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds, opens and checks {@code libjdax.so}, or says which of the four failures it was. */
final class StubLoader {
  /** {@code JDAX_ABI} of {@code jdax.h}. */
  static final int ABI = 2;

  private static final int ELF_MAGIC = 0x7f454c46;
  private static final int ELF_MACHINE_OFFSET = 18;
  private static final int ELF_HEADER_BYTES = 64;
  private static final int ELF_X86_64 = 62;
  private static final int ELF_AARCH64 = 183;

  /**
   * The end of a loading.
   *
   * @param lookup the library's functions, or null unless the status is {@link StubStatus.Loaded}
   */
  record Result(StubStatus status, @Nullable SymbolLookup lookup) {
    Result(StubStatus failure) {
      this(failure, null);
    }
  }

  private StubLoader() {}

  /**
   * Never throws.
   *
   * @param choice the value of {@code jdax.stubs}: null or {@code require} for the library in the
   *     jar, {@code off}, or the path of a library
   */
  static Result load(@Nullable String choice) {
    if ("off".equals(choice)) {
      return new Result(
          new StubStatus.NotSupported("native stubs are turned off by jdax.stubs=off"));
    }
    try {
      return choice == null || choice.equals("require")
          ? loadFromModule()
          : loadFile(Path.of(choice), choice);
    } catch (IllegalCallerException e) {
      return new Result(new StubStatus.AccessNotEnabled(NativeAccessException.sentence()));
    } catch (IOException | InvalidPathException e) {
      return new Result(new StubStatus.Bug("native stubs could not be read: " + e, e));
    } catch (Throwable e) {
      // Whatever it is, jdax works without stubs, so it is reported and not thrown.
      return new Result(new StubStatus.Bug("native stubs failed to load: " + e, e));
    }
  }

  private static Result loadFromModule() throws Throwable {
    String platform;
    try {
      platform = NativeLibrary.platform();
    } catch (NoClassDefFoundError e) {
      return new Result(
          new StubStatus.NotSupported(
              "native stubs are not on the class or module path (io.jdax.stubs)"));
    }
    try (InputStream library = NativeLibrary.open(platform)) {
      if (library == null) {
        return new Result(
            new StubStatus.NotSupported("this build of jdax has no native stubs for " + platform));
      }
      // Owner-only permissions, and gone from the directory as soon as it is mapped.
      Path file = Files.createTempFile("libjdax", ".so");
      try {
        Files.write(file, library.readAllBytes());
        return loadFile(file, NativeLibrary.resource(platform));
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Result loadFile(Path file, String name) throws Throwable {
    String mismatch = architectureMismatch(file);
    if (mismatch != null) {
      return new Result(new StubStatus.WrongArchitecture("native stubs " + name + " " + mismatch));
    }
    SymbolLookup lookup;
    try {
      lookup = SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException e) {
      return new Result(
          new StubStatus.Bug(
              "native stubs "
                  + name
                  + " could not be mapped from "
                  + file.toAbsolutePath().getParent()
                  + " (if that is mounted noexec, set java.io.tmpdir, or set jdax.stubs to an"
                  + " unpacked library)",
              e));
    }
    int abi = (int) StubHandles.call(lookup, "jdax_abi");
    if (abi != ABI) {
      return new Result(
          new StubStatus.WrongArchitecture(
              "native stubs " + name + " have ABI version " + abi + ", this jdax needs " + ABI));
    }
    int guard = (int) StubHandles.call(lookup, "jdax_guard_install");
    if (guard != 0) {
      return new Result(
          bug("native stubs " + name + " could not install their SIGBUS guard: errno " + -guard));
    }
    return new Result(new StubStatus.Loaded("native stubs " + name), lookup);
  }

  private static StubStatus bug(String sentence) {
    return new StubStatus.Bug(sentence, new IllegalStateException(sentence));
  }

  /**
   * Why the library can't run here, or null if it can. Looked at before dlopen, whose own message
   * does not reach Java.
   */
  private static @Nullable String architectureMismatch(Path file) throws IOException {
    ByteBuffer header;
    try (InputStream in = Files.newInputStream(file)) {
      header = ByteBuffer.wrap(in.readNBytes(ELF_HEADER_BYTES));
    }
    if (header.limit() < ELF_HEADER_BYTES || header.getInt(0) != ELF_MAGIC) {
      return "are not an ELF library";
    }
    int machine = header.order(ByteOrder.LITTLE_ENDIAN).getShort(ELF_MACHINE_OFFSET);
    int wanted = Architecture.CURRENT == Architecture.AARCH64 ? ELF_AARCH64 : ELF_X86_64;
    return machine == wanted
        ? null
        : "are made for ELF machine "
            + machine
            + ", this JVM runs on "
            + System.getProperty("os.arch")
            + " ("
            + wanted
            + ")";
  }
}

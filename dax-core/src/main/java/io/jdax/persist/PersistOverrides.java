package io.jdax.persist;

import io.jdax.machine.Architecture;
import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import io.jdax.region.UnsupportedRegionException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The system properties by which a user chooses the instructions. They are read when a region's
 * {@link Persister} is made. One that can't be followed, or would lose data on that region, is
 * refused there.
 *
 * <pre>
 *   jdax.persist   clwb | clflushopt | clflush   x86-64, cache-line write-back by the native stubs
 *                  cvap | cvac                   aarch64, DC CVAP or DC CVAC by the native stubs
 *                  fence                         flushes nothing, where caches are persistent (eADR)
 *                  jdk                           MemorySegment.force on a SYNC mapping, fsdax only
 *                  msync                         whole pages by system call, all but device-dax
 *   jdax.copy      sse2 | avx2 | avx512          x86-64, registers of long copies and fills by the
 *                                                native stubs
 *                  neon                          aarch64, the same
 * </pre>
 *
 * <p>{@code jdax.copy} is ignored for ordinary files, whose copies are Java's.
 *
 * <p>Related: {@code jdax.stubs}, which is {@code off} to do without the native stubs, {@code
 * require} to open no region without them, or the path of a library to use. The instructions are
 * chosen for the whole process, so the last persister that is made decides.
 *
 * @param method how stores become durable, or null to choose by the platform
 * @param copy the registers of long copies and fills, or null to choose by the CPU
 */
@SuppressWarnings("exports") // of @Nullable, which users need not have
public record PersistOverrides(@Nullable Method method, @Nullable Copy copy) {
  /** The system property that chooses how stores become durable. */
  public static final String METHOD_PROPERTY = "jdax.persist";

  /** The system property that chooses the registers of long copies and fills. */
  public static final String COPY_PROPERTY = "jdax.copy";

  /** The values of {@code jdax.persist}, which spells them in lower case. */
  public enum Method {
    CLWB(StubFlushKind.CLWB),
    CLFLUSHOPT(StubFlushKind.CLFLUSHOPT),
    CLFLUSH(StubFlushKind.CLFLUSH),
    CVAP(StubFlushKind.CVAP),
    CVAC(StubFlushKind.CVAC),
    FENCE(null),
    JDK(null),
    MSYNC(null);

    private final @Nullable StubFlushKind flush;

    Method(@Nullable StubFlushKind flush) {
      this.flush = flush;
    }

    @Nullable StubFlushKind flush() {
      return flush;
    }
  }

  /** The values of {@code jdax.copy}, which spells them in lower case. */
  public enum Copy {
    SSE2("amd64", StubCopyKind.BASELINE),
    NEON("aarch64", StubCopyKind.BASELINE),
    AVX2("amd64", StubCopyKind.AVX2),
    AVX512("amd64", StubCopyKind.AVX512);

    private final String arch;
    private final StubCopyKind kind;

    Copy(String arch, StubCopyKind kind) {
      this.arch = arch;
      this.kind = kind;
    }

    /** The architecture that has these registers, as in the system property os.arch. */
    String arch() {
      return arch;
    }

    StubCopyKind kind() {
      return kind;
    }
  }

  /** All is left to the platform and the CPU. */
  static final PersistOverrides NONE = new PersistOverrides(null, null);

  /**
   * What the properties say now.
   *
   * @param region the name of the region that is about to use them, for the message
   * @throws UnsupportedRegionException a property has an unknown value; the message lists the known
   *     ones
   */
  public static PersistOverrides current(String region) throws UnsupportedRegionException {
    return new PersistOverrides(
        parse(region, METHOD_PROPERTY, Method.values()),
        parse(region, COPY_PROPERTY, Copy.values()));
  }

  private static <E extends Enum<E>> @Nullable E parse(String region, String property, E[] values)
      throws UnsupportedRegionException {
    String text = System.getProperty(property);
    if (text == null) {
      return null;
    }
    for (E value : values) {
      if (word(value).equals(text)) {
        return value;
      }
    }
    throw new UnsupportedRegionException(
        region,
        property
            + "="
            + text
            + ": must be one of "
            + Arrays.stream(values).map(PersistOverrides::word).collect(Collectors.joining(", ")));
  }

  /** How the properties spell a value. */
  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The registers in force, as {@code jdax.copy} spells them on this machine. */
  static String nameOf(StubCopyKind kind) {
    if (kind == StubCopyKind.BASELINE) {
      return Architecture.CURRENT == Architecture.AARCH64 ? "neon" : "sse2";
    }
    return word(kind);
  }
}

package io.jdax.machine;

/**
 * The registers that long copies and fills go through. The codes are those of {@code enum
 * jdax_copy_kind}, whose {@code AUTO} (0) is null here.
 */
public enum StubCopyKind {
  /** SSE2 on x86_64, NEON on aarch64, which every such processor has. */
  BASELINE(1),
  /** x86_64, 256 bits. */
  AVX2(2),
  /** x86_64, 512 bits. */
  AVX512(3);

  private static final StubCopyKind[] VALUES = values();

  private final int code;

  StubCopyKind(int code) {
    this.code = code;
  }

  /** The number that the stubs know it by. */
  public int code() {
    return code;
  }

  /**
   * The kind of a number that the stubs returned.
   *
   * @throws ArrayIndexOutOfBoundsException there is no such kind
   */
  public static StubCopyKind of(int code) {
    return VALUES[code - 1];
  }
}

package io.jdax.machine;

/**
 * The instruction that writes a cache line back. The codes are those of {@code enum
 * jdax_flush_kind}, whose {@code AUTO} (0) is null here.
 */
public enum StubFlushKind {
  /** x86: writes back, the line may stay cached. */
  CLWB(1, "clwb"),
  /** x86: writes back and evicts, unordered. */
  CLFLUSHOPT(2, "clflushopt"),
  /** x86: writes back and evicts, each waiting for the one before. */
  CLFLUSH(3, "clflush"),
  /** aarch64 DC CVAP: to the point of persistence. */
  CVAP(4, "cvap"),
  /** aarch64 DC CVAC: to the point of coherency, which need not be persistent. */
  CVAC(5, "cvac"),
  /** None at all. */
  NONE(6, "none");

  private static final StubFlushKind[] VALUES = values();

  private final int code;
  private final String instruction;

  StubFlushKind(int code, String instruction) {
    this.code = code;
    this.instruction = instruction;
  }

  /** The mnemonic in lower case, as system properties and messages spell it. */
  public String instruction() {
    return instruction;
  }

  public int code() {
    return code;
  }

  public static StubFlushKind of(int code) {
    return VALUES[code - 1];
  }
}

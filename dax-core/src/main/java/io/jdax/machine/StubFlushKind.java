package io.jdax.machine;

/**
 * The instruction that writes a cache line back. The codes are those of {@code enum
 * jdax_flush_kind}, whose {@code AUTO} (0) is null here.
 */
public enum StubFlushKind {
  /** x86-64. Writes the line back, and may leave it in the cache. */
  CLWB(1, "clwb"),
  /** x86-64. Writes the line back and evicts it, in no order with other lines. */
  CLFLUSHOPT(2, "clflushopt"),
  /** x86-64. Writes the line back and evicts it, each after the one before has ended. */
  CLFLUSH(3, "clflush"),
  /** aarch64, DC CVAP. Writes the line back to the point of persistence. */
  CVAP(4, "cvap"),
  /** aarch64, DC CVAC. Writes the line back to the point of coherency, which may be volatile. */
  CVAC(5, "cvac"),
  /** No instruction at all, as without the stubs. */
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

  /** The number that the stubs know it by. */
  public int code() {
    return code;
  }

  /**
   * The kind of a number that the stubs returned.
   *
   * @throws ArrayIndexOutOfBoundsException there is no such kind
   */
  public static StubFlushKind of(int code) {
    return VALUES[code - 1];
  }
}

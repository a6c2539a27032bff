package io.jdax.machine;

/** The processor architectures whose system calls and memory order this module knows. */
public enum Architecture {
  X86_64,
  AARCH64,
  /** Any other, of which nothing is assumed. */
  OTHER;

  /** The architecture that this JVM runs on. */
  public static final Architecture CURRENT =
      switch (System.getProperty("os.arch", "")) {
        case "amd64", "x86_64" -> X86_64;
        case "aarch64" -> AARCH64;
        default -> OTHER;
      };

  /**
   * Whether other cores see the stores of one core in their order, and its loads happen in theirs
   * (Intel SDM vol. 3, 9.2.2; AMD APM vol. 2, 7.2). A compiler may still change it.
   */
  public boolean isTotalStoreOrder() {
    return this == X86_64;
  }
}

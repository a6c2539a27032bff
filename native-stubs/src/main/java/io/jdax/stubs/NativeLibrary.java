package io.jdax.stubs;

import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code libjdax.so} of each platform that this build could compile for.
 *
 * <p>The C header {@code jdax.h} is the contract of what is inside.
 */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Opens the library's bytes.
   *
   * @param platform a name that {@link #platform()} gives, such as {@code linux-x86_64}
   * @return the file's content, which the caller closes, or null if this build has no library for
   *     the platform
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public static @Nullable InputStream open(String platform) {
    return NativeLibrary.class.getResourceAsStream(resource(platform));
  }

  /** The name of the resource that holds a platform's library, whether or not this build has it. */
  public static String resource(String platform) {
    return "/META-INF/native/" + platform + "/libjdax.so";
  }

  /** The operating system and the architecture of the running JVM, under their Linux names. */
  public static String platform() {
    return platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT).replace(" ", "");
    String arch =
        switch (osArch) {
          case "amd64", "x86-64" -> "x86_64";
          case "arm64" -> "aarch64";
          default -> osArch;
        };
    return os + "-" + arch;
  }
}

package io.jdax.stubs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  @Test
  @DisplayName("Platforms have their linux names")
  void platformsHaveTheirLinuxNames() {
    assertEquals("linux-x86_64", NativeLibrary.platform("Linux", "amd64"));
    assertEquals("linux-aarch64", NativeLibrary.platform("Linux", "aarch64"));
    assertEquals("macosx-aarch64", NativeLibrary.platform("Mac OS X", "arm64"));
  }

  @Test
  @DisplayName("Unknown platform has no library")
  void unknownPlatformHasNoLibrary() throws IOException {
    try (InputStream in = NativeLibrary.open("plan9-vax")) {
      assertNull(in);
    }
  }

  /**
   * Everything works without the library, only slower: nothing else would notice that it is gone.
   */
  @Test
  @DisplayName("Library is there where it can be built")
  void libraryIsThereWhereItCanBeBuilt() throws IOException {
    String platform = NativeLibrary.platform();
    assumeTrue(platform.equals("linux-x86_64") || platform.equals("linux-aarch64"));
    assumeTrue(hasCompiler());
    try (InputStream in = NativeLibrary.open(platform)) {
      assertNotNull(in, NativeLibrary.resource(platform));
      assertArrayEquals(ELF, in.readNBytes(ELF.length));
    }
  }

  private static boolean hasCompiler() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(":", -1))
        .flatMap(dir -> Stream.of("cc", "gcc", "clang").map(name -> Path.of(dir, name)))
        .anyMatch(Files::isExecutable);
  }
}

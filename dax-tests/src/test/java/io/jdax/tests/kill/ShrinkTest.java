package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The file shrinks beneath a mounted file system, in a process of its own, which must live on. */
class ShrinkTest {
  @Test
  @DisplayName(
      "The file shrinks before any operation: a typed error, the JVM lives, nothing is lost once"
          + " the pages are back")
  void compiled() throws Exception {
    run(List.of(), "warm");
  }

  @Test
  @DisplayName("The same, interpreted")
  void interpreted() throws Exception {
    run(List.of("-Xint"), "cold");
  }

  @Test
  @DisplayName("The same, without native stubs")
  void withoutStubs() throws Exception {
    run(List.of("-Djdax.stubs=off"), "warm");
  }

  private static void run(List<String> options, String how) throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "needs /dev/shm");
    Path path = Files.createTempFile(Path.of("/dev/shm"), "jdax-shrink-", ".region");
    try (ChildJvms jvms = new ChildJvms()) {
      Process child = jvms.start(ShrinkChild.class, options, path.toString(), how);
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, child.waitFor(), () -> said + jvms.errorsOrWhy());
      assertTrue(said.endsWith("survived\n"), () -> said + jvms.errorsOrWhy());
      List<String> bad = said.lines().filter(line -> line.startsWith("bad")).toList();
      assertEquals(List.of(), bad, jvms::errorsOrWhy);
      System.out.println(said.lines().count() + " cases");
    } finally {
      Files.deleteIfExists(path);
    }
  }
}

package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;

import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A file system that loses power, with a synced file of four pages. */
abstract class DurabilityFixture {
  TestFs t;
  DaxFile file;

  @BeforeEach
  void format() throws IOException {
    t = TestFs.recording(1 << 20);
    file = t.create("/f", bytes(4 * PAGE, 1));
    file.fsync();
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    t.close();
  }

  /** Something about what came up after the loss. */
  interface Check {
    void of(TestFs left) throws IOException;
  }

  void lose(Check check) throws IOException {
    try (TestFs left = t.survive()) {
      check.of(left);
    }
  }

  byte[] left(String path) throws IOException {
    try (TestFs left = t.survive()) {
      return left.read(path);
    }
  }

  static byte[] with(byte[] bytes, int at, int length, int value) {
    byte[] out = Arrays.copyOf(bytes, Math.max(bytes.length, at + length));
    Arrays.fill(out, at, at + length, (byte) value);
    return out;
  }
}

package io.jdax.block;

import static io.jdax.block.TestDevices.noise;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A file that shrinks under the device: a typed error that names the sector, and a JVM that lives
 * on.
 */
class PmemTruncationTest {
  private static final int SIZE = 256 << 10;
  private static final int KEPT = 128 << 10;
  private final TestDevices devices = new TestDevices();

  @AfterEach
  void close() throws IOException {
    devices.close();
  }

  private static void truncate(Region region, long size) throws IOException {
    try (FileChannel file = FileChannel.open(region.path(), StandardOpenOption.WRITE)) {
      file.truncate(size);
    }
  }

  private interface Request {
    void run() throws IOException;
  }

  /** Every kind of request across the file's new end, {@code rounds} times. */
  private static void requestsFail(Region region, int sectorSize, int rounds) throws IOException {
    PmemBlockDevice device = TestDevices.device(region, sectorSize);
    int end = KEPT / sectorSize;
    int span = 8192 / sectorSize;
    byte[] model = noise(2 * 8192, 1);
    MemorySegment src = MemorySegment.ofArray(model);
    MemorySegment dst = MemorySegment.ofArray(new byte[2 * 8192]);
    for (int i = 0; i < 100; i++) {
      device.write(0, src);
      device.read(0, dst);
    }
    truncate(region, KEPT);
    for (int i = 0; i < rounds; i++) {
      names(region, end, sectorSize, "read", () -> device.read(end - span, dst));
      names(
          region,
          end,
          sectorSize,
          "read",
          () -> device.read(end - span, dst.asSlice(0, 10_001), dst.asSlice(10_001)));
      device.writeZeroes(end - span, span);
      names(region, end, sectorSize, "written", () -> device.write(end - span, src));
      device.read(end - span, dst.asSlice(0, 8192));
      assertEquals(
          -1, src.asSlice(0, 8192).mismatch(dst.asSlice(0, 8192)), "what precedes is complete");
      device.writeZeroes(end - span, span);
      names(
          region,
          end,
          sectorSize,
          "written",
          () -> device.write(end - span, src.asSlice(0, 5_003), src.asSlice(5_003)));
      device.read(end - span, dst.asSlice(0, 8192));
      assertEquals(
          -1, src.asSlice(0, 8192).mismatch(dst.asSlice(0, 8192)), "what precedes is complete");
      names(region, end, sectorSize, "zeroed", () -> device.writeZeroes(end - span, 2L * span));
      device.read(end - span, dst.asSlice(0, 8192));
      assertArrayEquals(new byte[8192], dst.asSlice(0, 8192).toArray(ValueLayout.JAVA_BYTE));
    }
    assertEquals(5L * rounds, device.statistics().errors());
  }

  private static void names(
      Region region, int sector, int sectorSize, String verb, Request request) {
    MediaErrorException e = assertThrows(MediaErrorException.class, request::run);
    assertEquals(
        region.name()
            + (": bytes ["
                + (long) sector * sectorSize
                + ", +"
                + sectorSize
                + "): sectors ["
                + sector)
            + (", +1) can't be "
                + verb
                + ": can't be reached: the file shrank below its mapping: it holds ")
            + (KEPT + " bytes of " + SIZE),
        e.getMessage());
  }

  @Test
  @DisplayName("Requests on a truncated file name the sector")
  void requestsOnATruncatedFileNameTheSector() throws IOException {
    for (int sectorSize : new int[] {512, 1024, 2048, 4096}) {
      requestsFail(devices.shm(SIZE), sectorSize, 3);
    }
  }

  @Test
  @DisplayName("Requests on a truncated ordinary file name the sector")
  void requestsOnATruncatedOrdinaryFileNameTheSector() throws IOException {
    requestsFail(devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE), 512, 3);
  }

  @Test
  @DisplayName("Compiled code survives")
  void compiledCodeSurvives() throws IOException {
    requestsFail(devices.shm(SIZE), 4096, 3_000);
  }

  @Test
  @DisplayName("Interpreted code survives")
  void interpretedCodeSurvives() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Interpreted.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor(), output);
    assertTrue(output.endsWith("survived\n"), output);
  }

  /** The same in a JVM that compiles nothing. */
  static final class Interpreted {
    public static void main(String[] args) throws Exception {
      try (TestDevices devices = new TestDevices()) {
        requestsFail(devices.shm(SIZE), 512, 20);
        requestsFail(devices.file(Path.of(System.getProperty("java.io.tmpdir")), SIZE), 512, 20);
      }
      System.out.print("survived\n");
    }
  }

  @Test
  @DisplayName("Sectors come back when the file grows")
  void sectorsComeBackWhenTheFileGrows() throws IOException {
    Region region = devices.shm(SIZE);
    PmemBlockDevice device = TestDevices.device(region, 512);
    byte[] bytes = noise(512, 3);
    device.write(SIZE / 512 - 1, MemorySegment.ofArray(bytes));
    truncate(region, 0);
    assertThrows(
        MediaErrorException.class, () -> device.read(0, MemorySegment.ofArray(new byte[512])));
    try (FileChannel file = FileChannel.open(region.path(), StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap(new byte[] {1}), SIZE - 1);
    }
    MemorySegment dst = MemorySegment.ofArray(bytes);
    device.read(SIZE / 512 - 1, dst);
    byte[] expected = new byte[512];
    expected[511] = 1;
    assertTrue(Arrays.equals(expected, bytes));
  }
}

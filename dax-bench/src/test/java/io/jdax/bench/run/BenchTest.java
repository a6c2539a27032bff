package io.jdax.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.turns.Effort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

class BenchTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir(factory = SharedMemory.class)
  Path folder = Path.of("");

  /** Where forcing costs nothing: on a disk, a run of FileChannel.force would take minutes. */
  static final class SharedMemory implements TempDirFactory {
    private static final Path PLACE = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.isDirectory(PLACE)
          ? Files.createTempDirectory(PLACE, "jdax")
          : Files.createTempDirectory("jdax");
    }
  }

  @Test
  @DisplayName("A region that is made is measured on and deleted")
  void aRegionThatIsMadeIsMeasuredOnAndDeleted() throws IOException {
    Path region = folder.resolve("region");
    Path report = folder.resolve("a/b");
    assertTrue(run(options(region, 8L << 20, false, "(store|copy).*bytes=64", report)), err());
    assertFalse(Files.exists(region));
    assertTrue(Files.readString(report.resolve("report.html")).contains("durable store 64 B"));
    assertTrue(Files.readString(report.resolve("results.json")).contains("jdax copyPersist"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("jdax store+persist"));
    assertTrue(err().contains("flush/jdax store+persist/bytes=64 order=random: "), err());
  }

  @Test
  @DisplayName("What exists is not overwritten unasked")
  void whatExistsIsNotOverwrittenUnasked() throws IOException {
    Path region = folder.resolve("precious");
    byte[] content = new byte[8 << 20];
    content[4711] = 1;
    Files.write(region, content);
    BenchInputException e =
        assertThrows(
            BenchInputException.class, () -> run(options(region, null, false, "flush", null)));
    assertTrue(String.valueOf(e.getMessage()).contains("--destroy-data"), e.getMessage());
    assertEquals(-1, Files.mismatch(region, Files.write(folder.resolve("copy"), content)));
  }

  @Test
  @DisplayName("What may be destroyed is measured on and kept")
  void whatMayBeDestroyedIsMeasuredOnAndKept() throws IOException {
    Path region = folder.resolve("scratch");
    Files.write(region, new byte[8 << 20]);
    assertTrue(run(options(region, null, true, "block/jdax", null)), err());
    assertEquals(8 << 20, Files.size(region));
  }

  @Test
  @DisplayName("A filter that matches nothing says what it is looked for in")
  void aFilterThatMatchesNothingSaysWhatItIsLookedForIn() {
    BenchInputException e =
        assertThrows(
            BenchInputException.class, () -> run(options(null, null, false, "nonsense", null)));
    assertTrue(String.valueOf(e.getMessage()).contains("flush/jdax store+persist"), e.getMessage());
  }

  @Test
  @DisplayName("A region that is too small is refused")
  void aRegionThatIsTooSmallIsRefused() {
    Path region = folder.resolve("small");
    assertThrows(
        BenchInputException.class, () -> run(options(region, 4096L, false, "flush", null)));
    assertFalse(Files.exists(region));
  }

  @Test
  @DisplayName("Limits of an unknown group are refused by name")
  void limitsOfAnUnknownGroupAreRefusedByName() {
    LimitsRun limits = new LimitsRun(BenchOptions.defaults(), "nonsense", stream(out), stream(err));
    BenchInputException e = assertThrows(BenchInputException.class, limits::run);
    assertEquals(
        "no limits in a group 'nonsense'; there are access, append, block, cache, copy, fault,"
            + " file, flush, invalidate, names, subpage",
        e.getMessage());
  }

  private boolean run(BenchOptions options) throws IOException {
    return new Bench(options, stream(out), stream(err)).run();
  }

  private static BenchOptions options(
      @Nullable Path region,
      @Nullable Long size,
      boolean destroy,
      String filter,
      @Nullable Path report) {
    return new BenchOptions(
        region, size, destroy, Effort.SMOKE, Pattern.compile(filter), null, false, report);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}

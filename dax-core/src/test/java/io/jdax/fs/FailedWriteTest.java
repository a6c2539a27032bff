package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.BufferFaultException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a call that failed has left in a file is durable after the next fsync, as it is")
@SuppressWarnings("NullAway.Init") // each test mounts before anything else
class FailedWriteTest {
  private static final int SIZE = 8 * PAGE;

  @TempDir Path folder;
  private SteppedPersister stepped;
  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;

  /** A file of ones, of which nothing is in DRAM. */
  private void mount(int blockBytes) throws IOException {
    Region region = Region.anonymous("failed", 4 << 20);
    stepped = new SteppedPersister(region);
    fixture =
        new FsFixture(
            region,
            RecordingPersister.around(stepped),
            blockBytes,
            MountOptions.DEFAULTS.withParallelism(1));
    fs = fixture.fs;
    file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(SIZE, 1));
    fixture.remount();
    fs = fixture.fs;
    file = fs.open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    stepped.step = call -> {};
    fixture.close();
  }

  /** The {@code n}-th call of that name fails, once. */
  private void fail(String name, int n) {
    int[] left = {n};
    stepped.step =
        call -> {
          if (call.equals(name) && left[0]-- == 0) {
            throw new IOException("injected");
          }
        };
  }

  private byte[] seen(DaxFileSystem which) throws IOException {
    try (DaxFile found = which.open("/f")) {
      byte[] bytes = new byte[(int) found.sizeBytes()];
      found.read(0, MemorySegment.ofArray(bytes));
      return bytes;
    }
  }

  private void assertSurvives() throws IOException {
    byte[] before = seen(fs);
    try (DaxFileSystem after = fixture.powerLoss()) {
      assertArrayEquals(before, seen(after));
    }
  }

  @ParameterizedTest(name = "blocks of {0}, {1} {2}, [{3}, +{4})")
  @CsvSource({
    "4096, drain, 0, 100, 8",
    "4096, drain, 0, 0, 32768",
    "4096, drain, 0, 30000, 9000",
    "4096, drain, 1, 30000, 9000",
    "4096, copy, 1, 30000, 9000",
    "512, drain, 0, 100, 8",
    "512, copy, 3, 0, 32768",
    "512, drain, 0, 30000, 9000",
  })
  @DisplayName("A write")
  void write(int blockBytes, String call, int n, long offset, int length) throws IOException {
    mount(blockBytes);
    fail(call, n);
    assertThrows(IOException.class, () -> file.write(offset, FsFixture.bytes(length, 2)));
    file.fsync();
    assertSurvives();
  }

  @ParameterizedTest(name = "blocks of {0}")
  @CsvSource({"4096", "512"})
  @DisplayName("A punch of parts of blocks")
  void punch(int blockBytes) throws IOException {
    mount(blockBytes);
    int[] fills = {1};
    stepped.step =
        call -> {
          fills[0] -= call.equals("fill") ? 1 : 0;
          if (call.equals("drain") && fills[0] == 0) {
            fills[0]--;
            throw new IOException("injected");
          }
        };
    assertThrows(IOException.class, () -> file.punchHole(100, 8));
    file.fsync();
    assertSurvives();
  }

  @Test
  @DisplayName("So it is after a persist of a mapping, a sync, and the last close")
  void otherWays() throws IOException {
    mount(PAGE);
    failedWrite(2);
    try (DaxMapping mapping = file.map(0, SIZE)) {
      mapping.persist(0, PAGE);
      assertSurvives();
    }
    failedWrite(3);
    fs.sync();
    assertSurvives();
    failedWrite(4);
    file.close();
    assertSurvives();
  }

  private void failedWrite(int value) {
    fail("drain", 0);
    assertThrows(IOException.class, () -> file.write(100, FsFixture.bytes(8, value)));
  }

  @Test
  @DisplayName("An fsync that can't make it durable fails, and the one after it does not forget")
  void failsAgain() throws IOException {
    mount(PAGE);
    fail("drain", 0);
    assertThrows(IOException.class, () -> file.write(100, FsFixture.bytes(PAGE, 2)));
    fail("flush", 0);
    assertThrows(IOException.class, file::fsync);
    fail("drain", 0);
    assertThrows(IOException.class, file::fsync);
    try (DaxMapping mapping = file.map(0, SIZE)) {
      mapping.persist(0, PAGE); // of a part
      mapping.persist(4 * PAGE, PAGE); // and of other pages
    }
    file.fsync();
    assertSurvives();
  }

  @Test
  @DisplayName("A write whose source can't be read to its end")
  void source() throws IOException {
    mount(PAGE);
    fixture.close();
    Region region = Region.anonymous("failed", 4 << 20);
    fixture = new FsFixture(region, RecordingPersister.alone(region), MountOptions.DEFAULTS);
    fs = fixture.fs;
    file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(SIZE, 1));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment src = ShortFile.map(folder, SIZE, 7, 4L * PAGE, arena);
      assertThrows(BufferFaultException.class, () -> file.write(0, src));
      assertTrue(seen(fs)[4 * PAGE - 1] == 7, "a part was written");
      try (DaxMapping mapping = file.map(0, SIZE)) {
        mapping.persist(0, PAGE); // and of the rest nothing is forgotten
      }
      file.fsync();
      assertSurvives();
    }
  }
}

package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose stores are durable when a mapping was persisted. */
class PersistKindsTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("persist of a mapping of any kind makes durable what others have stored")
  void storesOfOthers(Sharing sharing) throws IOException {
    try (FsFixture fixture = new FsFixture(2 << 20, true);
        DaxFile file = fixture.fs.open("/f", RW)) {
      file.truncate(1 << 20);
      DaxMapping storing = file.map(0, 1 << 20);
      DaxMapping persisting = file.map(0, 1 << 20, sharing, false, HolePolicy.ZERO);
      storing.putByte(5 * 4096, (byte) 42);
      persisting.persist(5 * 4096, 1);
      assertKept(fixture, 5 * 4096);
      storing.putByte(9 * 4096, (byte) 42);
      persisting.force();
      assertKept(fixture, 9 * 4096);
    }
  }

  private static void assertKept(FsFixture fixture, long offset) throws IOException {
    byte[] found = new byte[1];
    try (DaxFileSystem after = fixture.powerLoss();
        DaxFile file = after.open("/f")) {
      file.read(offset, MemorySegment.ofArray(found));
    }
    assertEquals(42, found[0]);
  }
}

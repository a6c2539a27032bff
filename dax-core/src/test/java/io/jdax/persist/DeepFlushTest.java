package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.os.Reading;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeepFlushTest {
  @TempDir Path nd;
  private Region region;

  @BeforeEach
  void open() throws IOException {
    region = Region.anonymous("deep", 8192);
  }

  @AfterEach
  void close() throws IOException {
    region.close();
  }

  private RegionFacts facts(Reading<Path> ndRegion) {
    RegionFacts f = region.facts();
    return new RegionFacts(
        f.name(),
        f.kind(),
        f.sizeBytes(),
        f.alignmentBytes(),
        f.readOnly(),
        f.mapSync(),
        f.granularity(),
        f.granularityReason(),
        f.persistenceDomain(),
        f.numaNode(),
        f.pageSizes(),
        f.badRanges(),
        f.unsafeShutdowns(),
        ndRegion,
        f.wishes());
  }

  @Test
  void devdaxWritesToTheAttributeOfItsNdRegion() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.Value<>(nd)));
    Files.writeString(attribute, "?");
    new CacheLinePersister(region, deep).deepFlush(100, 64);
    assertEquals("1", Files.readString(attribute));
  }

  @Test
  void platformWithoutFlushHintsHasNothingDeeper() throws IOException {
    Reading<Path> here = new Reading.Value<>(nd);
    assertSame(DeepFlush.NONE, DeepFlush.of(RegionKind.DEVDAX, facts(here)));
    Files.writeString(nd.resolve("deep_flush"), "0\n");
    assertSame(DeepFlush.NONE, DeepFlush.of(RegionKind.DEVDAX, facts(here)));
    assertSame(
        DeepFlush.NONE,
        DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.NotSupported<>("no nd region"))));
    assertSame(DeepFlush.NONE, DeepFlush.of(RegionKind.EMULATED, facts(here)));
  }

  @Test
  void fsdaxAsksTheFileSystemToo() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.FSDAX, facts(new Reading.Value<>(nd)));
    assertInstanceOf(DeepFlush.FileSystem.class, deep);
    Files.writeString(attribute, "?");
    deep.run(region, 0, 8192);
    assertEquals("1", Files.readString(attribute));
  }

  @Test
  void failureIsAnExceptionThatNamesRangeAndAttribute() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.Value<>(nd)));
    Files.delete(attribute);
    Persister persister = new CacheLinePersister(region, deep);
    PersistException failed =
        assertThrows(PersistException.class, () -> persister.deepFlush(100, 64));
    assertEquals(100, failed.offset());
    assertEquals(64, failed.length());
    assertTrue(failed.getMessage().contains(attribute.toString()), failed.getMessage());
  }
}

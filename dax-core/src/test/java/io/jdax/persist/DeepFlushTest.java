package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.machine.Reading;
import io.jdax.os.Setfsuid;
import io.jdax.region.Region;
import io.jdax.region.RegionFacts;
import io.jdax.region.RegionKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
        f.badRanges(),
        f.unsafeShutdowns(),
        ndRegion,
        f.wishes());
  }

  @Test
  @DisplayName("Devdax writes to the attribute of its nd region")
  void devdaxWritesToTheAttributeOfItsNdRegion() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.Value<>(nd)));
    Files.writeString(attribute, "?");
    new CacheLinePersister(region, deep).deepFlush(100, 64);
    assertEquals("1", Files.readString(attribute));
  }

  @Test
  @DisplayName("Platform without flush hints has nothing deeper")
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
  @DisplayName("Fsdax asks the file system too")
  void fsdaxAsksTheFileSystemToo() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.FSDAX, facts(new Reading.Value<>(nd)));
    assertInstanceOf(DeepFlush.FileSystem.class, deep);
    Files.writeString(attribute, "?");
    deep.run(region, 0, 8192);
    assertEquals("1", Files.readString(attribute));
  }

  @Test
  @DisplayName("Failure is an exception that names range and attribute")
  void failureIsAnExceptionThatNamesRangeAndAttribute() throws IOException {
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.Value<>(nd)));
    Files.delete(attribute);
    Persister persister = new CacheLinePersister(region, deep);
    PersistException failed =
        assertThrows(PersistException.class, () -> persister.deepFlush(100, 64));
    assertEquals(100, failed.offset());
    assertEquals(64, failed.length());
    assertTrue(Messages.of(failed).contains(attribute.toString()), Messages.of(failed));
  }

  /** As a user who owns nothing; the rights of a thread die with it. */
  private static void asNobody(Executable work) throws InterruptedException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              Setfsuid.set(65534);
              try {
                work.execute();
              } catch (Throwable t) {
                throw new AssertionError(t);
              }
              return null;
            });
    Thread thread = new Thread(task);
    thread.start();
    thread.join();
    assertDoesNotThrow(() -> task.get());
  }

  private Path rootsAttribute() throws IOException {
    Files.setPosixFilePermissions(nd, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path attribute = Files.writeString(nd.resolve("deep_flush"), "1\n");
    Files.setPosixFilePermissions(attribute, PosixFilePermissions.fromString("rw-r--r--"));
    return attribute;
  }

  @Test
  @DisplayName("A thread that may not write the attribute gets ADR, and the facts say so")
  void notRoot() throws Exception {
    Path attribute = rootsAttribute();
    asNobody(
        () -> {
          RegionFacts facts = facts(new Reading.Value<>(nd));
          assertEquals(
              "not supported (no right to write "
                  + attribute
                  + ", so that a store gets no further than ADR)",
              facts.deepFlush().toString());
          DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts);
          assertSame(DeepFlush.NONE, deep);
          new CacheLinePersister(region, deep).deepFlush(100, 64);
        });
    assertEquals("1\n", Files.readString(attribute), "nothing was written");
    assertEquals(
        new Reading.Value<>(attribute), facts(new Reading.Value<>(nd)).deepFlush(), "but root may");
    assertEquals("1\n", Files.readString(attribute), "asking does not write either");
  }

  @Test
  @DisplayName("Rights that went after the open are as those that never were")
  void rightsLost() throws Exception {
    Path attribute = rootsAttribute();
    DeepFlush deep = DeepFlush.of(RegionKind.DEVDAX, facts(new Reading.Value<>(nd)));
    assertEquals(new DeepFlush.Hints(attribute), deep);
    asNobody(() -> new CacheLinePersister(region, deep).deepFlush(100, 64));
    assertEquals("1\n", Files.readString(attribute));
  }
}

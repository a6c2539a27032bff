package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.WritebackException;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails while nobody is there to be told. */
@Timeout(120)
class WritebackErrorsTest {
  private BadMedia media;
  private FsFixture fixture;
  private DaxFileSystem fs;
  private @Nullable DaxFile other;

  @BeforeEach
  void mount() throws IOException {
    Region region = Region.anonymous("bad", 4 << 20);
    media = new BadMedia(region);
    fixture = new FsFixture(region, media, dirtyFor(Duration.ofMillis(5)));
    fs = fixture.fs;
  }

  private static MountOptions dirtyFor(Duration age) {
    return MountOptions.DEFAULTS
        .withTier(TierMode.CACHED)
        .withCacheBytes(64 * PAGE)
        .withWritebackAge(age);
  }

  @AfterEach
  void close() throws IOException {
    media.bad = false;
    fixture.close();
  }

  /**
   * Stores something, and returns when the flusher has met bad media with it, and told. They are
   * bad before the store: the flusher may come as soon as anything is dirty.
   */
  private void failInTheBackground(Check store) throws IOException {
    int before = media.failures.get();
    media.bad = true;
    store.run();
    // It has told of the first when it fails for the second time.
    while (media.failures.get() < before + 2) {
      requireInTime();
      Thread.onSpinWait();
    }
  }

  private static void requireInTime() {
    if (Thread.interrupted()) {
      throw new AssertionError("not within the time that a test has");
    }
  }

  /**
   * Returns when all is written back, and the flusher has told of its last failure: it has come by
   * again for what was stored after that. It may still be about to commit, so all is made durable
   * here, and the other file stays open: then it has nothing left for which it would need media
   * that may be bad again soon.
   */
  private void recover() throws IOException {
    media.bad = false;
    awaitClean();
    if (other == null) {
      other = fs.open("/other", RW);
    }
    other.write(0, FsFixture.bytes(1, 1));
    awaitClean();
    fs.sync();
    fs.volume.tree.commitTree(); // so that the journal is not full when the media are bad again
  }

  private void awaitClean() {
    while (fs.tier().dirtyFrames() > 0) {
      requireInTime();
      Thread.onSpinWait();
    }
  }

  private static void hearsOnce(Check check) throws IOException {
    WritebackException e = assertThrows(WritebackException.class, check::run);
    assertTrue(Messages.of(e).contains("bad") && Messages.of(e).contains("inode"), Messages.of(e));
    assertInstanceOf(MediaErrorException.class, e.getCause());
    check.run();
  }

  private interface Check {
    void run() throws IOException;
  }

  @Test
  @DisplayName(
      "S3.5 I10 each handle that was open hears of a background error once: fsync, persist, close")
  void everyHandleOnce() throws IOException {
    DaxFile first = fs.open("/f", RW);
    DaxFile second = fs.open("/f", RW);
    DaxFile third = fs.open("/f");
    DaxFile bystander = fs.open("/g", RW);
    first.truncate(4 * PAGE);
    DaxMapping mapping = first.map(0, 4 * PAGE);
    DaxMapping another = second.map(0, 4 * PAGE);
    failInTheBackground(() -> first.write(100, FsFixture.bytes(5000, 7)));
    recover();
    DaxFile late = fs.open("/f", RW);
    late.fsync();
    late.close();
    try (DaxMapping lateToo = first.map(0, PAGE)) {
      lateToo.force();
    }
    hearsOnce(first::fsync);
    hearsOnce(mapping::force);
    hearsOnce(() -> another.persist(0, 1));
    assertThrows(WritebackException.class, second::close);
    assertThrows(WritebackException.class, third::close);
    first.close();
    bystander.fsync();
    bystander.close();
  }

  @Test
  @DisplayName("S3.5 I10 a page that could not be written back stays dirty, and is tried again")
  void staysDirty() throws IOException {
    try (DaxFile file = fs.open("/f", RW)) {
      file.truncate(3 * PAGE);
      try (DaxMapping mapping = file.map(0, 3 * PAGE)) {
        failInTheBackground(
            () -> {
              mapping.putLong(PAGE, 42);
              file.write(10, FsFixture.bytes(100, 7));
            });
        MediaErrorException e = assertThrows(MediaErrorException.class, file::fsync);
        assertTrue(Messages.of(e).contains("bad"), Messages.of(e));
        assertEquals(42, mapping.getLong(PAGE));
        recover();
        assertThrows(WritebackException.class, file::fsync);
        file.fsync();
        mapping.force();
      } catch (WritebackException e) {
        // the mapping's own
      }
    }
    fixture.remount(dirtyFor(Duration.ofDays(1)));
    fs = fixture.fs;
    try (DaxFile file = fs.open("/f")) {
      byte[] got = new byte[(int) (2 * PAGE)];
      assertEquals(got.length, file.read(0, MemorySegment.ofArray(got)));
      assertEquals(0, got[9]);
      assertEquals(7, got[10]);
      assertEquals(7, got[109]);
      assertEquals(42, got[(int) PAGE]);
    }
  }

  @Test
  @DisplayName("S3.5 I10 an error is heard again when it happens again, after it was heard")
  void againAndAgain() throws IOException {
    DaxFile file = fs.open("/f", RW);
    for (int round = 0; round < 3; round++) {
      int page = round;
      failInTheBackground(() -> file.write(page * PAGE, FsFixture.bytes(4096, page)));
      recover();
      hearsOnce(file::fsync);
    }
    failInTheBackground(() -> file.write(0, FsFixture.bytes(100, 9)));
    recover();
    assertThrows(WritebackException.class, file::close);
    assertTrue(!file.isOpen());
    file.close();
  }

  @Test
  @DisplayName("S3.5 a file system that can't be made durable stays open with its tier at work")
  void closeThatFails() throws IOException {
    DaxFile file = fs.open("/f", RW);
    file.write(0, FsFixture.bytes(8 * 4096, 1));
    media.bad = true;
    assertThrows(IOException.class, fs::close);
    media.bad = false;
    for (int page = 0; page < 200; page++) {
      file.write(page * PAGE, FsFixture.bytes(4096, page));
    }
    byte[] got = new byte[4096];
    for (int page = 0; page < 200; page++) {
      file.read(page * PAGE, MemorySegment.ofArray(got));
      assertEquals((byte) page, got[5]);
    }
  }
}

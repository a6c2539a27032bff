package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.fs.facts.MountOptions;
import io.jdax.mm.engine.InvalidateLock;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A file system that becomes read-only, held where it refuses new stores, while what was accepted
 * after its first look is not durable yet.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BecomingReadOnlyTest {
  private static final int SIZE = 3 * PAGE;

  private SteppedPersister stepped;
  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;
  private DaxFile other;

  @BeforeEach
  void mount() throws IOException {
    Region region = Region.anonymous("becoming", 4 << 20);
    stepped = new SteppedPersister(region);
    fixture = new FsFixture(region, RecordingPersister.around(stepped), MountOptions.DEFAULTS);
    fs = fixture.fs;
    file = fs.open("/f", RW);
    other = fs.open("/other", RW);
    fs.sync();
  }

  @AfterEach
  void close() throws IOException {
    stepped.step = call -> {};
    fixture.close();
  }

  private interface Step {
    void run() throws IOException;
  }

  /**
   * Writes to the file when all files have been flushed once, and does something before the end.
   */
  private void becomeReadOnly(Step meanwhile) throws Exception {
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread me = Thread.currentThread();
    other.write(0, FsFixture.bytes(PAGE, 1)); // so that there is something to commit
    stepped.step =
        call -> {
          if (!Thread.currentThread().equals(me) && call.equals("flush")) { // of the commit
            stepped.step = any -> {};
            file.write(0, FsFixture.bytes(SIZE, 7));
            committing.countDown();
            awaitIn(go);
          }
        };
    Waiting<Object> becoming =
        new Waiting<>(
            () -> {
              fs.setReadOnly(true);
              return null;
            });
    committing.await();
    InvalidateLock lock = other.addressSpace().invalidateLock();
    long stamp = lock.lockShared();
    try {
      go.countDown();
      while (!fs.statfs().readOnly()) {
        Thread.onSpinWait();
      }
      meanwhile.run();
      assertFalse(becoming.isOver());
    } finally {
      lock.unlockShared(stamp);
    }
    becoming.get();
  }

  private static void awaitIn(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void assertWritten(DaxFileSystem found) throws IOException {
    try (DaxFile there = found.open("/f")) {
      byte[] bytes = new byte[Math.toIntExact(there.sizeBytes())];
      there.read(0, MemorySegment.ofArray(bytes));
      byte[] expected = new byte[SIZE];
      Arrays.fill(expected, (byte) 7);
      assertArrayEquals(expected, bytes);
    }
  }

  private void assertSurvives() throws IOException {
    try (DaxFileSystem after = fixture.powerLoss()) {
      assertWritten(after);
    }
  }

  @Test
  @DisplayName("The last close of a file keeps what was written, and its blocks")
  void closeOfFile() throws Exception {
    becomeReadOnly(file::close);
    assertWritten(fs);
    assertSurvives();
    fs.setReadOnly(false);
    fixture.assertSound();
    assertWritten(fixture.fs);
  }

  @Test
  @DisplayName("An fsync that returns has made durable what was written")
  void fsync() throws Exception {
    becomeReadOnly(
        () -> {
          file.fsync();
          assertSurvives();
        });
  }

  @Test
  @DisplayName("A sync that returns has made durable what was written")
  void syncOfAll() throws Exception {
    Waiting<?>[] sync = {null};
    becomeReadOnly(
        () ->
            sync[0] =
                new Waiting<>(
                        () -> {
                          fs.sync();
                          assertSurvives();
                          return null;
                        })
                    .untilItWaitsIn("awaitCalls"));
    sync[0].get();
  }
}

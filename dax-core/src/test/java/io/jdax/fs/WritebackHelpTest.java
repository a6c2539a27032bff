package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.TierMode;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long writebacks, which several threads share. */
@Timeout(120)
class WritebackHelpTest {
  private static final int PIECE = 2 << 20;
  private static final int BYTES = 6 * PIECE;

  private Gate gate;
  private FsFixture fixture;
  private DaxFileSystem fs;
  private DaxFile file;
  private byte[] content;

  /**
   * Plain stores; those of pages of the file by other threads than one may have to wait, or fail.
   */
  private static final class Gate extends Persister {
    final CountDownLatch helped = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    volatile @Nullable Thread asks;

    /** The one that asks does not get past its second piece before another thread helps. */
    volatile boolean waitForHelp;

    volatile boolean failHelpers;
    volatile boolean failAll;
    final AtomicInteger copies = new AtomicInteger(); // of the one that asks

    Gate(Region region) {
      super(region);
    }

    private void pass(long offset, long length) throws IOException {
      Thread asking = asks;
      if (asking == null || length != 4096) {
        return;
      }
      if (failAll) {
        throw bad(offset, length);
      }
      if (Thread.currentThread().equals(asking)) {
        int copied = copies.incrementAndGet();
        if (waitForHelp && copied > 2 * PIECE / 4096) {
          await(helped);
        }
      } else {
        helped.countDown();
        await(open);
        if (failHelpers) {
          throw bad(offset, length);
        }
      }
    }

    private MediaErrorException bad(long offset, long length) {
      return new MediaErrorException(region().name(), offset, length, "is bad for now", null);
    }

    @SuppressWarnings("Interruption")
    private static void await(CountDownLatch latch) throws IOException {
      try {
        if (!latch.await(60, TimeUnit.SECONDS)) {
          throw new IOException("nobody came");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void flush(long offset, long length) {}

    @Override
    public void drain() {}

    @Override
    public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
        throws IOException {
      pass(dstOffset, length);
      MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
    }

    @Override
    public void fillNoDrain(long offset, long length, byte value) {
      region().segment().asSlice(offset, length).fill(value);
    }

    @Override
    public void deepFlush(long offset, long length) {}

    @Override
    public String describe() {
      return "gate";
    }
  }

  @BeforeEach
  void rewritten() throws IOException {
    Region region = Region.anonymous("help", 40 << 20);
    gate = new Gate(region);
    fixture = new FsFixture(region, gate, threads(2));
    open();
    content = new byte[BYTES];
    file.write(0, MemorySegment.ofArray(content));
    file.fsync();
    for (int i = 0; i < BYTES; i++) {
      content[i] = (byte) (i / 4096 + i);
    }
    file.write(0, MemorySegment.ofArray(content));
    gate.asks = Thread.currentThread();
  }

  private static MountOptions threads(int parallelism) {
    return MountOptions.DEFAULTS
        .withParallelism(parallelism)
        .withTier(TierMode.CACHED)
        .withCacheBytes(8L * BYTES)
        .withWritebackAge(Duration.ofDays(1));
  }

  private void open() throws IOException {
    fs = fixture.fs;
    file = fs.open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    gate.asks = null;
    file.close();
    fixture.close();
  }

  private void assertDurable() throws IOException {
    gate.asks = null;
    file.close();
    fixture.assertSound();
    open();
    byte[] out = new byte[BYTES];
    file.read(0, MemorySegment.ofArray(out));
    assertArrayEquals(content, out);
  }

  @Test
  @DisplayName("Another thread takes a part of a long fsync, and all is durable after it")
  void shared() throws IOException {
    gate.waitForHelp = true;
    gate.open.countDown();
    file.fsync();
    assertEquals(0, gate.helped.getCount());
    assertDurable();
  }

  @Test
  @DisplayName("fsync does not return before those who help it have written what they took")
  void waitsForHelpers() throws Exception {
    gate.waitForHelp = true;
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Future<Thread> done =
          one.submit(
              () -> {
                gate.asks = Thread.currentThread();
                file.fsync();
                return Thread.currentThread();
              });
      assertTrue(gate.helped.await(60, TimeUnit.SECONDS));
      while (!isWaiting(requireNonNull(gate.asks))) {
        assertFalse(done.isDone(), "the helper has not written yet");
        Thread.onSpinWait();
      }
      assertFalse(done.isDone());
      gate.open.countDown();
      done.get();
    }
    assertDurable();
  }

  private static boolean isWaiting(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("finish"));
  }

  @ParameterizedTest(name = "only helpers: {0}")
  @ValueSource(booleans = {true, false})
  @DisplayName("What a helper can't write, fsync fails with; it stays dirty and is tried again")
  void failed(boolean onlyHelpers) throws IOException {
    gate.waitForHelp = true;
    gate.failHelpers = onlyHelpers;
    gate.failAll = !onlyHelpers;
    gate.open.countDown();
    assertThrows(MediaErrorException.class, file::fsync);
    gate.failHelpers = false;
    gate.failAll = false;
    assertTrue(fs.tier().dirtyFrames() > 0);
    file.fsync();
    assertEquals(0, fs.tier().dirtyFrames());
    assertDurable();
  }

  @Test
  @DisplayName("A second fsync helps the first, and returns when all is durable")
  void second() throws Exception {
    gate.asks = null;
    file.close();
    fixture.remount(threads(1)); // nobody is called to help
    open();
    file.write(0, MemorySegment.ofArray(content));
    gate.waitForHelp = true;
    gate.open.countDown();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      Future<Object> first =
          two.submit(
              () -> {
                gate.asks = Thread.currentThread();
                file.fsync();
                return null;
              });
      Future<Object> second =
          two.submit(
              () -> {
                while (gate.copies.get() == 0) {
                  Thread.onSpinWait();
                }
                file.fsync();
                return null;
              });
      first.get(); // it waits for help after its second piece
      second.get();
    }
    assertDurable();
  }
}

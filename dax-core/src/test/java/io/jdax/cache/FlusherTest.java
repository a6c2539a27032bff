package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.engine.FrameShortage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one file does to the flusher is not to be felt by the others. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlusherTest {
  private static final int FRAMES = 16;

  private final FramePool pool = new FramePool("region", 1000, FRAMES, 8);
  private final Logger logger = Logger.getLogger(Flusher.class.getName());
  private final AtomicInteger said = new AtomicInteger();
  private final Handler counting =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          said.incrementAndGet();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(counting);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(counting);
    logger.setUseParentHandlers(true);
  }

  /** Throws in whatever it is asked for, as long as it is bad. */
  private class Owner implements FrameOwner {
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger writtenBack = new AtomicInteger();
    volatile boolean bad;

    private void ask() {
      asked.incrementAndGet();
      if (bad) {
        throw new OutOfMemoryError("of a test");
      }
    }

    @Override
    public boolean unmap(long[] pages, int count) {
      ask();
      return false;
    }

    @Override
    public void writeBack(long[] pages, int count) {
      ask();
    }

    @Override
    public int evict(long[] pages, int count) {
      ask();
      for (int i = 0; i < count; i++) {
        pool.free((int) pages[i]);
      }
      return count;
    }

    @Override
    public void writeBackAll() {
      ask();
      writtenBack.incrementAndGet();
    }

    @Override
    public void failed(IOException e) {}
  }

  @Test
  @DisplayName("It survives what a file throws, serves the others, and says so once")
  void survives() throws Exception {
    Owner bad = new Owner();
    Owner good = new Owner();
    bad.bad = true;
    for (int i = 0; i < FRAMES; i++) {
      int frame = pool.allocate(false);
      pool.publish(frame, i % 2 == 0 ? bad : good, frame, BlockStates.MAPPED);
    }
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    try (Flusher flusher = new Flusher("t", pool, Duration.ofMillis(1), () -> {})) {
      flusher.add(bad);
      flusher.add(good);
      shortage.await(); // for what the good one gives
      int before = bad.asked.get();
      while (good.writtenBack.get() < 3 || bad.asked.get() < before + 3) {
        Thread.onSpinWait();
      }
      bad.bad = false;
      while (bad.writtenBack.get() < 1) {
        Thread.onSpinWait();
      }
      assertEquals(1, said.get());
      assertTrue(pool.freeFrames() > 0);
    }
    assertFalse(pool.awaitWork(0));
  }

  @Test
  @DisplayName("It survives what the turn-over throws, says so once, and tells it as the reason")
  void survivesTurnOver() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AtomicReference<Throwable> reason = new AtomicReference<>();
    Owner mapped =
        new Owner() {
          @Override
          public boolean unmap(long[] pages, int count) {
            return true;
          }
        };
    for (int i = 0; i < FRAMES; i++) {
      int frame = pool.allocate(false);
      pool.publish(frame, mapped, frame, BlockStates.MAPPED);
    }
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    Runnable turnOver =
        () -> {
          if (calls.incrementAndGet() < 3) {
            throw new StackOverflowError("of a test");
          }
          reason.set(pool.exhausted().getCause());
        };
    try (Flusher flusher = new Flusher("t", pool, Duration.ofDays(1), turnOver)) {
      flusher.add(mapped);
      shortage.await();
      assertTrue(calls.get() >= 3);
      assertInstanceOf(StackOverflowError.class, reason.get());
      assertEquals(1, said.get());
    }
  }

  @Test
  @DisplayName("A turn-over that throws each time leaves nobody waiting, and is the reason")
  void turnOverNeverWorks() {
    Owner mapped =
        new Owner() {
          @Override
          public boolean unmap(long[] pages, int count) {
            return true;
          }
        };
    for (int i = 0; i < FRAMES; i++) {
      int frame = pool.allocate(false);
      pool.publish(frame, mapped, frame, BlockStates.MAPPED);
    }
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    Runnable turnOver =
        () -> {
          throw new OutOfMemoryError("of a test");
        };
    try (Flusher _ = new Flusher("t", pool, Duration.ofDays(1), turnOver, 1_000_000)) {
      FramesExhaustedException e = assertThrows(FramesExhaustedException.class, shortage::await);
      assertInstanceOf(OutOfMemoryError.class, e.getCause());
    }
  }
}
